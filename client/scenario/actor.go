package scenario

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"kickbench/client"
	"kickbench/client/scenario/run"
	"kickbench/client/usersig"
	"kickbench/client/wire"
)

// actor is one of the file's actors as it plays. Its fields are guarded by the
// player's mu.
type actor struct {
	Actor
	index    int
	page     *page // nil for a foreign one, and before the first login
	pages    int
	ids      []string // instance IDs of its pages
	instIDs  []uint64
	lastSeen time.Time // when a foreign one logged in last
	seq      uint64    // of its last event
	lastSig  string
	kicks    int // to which it reacted by itself
}

// page is one instance of the SDK.
type page struct {
	client *client.Client
	net    *network
	number int
	off    []func()
}

// pageOf is the page an actor has, nil for none.
func (p *player) pageOf(a *actor) *page {
	p.mu.Lock()
	defer p.mu.Unlock()
	return a.page
}

// open makes a page for an actor that has none.
func (p *player) open(a *actor) *page {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.page != nil {
		return a.page
	}
	a.pages++
	id := p.pageID(a.Name, a.pages)
	if len(a.ids) > 0 && !wire.Platform(a.Platform).IsWeb() {
		id = a.ids[0] // a device keeps its ID over restarts of the app; a page does not
	}
	if a.SameIDAs != "" {
		if other := p.actors[string(a.SameIDAs)]; len(other.ids) > 0 {
			id = other.ids[len(other.ids)-1]
		}
	}
	if !slices.Contains(a.ids, id) {
		a.ids = append(a.ids, id)
	}
	chance := rand.New(rand.NewPCG(p.seed, uint64(a.index)<<32|uint64(a.pages)))
	pg := &page{number: a.pages, net: &network{dial: p.dial}}
	if p.virtual {
		// Between half a millisecond and two, no two the same.
		pg.net.delay = 500*time.Microsecond + time.Duration(chance.IntN(1000))*1499*time.Nanosecond +
			time.Duration(a.index)*7*time.Nanosecond
	}
	pg.client = client.New(client.Options{
		SDKAppID: p.app, ProxyServer: p.url, Platform: wire.Platform(a.Platform), Text: a.Text,
		NetDialContext: pg.net.Dial, InstanceID: id, Chance: chance.Float64,
	})
	pg.off = []func(){
		pg.client.OnAny(func(r client.Record) { p.event(a, pg, r) }),
		pg.client.OnFrame(func(f client.FrameRecord) { p.frame(a, pg, f) }),
	}
	a.page = pg
	return pg
}

// pageID is an instance ID that is the same in every run of the same seed.
func (p *player) pageID(name string, page int) string {
	sum := sha256.Sum256([]byte(strconv.FormatUint(p.seed, 10) + "/" + name + "/" + strconv.Itoa(page)))
	return hex.EncodeToString(sum[:16])
}

// readable writes states and platforms by name: whoever reads a report has no table
// of their numbers.
var readable = json.WithMarshalers(json.JoinMarshalers(
	json.MarshalToFunc(func(enc *jsontext.Encoder, p wire.Platform) error {
		return enc.WriteToken(jsontext.String(p.String()))
	}),
	json.MarshalToFunc(func(enc *jsontext.Encoder, s client.State) error {
		return enc.WriteToken(jsontext.String(s.String()))
	}),
))

// event writes an event of a page down, and lets the actor react.
func (p *player) event(a *actor, pg *page, r client.Record) {
	data, err := json.Marshal(r.Event, readable, json.Deterministic(true))
	if err != nil {
		data = []byte(`{}`)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	a.seq++
	if len(p.events) < maxEvents {
		p.events = append(p.events, run.Event{
			Actor: a.Name, Page: pg.number, Seq: a.seq, Time: r.Time.UTC(),
			Name: r.Event.EventName(), Const: r.Event.EventConst(), Data: wire.Redact(data),
		})
	}
	if k, ok := r.Event.(client.KickedOut); ok {
		p.react(a, pg, k)
	}
}

// Bounds of what a run keeps: a day of heartbeats is not evidence of a kick.
const (
	maxFrames = 20_000
	maxAlive  = 1_000 // heartbeats among them
	maxEvents = 100_000
)

// frameKind is what is known of a frame that was not kept.
type frameKind struct {
	actor, command string
	up             bool
}

// lostFrames is how many frames an expectation might have picked were not kept. With mu
// held.
func (p *player) lostFrames(f FrameIs) (n int) {
	for k, lost := range p.lost {
		if k.actor == string(f.On) && (f.Command == "" || k.command == string(f.Command)) && (f.Direction == "" || k.up == (f.Direction == "up")) {
			n += lost
		}
	}
	return n
}

func (p *player) frame(a *actor, pg *page, f client.FrameRecord) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f.Cmd == wire.CmdAlive {
		p.alive++
	}
	if len(p.frames) >= maxFrames || f.Cmd == wire.CmdAlive && p.alive > maxAlive {
		p.framesDropped++
		if len(p.frames) >= maxFrames {
			if p.lost == nil {
				p.lost = map[frameKind]int{}
			}
			p.lost[frameKind{a.Name, f.Cmd, f.Up}]++
		}
		return
	}
	p.frames = append(p.frames, run.Frame{
		Actor: a.Name, Page: pg.number, Time: f.Time.UTC(), Up: f.Up, Command: f.Cmd, Seq: f.Seq, JSON: f.JSON,
	})
}

// react starts what the actor does by itself after a kick. With mu held.
func (p *player) react(a *actor, pg *page, k client.KickedOut) {
	r := a.OnKick
	if r == nil || len(r.Types) > 0 && !slices.Contains(r.Types, KickType(k.Type)) {
		return
	}
	most := defaultReflexes
	if r.Times != nil {
		most = *r.Times
	}
	if a.kicks >= most || p.stopping {
		return
	}
	wait := float64(r.After)
	if r.Factor > 1 {
		wait *= math.Pow(r.Factor, float64(a.kicks))
	}
	if r.Most > 0 {
		wait = min(wait, float64(r.Most))
	}
	a.kicks++
	p.reflexes.Go(func() {
		select {
		case <-time.After(time.Duration(min(wait, float64(100*365*24*time.Hour)))):
		case <-p.stop:
			return
		}
		ctx, cancel := p.callContext()
		defer cancel()
		switch r.Do {
		case "login":
			_, _ = p.login(ctx, a, pg, UserSig{})
		case "logout":
			_ = p.call(ctx, a, pg, "logout", func(ctx context.Context) error { return pg.client.Logout(ctx) })
		case "destroy":
			_ = p.call(ctx, a, pg, "destroy", func(ctx context.Context) error { return pg.client.Destroy(ctx) })
		}
	})
}

// login logs a page in, and remembers which instance it became.
func (p *player) login(ctx context.Context, a *actor, pg *page, sig UserSig) (client.LoginResult, error) {
	text, err := p.userSig(a, sig)
	if err != nil {
		return client.LoginResult{}, err
	}
	var res client.LoginResult
	err = p.call(ctx, a, pg, "login", func(ctx context.Context) (err error) {
		res, err = pg.client.Login(ctx, a.User, text)
		return err
	})
	p.mu.Lock()
	defer p.mu.Unlock()
	if err == nil && res.InstID != 0 {
		p.holders[res.InstID] = a.Name
		if !slices.Contains(a.instIDs, res.InstID) {
			a.instIDs = append(a.instIDs, res.InstID)
		}
	}
	return res, err
}

const usualLife = 180 * 24 * time.Hour

// userSig is what a login uses. The result is a secret.
func (p *player) userSig(a *actor, sig UserSig) (text string, err error) {
	now := p.srv.Now()
	key, err := p.srv.SecretKey(p.app)
	if err != nil {
		return "", err
	}
	switch sig.Word {
	case "previous":
		p.mu.Lock()
		defer p.mu.Unlock()
		if a.lastSig == "" {
			return "", fmt.Errorf("%s has used no UserSig before", a.Name)
		}
		return a.lastSig, nil
	case "expired":
		text, err = usersig.Sign(key, usersig.Token{UserID: a.User, SDKAppID: p.app, IssuedAt: now.Add(-time.Hour), Expire: 59 * time.Minute})
	case "forged":
		text, err = usersig.Sign("not-the-key-"+a.Name, usersig.Token{UserID: a.User, SDKAppID: p.app, IssuedAt: now, Expire: usualLife})
	case "other":
		text, err = p.srv.MakeUserSig(p.app, a.User+"-other", usualLife)
	default:
		life := time.Duration(sig.Life)
		if life == 0 {
			life = usualLife
		}
		text, err = p.srv.MakeUserSig(p.app, a.User, life)
	}
	if err == nil {
		p.mu.Lock()
		a.lastSig = text
		p.mu.Unlock()
	}
	return text, err
}

// call makes a call of the SDK and writes down how it ended.
func (p *player) call(ctx context.Context, a *actor, pg *page, op string, f func(context.Context) error) error {
	c := run.Call{Actor: a.Name, Page: pg.number, Op: op, Began: p.now()}
	p.mu.Lock()
	c.AfterSeq = a.seq
	p.mu.Unlock()
	err := f(ctx)
	c.Ended = p.now()
	if err != nil {
		c.Code, c.Error = codeOf(err), err.Error()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, c)
	return err
}

// closePage takes an actor's page away: with a close frame, as a browser does, and
// without a logout. Nothing of it is heard any more.
func (p *player) closePage(a *actor) {
	p.mu.Lock()
	pg := a.page
	a.page = nil
	p.mu.Unlock()
	if pg == nil {
		return
	}
	for _, off := range pg.off {
		off()
	}
	p.mu.Lock()
	p.calls = append(p.calls, run.Call{Actor: a.Name, Page: pg.number, Op: run.OpClose, Began: p.now(), Ended: p.now(), AfterSeq: a.seq})
	p.mu.Unlock()
	pg.net.leave()
	p.breathe(0) // the client sees it before it is destroyed, or says goodbye to nobody
	p.bury(pg)
}

// bury ends what a page left behind.
func (p *player) bury(pg *page) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = pg.client.Destroy(ctx)
	<-pg.client.Done()
}
