// Command bench puts the sandbox beside servers that do related work, in one run:
// nats-server and mochi-mqtt over WebSocket, centrifuge, and a bare gorilla server as
// the floor that no Go server on that library can be below. It is a module of its
// own, so that none of them ever becomes part of the product. `make bench-peers`.
//
// Each server is a process of its own, pinned to the last core; the load comes from
// this process, on the others, over loopback, through the same bare WebSocket client
// for all of them. What is compared alternates: one block of each server, then the
// next block, so that a disturbance of the machine meets all alike.
//
// What to know before a figure is quoted:
//
//   - Only the sandbox checks a credential (a UserSig: inflate, JSON, HMAC) and writes
//     a ledger. The peers let everybody in, in the way their own examples do.
//   - A login is a new connection, its upgrade, and the first request's answer.
//   - A kick begins with the newcomer's request on a connection that is open, and ends
//     when the one it replaces was told. mochi-mqtt does that by itself (session
//     take-over); for centrifuge and the floor the handler does it, as an application
//     would; nats-server has no such thing.
//   - The sandbox's fan-out is 1,000 kicks, each with its ledger records, where a peer
//     sends one message to 1,000 subscribers.
//   - The processor time a login costs the server is not disturbed by what else runs on
//     the machine; a latency is.
package main
