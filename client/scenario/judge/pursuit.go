package judge

import (
	"slices"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/run"
	"kickbench/client/wire"
)

// pursuit follows what the apps under test do after their kicks through a ledger.
//
// The sandbox knows pages by their own ID (KindKickAfter), and one that was loaded anew
// has another: to it the kicked page stayed away for ever, and a stranger came. A
// scenario knows better, whose actors are apps. A page that an actor never had before is
// taken for the one of its pages that left last, since a reload first ends what was;
// where that one had been kicked, the new page's deeds are what it did about the kick.
type pursuit struct {
	who  owners
	all  []*deedOf
	open []*deedOf // those of all that are not over
	seen map[string]bool
	left map[string]departure // by page
}

// departure is a page's that ended its connection, was put out or was refused.
type departure struct {
	actor string
	seq   uint64
}

// deedOf is a deed as far as it went.
type deedOf struct {
	Deed
	kind     sandbox.Kind
	user     string
	platform wire.Platform
	pages    []string // the kicked one, and what was loaded in its place
	told     bool     // it may know of its kick
}

func (p *pursuit) record(rec *sandbox.Record) {
	a, ok := p.who.of(rec.InstID, rec.InstanceID)
	if !ok || !a.Foreign {
		return
	}
	switch rec.Kind {
	case sandbox.KindKick, sandbox.KindExpiryTold:
		p.put(a, rec)
	case sandbox.KindKickAck, sandbox.KindKickTold, sandbox.KindKickAfter:
		p.told(a, rec)
	case sandbox.KindClosed, sandbox.KindDisconnect, sandbox.KindLogout:
		p.left[rec.InstanceID] = departure{a.Name, rec.Seq}
	case sandbox.KindLogin, sandbox.KindReturn, sandbox.KindResume, sandbox.KindLoginRefused:
		p.came(a, rec)
	}
	if rec.InstanceID != "" {
		p.seen[rec.InstanceID] = true
	}
}

// put begins a deed. Another kick of the same page ends what belongs to the one before.
func (p *pursuit) put(a run.Actor, rec *sandbox.Record) {
	if rec.InstID == 0 {
		return
	}
	if rec.Kind == sandbox.KindKick {
		p.open = slices.DeleteFunc(p.open, func(d *deedOf) bool { return slices.Contains(d.pages, rec.InstanceID) })
	}
	p.left[rec.InstanceID] = departure{a.Name, rec.Seq}
	d := &deedOf{
		Deed: Deed{Actor: a.Name, Seq: rec.Seq, At: rec.Time, Type: rec.KickType},
		kind: rec.Kind, user: rec.UserID, platform: rec.Platform, pages: []string{rec.InstanceID}, told: !rec.Late,
	}
	p.all, p.open = append(p.all, d), append(p.open, d)
}

// back ends a deed: its app is in again.
func (p *pursuit) back(d *deedOf, how string, after time.Duration) {
	d.Back, d.BackAfter = how, run.Duration(after)
	p.open = slices.DeleteFunc(p.open, func(o *deedOf) bool { return o == d })
}

// told takes over what the sandbox itself wrote of a kick.
func (p *pursuit) told(a run.Actor, rec *sandbox.Record) {
	for _, d := range slices.Clone(p.open) {
		if d.Seq != rec.Ref {
			continue
		}
		switch {
		case rec.Kind == sandbox.KindKickTold:
			d.told = true
		case rec.Kind == sandbox.KindKickAck:
			d.told, d.Acknowledged, d.AckAfter = true, true, run.Duration(rec.Delay)
		case rec.Rule == "left":
			p.left[rec.InstanceID] = departure{a.Name, rec.Seq}
		default:
			p.back(d, rec.Rule, rec.Delay)
		}
	}
}

// came takes a login, or a refused one, to the kick it is the answer to.
func (p *pursuit) came(a run.Actor, rec *sandbox.Record) {
	if !p.seen[rec.InstanceID] {
		p.anew(a, rec)
	}
	delete(p.left, rec.InstanceID)
	if rec.Kind == sandbox.KindLoginRefused { // and may be loaded anew once more
		p.left[rec.InstanceID] = departure{a.Name, rec.Seq}
	}
	for _, d := range slices.Clone(p.open) {
		i := slices.Index(d.pages, rec.InstanceID)
		switch {
		case i < 0:
		case rec.Kind == sandbox.KindLoginRefused:
			if rec.UserID == d.user {
				d.Refused = append(d.Refused, rec.Code)
			}
		// Of a page loaded anew, and after an expiry, the sandbox writes nothing.
		case i > 0, d.kind == sandbox.KindExpiryTold && rec.Kind == sandbox.KindLogin:
			p.back(d, "returned", rec.Time.Sub(d.At))
		}
	}
}

// anew takes a page that its actor never had before for the one that left last.
func (p *pursuit) anew(a run.Actor, rec *sandbox.Record) {
	last := ""
	for page, at := range p.left {
		if at.actor == a.Name && (last == "" || at.seq > p.left[last].seq) {
			last = page
		}
	}
	if last == "" {
		return
	}
	for _, d := range p.open {
		if d.told && d.pages[len(d.pages)-1] == last && d.user == rec.UserID && d.platform.Group() == rec.Platform.Group() {
			d.pages = append(d.pages, rec.InstanceID)
		}
	}
	delete(p.left, last)
}
