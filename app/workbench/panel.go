//go:build !headless

package workbench

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"kickbench/client/kick"
	"kickbench/client/sandbox"
	"kickbench/client/wire"
	"kickbench/screens/login"
	panel "kickbench/screens/sandbox"
)

// control is what the sandbox page asks of the sandbox.
type control struct{ w *window }

var _ panel.Control = control{}

// refreshSandbox shows the sandbox as it is now where somebody looks. Any goroutine.
func (w *window) refreshSandbox() {
	w.b.dispatch(func() {
		if w.shell.Page() == pageSandbox {
			w.showSandbox()
		}
	})
}

// showSandbox fetches what the page shows beside the UI goroutine.
func (w *window) showSandbox() {
	w.background(func() { w.sandbox.SetModel(w.sandboxModel()) })
}

// shownInstances is how many instances are looked up by window: the page lists no more.
const shownInstances = 100

// user is who is logged in in this window, or whom its form names.
func (w *window) user() string {
	if in := w.instance(); in != nil {
		return in.form.UserID
	}
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	return w.b.model.UserID
}

// sandboxModel is what the sandbox page shows.
func (w *window) sandboxModel() panel.Model {
	b := w.b
	m := panel.Model{Running: b.gate.IsOpen(), Now: b.srv.Now(), At: time.Now()}
	m.Ahead = m.Now.Sub(m.At).Round(time.Second)
	if in := w.instance(); in != nil && in.form.Server == login.Address {
		m.Foreign = in.form.Address
	}
	m.User = w.user()
	b.mu.Lock()
	m.Problem = b.model.SandboxError
	b.mu.Unlock()
	if b.gate.Addr() != nil {
		m.URL, m.REST = b.url(), b.restURL()
	}
	for _, a := range b.srv.Apps() {
		m.Apps = append(m.Apps, appRow(a))
	}
	for _, f := range b.srv.Faults() {
		m.Faults = append(m.Faults, faultRow(f))
	}
	on := b.srv.Defects()
	for _, d := range sandbox.DefectTable() {
		m.Defects = append(m.Defects, panel.Defect{
			Name: string(d.Name), Says: sentence(d.Says), Source: sentence(d.Source), Scenario: d.Scenario, On: slices.Contains(on, d.Name),
		})
	}
	for i, in := range b.srv.Instances(sandbox.Filter{}) {
		r := panel.Instance{
			ID: in.InstID, UserID: in.UserID, SDKAppID: in.SDKAppID, Platform: in.Platform,
			State: stateOf(in.State), Since: in.Since,
		}
		if i < shownInstances {
			if r.Window = b.windowOf(in.InstanceID); r.Window == 0 {
				r.Foreign = "SDK " + in.SDKVersion + " · " + in.Remote
			}
		}
		m.Instances = append(m.Instances, r)
	}
	return m
}

func appRow(a sandbox.AppInfo) panel.App {
	s := a.Settings
	app := panel.App{SDKAppID: a.SDKAppID, ApplyAt: s.EffectiveAt, Settings: panel.Settings{
		Policy: string(s.Policy), ApplyAfter: s.ApplyAfter,
		Victim: string(s.Victim), Offline: string(s.KickedOffline), Reconnect: string(s.Reconnect),
		GhostWeb: *s.GhostWeb, GhostNative: *s.GhostNative, GhostMini: *s.GhostMini, Disabled: *s.Disabled,
	}}
	if len(a.Admins) > 0 {
		app.Admin = a.Admins[0]
	}
	for _, p := range kick.Policies() {
		app.Settings.Policies = append(app.Settings.Policies, string(p))
	}
	for _, p := range wire.LoginPlatforms() {
		app.Settings.Places = append(app.Settings.Places, panel.Places{Platform: p, N: s.Instances[p], Max: kick.MaxInstances(p)})
		var row []bool
		for _, q := range wire.LoginPlatforms() {
			row = append(row, s.Policy.Together(p, q))
		}
		app.Settings.Together = append(app.Settings.Together, row)
	}
	return app
}

func faultRow(f sandbox.Fault) panel.Fault {
	detail := f.String()
	action, _, _ := strings.Cut(strings.ReplaceAll(detail, ",", " "), " ")
	const mark = "fault: " // what it does and to what is a list, which nothing else marks as one
	return panel.Fault{ID: f.ID, Action: action, Detail: strings.TrimPrefix(sentence(mark+detail), mark), Seen: f.Seen, Fired: f.Fired}
}

// do runs an order beside the UI goroutine, and shows what came of it.
func (c control) do(reply func(error), f func() error) {
	c.w.background(func() {
		reply(plain(f()))
		for _, w := range c.w.b.allWindows() {
			w.refresh()
		}
	})
}

// plain is an error in the window's language as far as that has words for it, and one
// of the sandbox without the name it puts before each.
func plain(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	var e *sandbox.Error
	if errors.As(err, &e) {
		text = e.Message
	}
	return &saidError{sentence(text), err}
}

// saidError says an error in other words.
type saidError struct {
	text string
	err  error
}

func (e *saidError) Error() string { return e.text }
func (e *saidError) Unwrap() error { return e.err }

func (b *Bench) allWindows() []*window {
	b.mu.Lock()
	defer b.mu.Unlock()
	ws := make([]*window, 0, len(b.windows))
	for _, w := range b.windows {
		ws = append(ws, w)
	}
	return ws
}

// Start opens the door again.
func (c control) Start(reply func(error)) { c.do(reply, c.w.b.openDoor) }

// Stop shuts it.
func (c control) Stop(reply func(error)) {
	c.do(reply, func() error {
		b := c.w.b
		err := b.gate.Shut()
		b.mu.Lock()
		b.model.SandboxPort, b.model.SandboxError, b.model.SandboxStopped = 0, "", true
		b.mu.Unlock()
		for _, w := range b.allWindows() {
			w.login.SetSandboxStopped()
		}
		return err
	})
}

// StartSandbox is for the login screen, where the sandbox's page cannot be reached.
func (w *window) StartSandbox() {
	control{w}.Start(func(err error) {
		if err != nil {
			w.b.log.Warn("sandbox", "err", err) // the login screen was told too
		}
	})
}

// openDoor has the sandbox take connections again, and tells every login screen where.
func (b *Bench) openDoor() error {
	port, problem := b.startSandbox()
	b.mu.Lock()
	b.model.SandboxPort, b.model.SandboxError, b.model.SandboxStopped = port, problem, false
	b.mu.Unlock()
	for _, w := range b.allWindows() {
		w.login.SetSandbox(port, problem)
	}
	if problem != "" {
		return errors.New(problem)
	}
	return nil
}

// AddApp makes one more app.
func (c control) AddApp(app uint64, reply func(error)) {
	c.do(reply, func() error {
		_, err := c.w.b.srv.AddApp(sandbox.App{SDKAppID: app})
		return err
	})
}

// Change changes an app's login settings.
func (c control) Change(app uint64, p panel.Patch, reply func(error)) {
	c.do(reply, func() error {
		patch := sandbox.LoginSettingsPatch{Instances: p.Places, ApplyAfter: p.ApplyAfter, LoginRules: sandbox.LoginRules{
			Victim: kick.Victim(p.Victim), KickedOffline: sandbox.OfflineKick(p.Offline), Reconnect: sandbox.Reconnect(p.Reconnect),
			GhostWeb: p.GhostWeb, GhostNative: p.GhostNative, GhostMini: p.GhostMini, Disabled: p.Disabled,
		}}
		if p.Policy != "" {
			patch.Policy = new(kick.Policy(p.Policy))
		}
		_, err := c.w.b.srv.SetLoginSettings(app, patch)
		return err
	})
}

// Advance moves the clock on.
func (c control) Advance(by string, reply func(error)) {
	c.do(reply, func() error {
		d, err := sandbox.ParseDuration(by)
		if err != nil {
			return err
		}
		return c.w.b.srv.Advance(d)
	})
}

// AddFault sets a preset.
func (c control) AddFault(f panel.NewFault, reply func(error)) {
	c.do(reply, func() error {
		_, err := c.w.b.srv.AddFault(faultOf(f))
		return err
	})
}

// faultOf is what a preset stands for.
func faultOf(f panel.NewFault) sandbox.Fault {
	m := sandbox.FaultMatch{UserID: f.UserID, Platform: f.Platform}
	push := func(do sandbox.FaultDo) sandbox.Fault {
		m.Command, m.Direction = wire.CmdPush, sandbox.DirectionDown
		return sandbox.Fault{Match: m, Do: do}
	}
	once := func(command string, d sandbox.Direction, do sandbox.FaultDo) sandbox.Fault {
		m.Command, m.Direction, m.Times = command, d, 1
		return sandbox.Fault{Match: m, Do: do}
	}
	switch f.Preset {
	case panel.PushLost:
		return push(sandbox.FaultDo{Drop: true})
	case panel.PushLostHalf:
		m.Probability = 0.5
		return push(sandbox.FaultDo{Drop: true})
	case panel.PushTwice:
		return push(sandbox.FaultDo{Duplicate: true})
	case panel.PushLate:
		return push(sandbox.FaultDo{Delay: 5 * time.Second})
	case panel.SlowNetwork:
		return sandbox.Fault{Match: m, Do: sandbox.FaultDo{Latency: 120 * time.Millisecond, Jitter: 80 * time.Millisecond}}
	case panel.LoginRefused: // "too frequent", which an app is to try again (server-facts 3)
		return once(wire.CmdLogin, sandbox.DirectionUp, sandbox.FaultDo{Refuse: 60018})
	case panel.LoginUnanswered:
		return once(wire.CmdLogin, sandbox.DirectionDown, sandbox.FaultDo{Drop: true})
	case panel.NetworkCut:
		return once("", "", sandbox.FaultDo{Cut: new(10 * time.Second)})
	case panel.ConnectionReset:
		return once("", "", sandbox.FaultDo{Reset: true})
	case panel.ServerRestart:
		return once("", "", sandbox.FaultDo{Disconnect: true})
	default:
		return sandbox.Fault{Match: m, Do: sandbox.FaultDo{Blackhole: true}}
	}
}

// RemoveFault takes a fault back.
func (c control) RemoveFault(id uint64, reply func(error)) {
	c.do(reply, func() error { return c.w.b.srv.RemoveFault(id) })
}

// ClearFaults takes all back.
func (c control) ClearFaults(reply func(error)) {
	c.do(reply, func() error {
		for _, f := range c.w.b.srv.Faults() {
			_ = c.w.b.srv.RemoveFault(f.ID) // gone already is as well
		}
		return nil
	})
}

// SetDefect turns a defect on or off.
func (c control) SetDefect(name string, on bool, reply func(error)) {
	c.do(reply, func() error {
		c.w.b.defectsMu.Lock() // two switches at once, or one would undo the other
		defer c.w.b.defectsMu.Unlock()
		ds := slices.DeleteFunc(c.w.b.srv.Defects(), func(d sandbox.Defect) bool { return string(d) == name })
		if on {
			ds = append(ds, sandbox.Defect(name))
		}
		return c.w.b.srv.SetDefects(ds)
	})
}

// Kick kicks one instance, of whatever account.
func (c control) Kick(id uint64, t wire.KickType, reply func(error)) {
	c.do(reply, func() error { return c.w.b.srv.Kick(id, t) })
}

// MakeUserSig signs with the app's own key.
func (c control) MakeUserSig(app uint64, userID string, reply func(string, error)) {
	c.w.background(func() {
		sig, err := c.w.b.srv.MakeUserSig(app, userID, defaultLife)
		reply(sig, plain(err))
	})
}

// JavaScript is how the vendor's SDK comes to the sandbox.
func (c control) JavaScript(app uint64) []string {
	return []string{
		"const chat = TencentCloudChat.create({",
		fmt.Sprintf("  SDKAppID: %d,", app),
		fmt.Sprintf("  proxyServer: '%s',", c.w.b.url()),
		"});",
	}
}

// CurlKick kicks a user over the REST API. The admin's UserSig comes in by standard
// input: it stands neither in the shell's history nor in an argument list, which every
// user of the machine can read.
func (c control) CurlKick(app uint64, userID string) []string {
	admin := sandbox.DefaultAdmin
	for _, a := range c.w.b.srv.Apps() {
		if a.SDKAppID == app && len(a.Admins) > 0 {
			admin = a.Admins[0]
		}
	}
	body, err := json.Marshal(map[string]string{"UserID": userID})
	if err != nil { // text always fits
		return nil
	}
	ask := fmt.Sprintf("sdkappid=%d&identifier=%s", app, url.QueryEscape(admin))
	return []string{ // short ones: two cards stand side by side
		"REST=" + c.w.b.restURL() + "/v4/im_open_login_svc/kick",
		"ASK=" + quote(ask),
		`ASK="$ASK&contenttype=json&random=1"`,
		`printf 'url = "%s?%s&usersig=%s"\n' \`,
		`  "$REST" "$ASK" "$ADMIN_SIG" |`,
		"  curl -sS -K - -d " + quote(string(body)),
	}
}

// quote makes s one word of a shell.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// url and restURL are where the sandbox is; before it has a port, where it would be.
// The listener is asked and not the server, which knows its address only once it
// serves: a login clicked between the two must not go nowhere.
func (b *Bench) url() string {
	if a := b.gate.Addr(); a != nil {
		return "ws://" + a.String()
	}
	return "ws://" + net.JoinHostPort("127.0.0.1", strconv.Itoa(firstPort))
}

func (b *Bench) restURL() string { return strings.Replace(b.url(), "ws://", "http://", 1) }

// Fidelity is the sandbox's table.
func (c control) Fidelity() []panel.Fidelity {
	var rows []panel.Fidelity
	for _, f := range sandbox.FidelityTable() {
		rows = append(rows, panel.Fidelity{Area: f.Area, Key: f.Key, Behaviour: sentence(f.Behaviour), Grade: panel.Grade(f.Grade), Source: sentence(f.Source)})
	}
	return rows
}
