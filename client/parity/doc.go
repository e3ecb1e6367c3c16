// Package parity holds the test that our client makes the same moves as the
// vendor's SDK: one script, both against the sandbox, compared call by call, frame
// kind by frame kind and event by event. A scene lists what differs on purpose.
//
// Beside those, the vendor's SDK was watched doing the following (3.6.6; the tests of
// client/internal/websdk pin it), and our client does otherwise:
//
//   - It connects when it is created. Ours connects at Login: a constructor does no I/O.
//   - After a kick or a log-out its heartbeats still carry the dead session's A2 key.
//     Ours carry none: a secret is dropped with what it was for.
//   - Inside KICKED_OUT its isReady and getLoginUser still tell of the old session, and
//     login() there resolves as a repeated one, sends nothing and leaves nobody logged
//     in; logout() and destroy() there give SDK_NOT_READY twice, or never settle after
//     a REST kick. Ours has ended the session by then, and all three calls work.
//   - A kick pushed twice before it is acknowledged it tells twice. Ours tells it once:
//     one eviction, one KICKED_OUT.
//   - Kicked while logout() waits, it emits a KICKED_OUT after the log-out. Ours ends
//     once, as the log-out that was asked for.
//   - A KickType nobody published, and a 1002 without one, it ignores and stays
//     "ready". Ours tells the kick, with the number in its type: the server has ended
//     the session, and silence would hide it. A re-login refused for any other reason
//     it ignores as well; ours emits ERROR and SDK_NOT_READY.
//   - It waits 15 s for the answer to wslogout; ours 3 s.
//   - While the server cannot be reached it tries once a minute, counted from its
//     creation; ours backs off from a fifth of a second to half a minute.
//   - A second login within 15 s of a pending one gives 2025, a later one is sent beside
//     it. Ours gives 2025 for as long as one is pending.
//   - Missing arguments of login() it refuses without a code; ours with the codes its
//     manual names, 2002 and 2003.
//   - After destroy(), login() gives 2903 and destroy() emits SDK_DESTROY again; ours
//     gives 2905 and nothing.
package parity
