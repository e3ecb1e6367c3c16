package sandbox

import (
	"context"
	"net"
	"time"
)

// Indexed counts what the server keeps of instances: by A2 key, by number, and in the
// accounts. All three are the same, or something leaks.
func (s *Server) Indexed() (byA2, byID, inUsers int) {
	s.byA2.Range(func(_, _ any) bool { byA2++; return true })
	s.byID.Range(func(_, _ any) bool { byID++; return true })
	s.users.Range(func(_, v any) bool {
		u := v.(*user)
		u.mu.Lock()
		defer u.mu.Unlock()
		inUsers += len(u.instances)
		return true
	})
	return byA2, byID, inUsers
}

// Waiting counts what waits on the sandbox's clock.
func (s *Server) Waiting() int {
	s.clock.mu.Lock()
	defer s.clock.mu.Unlock()
	return len(s.clock.due)
}

// KnownPages counts the pages kept as online.
func (s *Server) KnownPages() (n int) {
	s.byPage.Range(func(_, _ any) bool { n++; return true })
	return n
}

// DialWebhooks has webhooks dial as a test does. Before the first event.
func (s *Server) DialWebhooks(dial func(context.Context, string, string) (net.Conn, error)) {
	s.hooks.transport.DialContext = dial
}

// MayDial reports whether webhooks may call that address.
func (s *Server) MayDial(address string) bool { return s.hooks.mayDial("tcp", address, nil) == nil }

// NoteSettled writes a record about a user, and waits until it is in the file.
func (s *Server) NoteSettled(userID string) {
	seq := s.note(Record{Kind: KindAccountImported, UserID: userID})
	for s.archive.path != "" {
		s.archive.mu.RLock()
		done := s.archive.kept >= seq || s.archive.err != nil
		s.archive.mu.RUnlock()
		if done {
			return
		}
		time.Sleep(time.Millisecond) // in a bubble: until the writer has nothing to do
	}
}
