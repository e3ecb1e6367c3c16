package scenario

import "context"

// follow starts the goroutine that tells of what the sandbox writes down; the function
// it returns ends it.
func (p *player) follow() (done func()) {
	if p.o.Record == nil || p.virtual {
		return func() {}
	}
	ctx, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		for r := range p.srv.Watch(ctx, 0) {
			p.readLedger() // or a page that comes in is a stranger's still
			p.mu.Lock()
			actor := p.nameOf(r.InstID, r.InstanceID)
			p.mu.Unlock()
			p.o.Record(r, actor)
		}
	}()
	return func() { cancel(); <-over }
}
