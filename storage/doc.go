// Package storage keeps what Kickbench remembers between starts: the history of
// sessions and their events (History, a bbolt file), the credentials
// (Credentials, the operating system's keyring and nothing else) and the last
// login form (Profile, a JSON file without secrets).
//
// It knows nothing of the protocol, the client or the window: every string it
// is given is opaque, and no secret may be among the strings given to History
// or Profile. They are written as they come.
//
// Calls that read or wait for the disk or the keyring say so; keep them off the
// goroutine that draws. The recording side of History (Begin, Append, Update,
// End, Delete) never waits for the disk.
package storage
