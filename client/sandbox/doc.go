// Package sandbox is a local chat server with the vendor's login rules, so that
// every way a server ends a session can be brought about on purpose and looked at.
//
// It speaks the wire the vendor's unmodified Web SDK speaks (protocol/wire.md),
// answers the REST call that kicks an account (server-facts 4.2), and offers a
// console API for what a test wants to do to it. Everything works on an in-memory
// listener and in virtual time as well as on a real port.
//
//	srv := sandbox.Run(t, sandbox.Config{})
//	sig, _ := srv.MakeUserSig(sandbox.DefaultSDKAppID, "alice", 180*24*time.Hour)
//	// point a client at srv.URL(), log in, then:
//	for _, in := range srv.Instances(sandbox.Filter{UserID: "alice"}) {
//		_ = srv.Kick(in.InstID, wire.KickMultipleAccount)
//	}
//
// # How it holds together
//
// A socket is read by one goroutine, and that is all an idle connection has; a
// second one writes while there is something to write (socket.go). A user's
// sessions stand under that user's mutex, and a login decides, registers and
// evicts in one critical section of it (registry.go, login.go): the limits hold
// under any race. Frames are put into a socket's queue inside that section, which
// fixes their order, and written outside of it.
//
// Time is the sandbox's own: this computer's plus what Advance added (clock.go).
// The ledger (ledger.go) has a record of everything that happened to a session, in
// the order in which it happened; it holds no secret.
//
// # What can go wrong on purpose
//
// Faults strike frames and connections by what they match (faults.go); what they hold
// back waits on the sandbox's clock (held.go). Defects are bugs that servers really
// had, by name (defects.go). Wars, clones and what a victim did next are seen without
// being asked for (aftermath.go). The same Config.Seed and the same script give the
// same ledger, apart from times. FidelityTable says of every behaviour how well it is
// known to be the vendor's.
//
// # Choices where the vendor says nothing
//
//   - A UserSig is refused with 70052 when its TLS.time is not later than the second
//     of the account's last REST kick. One made by someone else within that same
//     second is therefore refused although it is newer; MakeUserSig dates its own at
//     least one second later, so that one made after a kick always works.
//   - A connection that ends without a close frame, or with the SDK's "reconnecting"
//     (4001), is a loss: the instance counts on as a ghost, 60 s on Web and 400 s
//     elsewhere, and can be kicked meanwhile. Any other close frame ends it at once.
//   - Coming back with the A2 key keeps the instance number and, while it still
//     counted, its age. One that comes back after its ghost time is let in as the
//     youngest, and may evict somebody. A login with a UserSig from the same page
//     keeps the number and is the youngest, too. LoginRules can set it otherwise, and
//     the ghost times, who goes, and how a missed kick is told.
//   - An instance whose UserSig has run out counts until it was told so.
//   - A request that needs a login and has none is answered 60004, which makes the
//     vendor's SDK neither log out nor reconnect. Heartbeats, logouts and the SDK's
//     own telemetry are always answered OK.
//   - An A2 key nobody gave out, at a re-login, is answered 20002: the SDK then logs
//     out once and stays anonymous, as after an expired UserSig.
//   - State.StateChange (webhookevent.go): a lost connection is reported as gone when
//     its ghost time is over: TimeOut for a native one that fell silent, LinkClose for
//     all others. Each is reported as gone once. A kick that no login
//     caused (REST, console, a deleted account) is Logout(Unregister) in both variants,
//     and one that was told that its UserSig has run out is Disconnect(LinkClose). Only
//     a failed delivery is tried again; an answer with an ErrorCode is an answer.
package sandbox
