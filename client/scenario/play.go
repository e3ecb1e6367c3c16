package scenario

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// planned is a step with its place in the result. Of a parallel block only the
// branches are there, of a repeat only its rounds.
type planned struct {
	def      Step
	step     run.Step
	branches [][]*planned
}

// planOf takes repeats apart and numbers the steps.
func planOf(s *Scenario) []*planned {
	n := 0
	var expand func(steps []Step, round, branch int) []*planned
	expand = func(steps []Step, round, branch int) (out []*planned) {
		for _, d := range steps {
			switch {
			case d.Repeat != nil:
				for i := range d.Repeat.Times {
					out = append(out, expand(d.Repeat.Steps, i+1, branch)...)
				}
			case d.Parallel != nil:
				p := &planned{def: d, branches: [][]*planned{}}
				for i, b := range *d.Parallel {
					p.branches = append(p.branches, expand(b, round, i+1))
				}
				out = append(out, p)
			default:
				kind, text, who := d.describe()
				p := &planned{def: d, step: run.Step{
					Index: n, Line: d.Line, Round: round, Branch: branch, Kind: kind, Text: text, Status: run.Skipped,
				}}
				if len(who) == 1 {
					p.step.Actor = string(who[0])
				}
				n++
				out = append(out, p)
			}
		}
		return out
	}
	return expand(s.Steps, 0, 0)
}

// flat are the steps in the order of their numbers.
func flat(plan []*planned) []*planned {
	var out []*planned
	for _, p := range plan {
		if p.branches == nil {
			out = append(out, p)
		}
		for _, b := range p.branches {
			out = append(out, flat(b)...)
		}
	}
	return out
}

// branchOffset is between the first steps of two branches: less than any frame's way,
// so that they overlap, and enough to have an order.
const branchOffset = 100 * time.Microsecond

// branch carries steps out, one after the other, until one fails.
func (p *player) branch(plan []*planned) {
	for _, n := range plan {
		p.breathe(n.step.Branch)
		if p.over() {
			return
		}
		if n.branches == nil {
			p.step(n)
			continue
		}
		var wg sync.WaitGroup
		for i, b := range n.branches {
			offset := p.offset(i)
			wg.Go(func() {
				p.sleep(offset)
				p.branch(b)
			})
		}
		wg.Wait()
	}
}

// exploredOffset is how far apart branches begin that are explored: as long as a login
// with its kick and its acknowledgement takes, so that each may fall between any two
// moments of another.
const exploredOffset = 8 * time.Millisecond

func (p *player) offset(i int) time.Duration {
	if p.s.Explore == 0 {
		return time.Duration(i) * branchOffset
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return time.Duration(p.chance.Int64N(int64(exploredOffset)))
}

func (p *player) over() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed || p.broken != nil || p.cancelled()
}

// breathe lets everything that happens at this instant happen, in virtual time: another
// branch may fail just now. Each branch takes a nanosecond more than the one before.
func (p *player) breathe(branch int) {
	if p.virtual {
		time.Sleep(time.Duration(branch + 1))
	}
}

// step carries one step out, and writes down how it went.
func (p *player) step(n *planned) {
	s := n.step
	s.Began, s.Status = p.now(), ""
	p.mu.Lock()
	p.progress(s, false)
	p.mu.Unlock()
	err := p.do(n.def, s.Index)
	s.Ended, s.Status = p.now(), run.Passed
	if err != nil {
		s.Status, s.Message = run.Failed, err.Error()
		p.breathe(0)
		s.Before = p.before()
	}
	if p.cancelled() {
		s.Status, s.Message, s.Before = run.Skipped, "told to stop", nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps[s.Index] = s
	// Of expectations expect has said whether the steps go on.
	p.failed = p.failed || s.Status == run.Failed && n.def.Expect == nil && n.def.WaitFor == nil
	p.progress(s, true)
}

// do does what a step says.
func (p *player) do(s Step, index int) error {
	switch {
	case s.Login != nil:
		return p.each(s.Login.Actor, func(a *actor) error { return p.loginStep(a, s.Login) })
	case s.Refresh != nil:
		return p.each(s.Refresh.Actor, func(a *actor) error {
			p.closePage(a)
			p.settle()
			return p.loginStep(a, s.Refresh)
		})
	case s.Logout != nil:
		return p.each(s.Logout.Actor, func(a *actor) error {
			return p.callStep(a, "logout", s.Logout.Fails, func(ctx context.Context, pg *page) error { return pg.client.Logout(ctx) })
		})
	case s.Destroy != nil:
		return p.each(s.Destroy.Actor, func(a *actor) error {
			return p.callStep(a, "destroy", 0, func(ctx context.Context, pg *page) error { return pg.client.Destroy(ctx) })
		})
	case s.Close != nil:
		return p.each(s.Close.Actor, func(a *actor) error { p.closePage(a); return nil })
	case s.Send != nil:
		return p.each(ActorRefs{s.Send.Actor}, func(a *actor) error {
			return p.callStep(a, "sendMessage", s.Send.Fails, func(ctx context.Context, pg *page) error {
				_, err := pg.client.SendMessage(ctx, pg.client.CreateTextMessage(s.Send.To, "C2C", s.Send.Text))
				return err
			})
		})
	case s.Call != nil:
		return p.each(ActorRefs{s.Call.Actor}, func(a *actor) error {
			return p.callStep(a, string(s.Call.Method), s.Call.Fails, func(ctx context.Context, pg *page) error {
				return methods[string(s.Call.Method)](ctx, pg.client)
			})
		})
	case s.Cut != nil:
		return p.each(s.Cut.Actor, func(a *actor) error { return p.cut(a, s.Cut.For.std()) })
	case s.Restore != nil:
		return p.each(s.Restore.Actor, func(a *actor) error {
			if pg := p.pageOf(a); pg != nil {
				pg.net.restore()
			}
			return nil
		})
	case s.Kick != nil:
		return p.eachInstance(s.Kick.Actor, func(id uint64) error { return p.srv.Kick(id, wire.KickType(s.Kick.kickType())) })
	case s.Expire != nil:
		return p.eachInstance(s.Expire.Actor, p.srv.Expire)
	case s.WaitFor != nil:
		return p.expect(index, *s.WaitFor, usualWaitFor)
	case s.Expect != nil:
		return p.expectAll(index, s.Expect)
	}
	if err := p.doToAll(s); err != nil {
		return err
	}
	p.settle()
	return nil
}

// doToAll does steps that concern the sandbox as a whole.
func (p *player) doToAll(s Step) error {
	switch {
	case s.RESTKick != nil:
		return p.srv.KickUser(p.app, s.RESTKick.User)
	case s.Wait != nil:
		p.sleep(time.Duration(*s.Wait))
	case s.Advance != nil:
		p.mu.Lock()
		p.advanced += time.Duration(*s.Advance)
		p.mu.Unlock()
		return p.srv.Advance(time.Duration(*s.Advance))
	case s.Set != nil:
		_, err := p.srv.SetLoginSettings(p.app, s.Set.patch())
		return err
	case s.Fault != nil:
		return p.setFault(*s.Fault)
	case s.ClearFault != nil:
		p.mu.Lock()
		id := p.faults[string(s.ClearFault.Name)]
		p.mu.Unlock()
		return p.srv.RemoveFault(id)
	case s.Defect != nil:
		return p.setDefects(*s.Defect)
	case s.Mark != nil:
		p.readLedger()
		p.mu.Lock()
		defer p.mu.Unlock()
		m := mark{events: len(p.events), frames: len(p.frames)}
		if n := len(p.ledger); n > 0 {
			m.ledger = p.ledger[n-1].Seq
		}
		if p.hooks != nil {
			m.deliveries = len(p.hooks.deliveries())
		}
		p.marks[string(*s.Mark)] = m
	}
	return nil
}

// each does something for actors, one after the other, and lets its consequences come.
func (p *player) each(who ActorRefs, f func(*actor) error) error {
	for _, name := range who {
		if err := f(p.actors[string(name)]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		p.settle()
	}
	return nil
}

// eachInstance does something to the instances of actors that count.
func (p *player) eachInstance(who ActorRefs, f func(instID uint64) error) error {
	return p.each(who, func(a *actor) error {
		ids := p.instancesOf(a.Name)
		if len(ids) == 0 {
			return errors.New("has no instance that counts as online")
		}
		for _, id := range ids {
			if err := f(id); err != nil {
				return err
			}
		}
		return nil
	})
}

func (p *player) loginStep(a *actor, l *Login) error {
	ctx, cancel := p.callContext()
	defer cancel()
	res, err := p.login(ctx, a, p.open(a), l.UserSig)
	if err := want("login", l.Fails, err); err != nil {
		return err
	}
	if l.Repeat != nil && res.RepeatLogin != *l.Repeat {
		return fmt.Errorf("expected repeatLogin: %v, got %v", *l.Repeat, res.RepeatLogin)
	}
	return nil
}

func (p *player) callStep(a *actor, op string, fails int, f func(context.Context, *page) error) error {
	ctx, cancel := p.callContext()
	defer cancel()
	pg := p.open(a)
	return want(op, fails, p.call(ctx, a, pg, op, func(ctx context.Context) error { return f(ctx, pg) }))
}

// want compares how a call ended with how it had to.
func want(op string, code int, err error) error {
	switch {
	case err == nil && code == 0:
		return nil
	case err == nil:
		return fmt.Errorf("expected %s to fail with %d, but it succeeded", op, code)
	case code == 0:
		return fmt.Errorf("expected %s to succeed, got: %w", op, err)
	case codeOf(err) != code:
		return fmt.Errorf("expected %s to fail with %d, got: %w", op, code, err)
	}
	return nil
}

// cut takes an actor's network away. Of a foreign one the sandbox drops the socket and
// refuses reconnects: it has no hand in the app's network.
func (p *player) cut(a *actor, d *time.Duration) error {
	if a.Foreign {
		if d == nil {
			return errors.New("how long has to be said of a foreign actor (for: 30s)")
		}
		ids := p.instancesOf(a.Name)
		if len(ids) == 0 {
			return errors.New("has no instance that counts as online")
		}
		for _, id := range ids {
			if err := p.srv.Cut(id, *d); err != nil {
				return err
			}
		}
		return nil
	}
	n := p.open(a).net
	which := n.cut()
	if d != nil {
		p.reflexes.Go(func() {
			select {
			case <-time.After(*d):
				n.restoreAfter(which)
			case <-p.stop:
			}
		})
	}
	return nil
}

func (p *player) setFault(f Fault) error {
	m := sandbox.FaultMatch{
		Command: string(f.Match.Command), UserID: f.Match.User, Platform: wire.Platform(f.Match.Platform),
		Direction: sandbox.Direction(f.Match.Direction), Nth: uint64(f.Match.Nth), Times: uint64(f.Match.Times),
		Probability: f.Match.Probability,
	}
	if name := string(f.Match.Actor); name != "" {
		a := p.actors[name]
		switch {
		case a.Foreign:
			ids := p.instancesOf(name)
			if len(ids) == 0 {
				return fmt.Errorf("%s has no instance that a fault could strike", name)
			}
			m.InstID = ids[len(ids)-1]
		default:
			// Of one that has no page yet: the first it will have.
			p.open(a)
			m.InstanceID = a.ids[len(a.ids)-1]
		}
	}
	set, err := p.srv.AddFault(sandbox.Fault{Match: m, Do: sandbox.FaultDo{
		Drop: f.Do.Drop, Duplicate: f.Do.Duplicate, Refuse: f.Do.Refuse, Disconnect: f.Do.Disconnect,
		Reset: f.Do.Reset, Blackhole: f.Do.Blackhole, Cut: f.Do.Cut.std(),
		Delay: f.Do.Delay.orZero(), Latency: f.Do.Latency.orZero(), Jitter: f.Do.Jitter.orZero(),
	}})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults[f.Name] = set.ID
	return nil
}

func (d *Duration) orZero() time.Duration {
	if d == nil {
		return 0
	}
	return time.Duration(*d)
}
