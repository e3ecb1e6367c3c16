// Package parity holds the test that our client makes the same moves as the
// vendor's SDK: one script, both against the same server, compared call by call, frame
// kind by frame kind and event by event. A scene lists what differs on purpose, with
// the reason; a difference that is none any more fails it.
//
// Beside those, the vendor's SDK was watched doing the following (3.6.6; the tests of
// client/internal/websdk pin what they can), and our client does otherwise. No scene
// plays it, because it takes long, never ends, or is about other frames than a
// session's:
//
//   - It connects when it is created. Ours connects at Login: a constructor does no I/O.
//   - After a kick or a log-out its heartbeats still carry the dead session's A2 key.
//     Ours carry none: a secret is dropped with what it was for.
//   - Inside the KICKED_OUT of a REST kick its logout() and destroy() never settle.
//   - A 1002 without a KickType it ignores and stays "ready". Ours tells the kick: the
//     server has ended the session, and silence would hide it. A re-login refused for
//     any other reason it ignores as well; ours emits ERROR and SDK_NOT_READY.
//   - It waits 15 s for the answer to wslogout; ours 3 s.
//   - While the server cannot be reached it tries once a minute, counted from its
//     creation; ours backs off from a fifth of a second to half a minute.
//   - A second login within 15 s of a pending one gives 2025, a later one is sent beside
//     it. Ours gives 2025 for as long as one is pending.
package parity
