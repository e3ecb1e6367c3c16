// Package kick decides who has to go when somebody logs in: login settings, the
// user's live instances and the newcomer in, evictions with type, rule and words out.
//
// It is pure: no clock, no lock, no I/O. A server calls Decide inside the critical
// section that also registers the newcomer, and writes to sockets after it.
//
// Two rules evict. The platform policy says which platforms may be online together
// (server-facts 1.1), the instance limit how many instances one platform may have
// (1.2). A login is never refused by either: it is always an earlier instance that
// goes (1.4).
package kick
