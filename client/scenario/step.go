package scenario

import (
	"fmt"
	"strings"
)

// Step is one thing that is done: exactly one of its members is set.
type Step struct {
	Line int `yaml:"-"`

	Login      *Login       `yaml:"login" one:"step" doc:"Logs actors in, one after the other."`
	Logout     *Call        `yaml:"logout" one:"step" doc:"Logs actors out."`
	Destroy    *Who         `yaml:"destroy" one:"step" doc:"Destroys actors' instances."`
	Close      *Who         `yaml:"close" one:"step" doc:"Closes actors' pages without a logout; a later login is another page."`
	Refresh    *Login       `yaml:"refresh" one:"step" doc:"Reloads actors' pages: closes them and logs in on new ones."`
	Kick       *Kick        `yaml:"kick" one:"step" doc:"The server kicks actors."`
	RESTKick   *RESTKick    `yaml:"restKick" one:"step" doc:"The REST API kicks an account."`
	Expire     *Anyone      `yaml:"expire" one:"step" doc:"Actors' UserSigs run out now."`
	Cut        *Cut         `yaml:"cut" one:"step" doc:"Takes actors' network away, without a close frame."`
	Restore    *Who         `yaml:"restore" one:"step" doc:"Gives the network back."`
	Wait       *Duration    `yaml:"wait" one:"step" doc:"Lets time pass for everybody."`
	Advance    *Duration    `yaml:"advance" one:"step" doc:"Moves the sandbox's clock alone: a UserSig of 180 days runs out at once."`
	Set        *Settings    `yaml:"set" one:"step" doc:"Changes login settings."`
	Send       *Send        `yaml:"send" one:"step" doc:"An actor sends a text message to a user."`
	Call       *MethodCall  `yaml:"call" one:"step" doc:"An actor calls a method of the SDK that needs a login."`
	Fault      *Fault       `yaml:"fault" one:"step" doc:"Sets a fault."`
	ClearFault *ClearFault  `yaml:"clearFault" one:"step" doc:"Takes a fault back, by name."`
	Defect     *[]Defect    `yaml:"defect" one:"step" doc:"Turns these defects on and all others off."`
	Mark       *MarkName    `yaml:"mark" one:"step" doc:"Names this moment, for since."`
	Say        *string      `yaml:"say" one:"step" doc:"A line for the report: what the tester is to do now, or why."`
	WaitFor    *Expectation `yaml:"waitFor" one:"step" doc:"Waits until something is so: at most 30s, or within."`
	Expect     Expectations `yaml:"expect" some:"yes" one:"step" doc:"What has to be so at this point."`
	Parallel   *[][]Step    `yaml:"parallel" some:"yes" one:"step" doc:"Branches that run side by side."`
	Repeat     *Repeat      `yaml:"repeat" one:"step" doc:"Does steps again and again."`
}

// Login logs actors in.
type Login struct {
	Actor   ActorRefs `yaml:"actor" short:"yes" need:"yes" own:"yes" doc:"Who."`
	UserSig UserSig   `yaml:"userSig" doc:"How long its UserSig lives: 180d. Or previous, expired, forged, other."`
	Fails   int       `yaml:"fails" doc:"The code that it has to fail with."`
	Repeat  *bool     `yaml:"repeat" doc:"Whether it has to be a repeated login."`
}

// Call is a call that may have to fail.
type Call struct {
	Actor ActorRefs `yaml:"actor" short:"yes" need:"yes" own:"yes" doc:"Who."`
	Fails int       `yaml:"fails" doc:"The code that it has to fail with."`
}

// Who names actors.
type Who struct {
	Actor ActorRefs `yaml:"actor" short:"yes" need:"yes" own:"yes" doc:"Who."`
}

// Anyone names actors, foreign ones too.
type Anyone struct {
	Actor ActorRefs `yaml:"actor" short:"yes" need:"yes" doc:"Who."`
}

// Kick is a kick by the server, as its console does it.
type Kick struct {
	Actor ActorRefs `yaml:"actor" short:"yes" need:"yes" doc:"Who."`
	Type  KickType  `yaml:"type" doc:"multipleAccount where left out."`
}

// RESTKick is a kick of an account by the REST API.
type RESTKick struct {
	User string `yaml:"user" short:"yes" need:"yes" doc:"Whose sessions end."`
}

// Cut takes the network away.
type Cut struct {
	Actor ActorRefs `yaml:"actor" short:"yes" need:"yes" doc:"Who."`
	For   *Duration `yaml:"for" doc:"How long: until restore. A foreign actor's has to be said."`
}

// Send sends a text message.
type Send struct {
	Actor ActorRef `yaml:"actor" need:"yes" own:"yes" doc:"Who."`
	To    string   `yaml:"to" need:"yes" doc:"To which user."`
	Text  string   `yaml:"text" need:"yes" doc:"What it says."`
	Fails int      `yaml:"fails" doc:"The code that it has to fail with."`
}

// MethodCall calls a method of the SDK.
type MethodCall struct {
	Actor  ActorRef `yaml:"actor" need:"yes" own:"yes" doc:"Who."`
	Method Method   `yaml:"method" need:"yes" doc:"What."`
	Fails  int      `yaml:"fails" doc:"The code that it has to fail with."`
}

// ClearFault takes a fault back.
type ClearFault struct {
	Name FaultRef `yaml:"name" short:"yes" need:"yes" doc:"Its name."`
}

// Repeat does steps again.
type Repeat struct {
	Times int    `yaml:"times" range:"1..1000" need:"yes" doc:"How often: 1 to 1000."`
	Steps []Step `yaml:"steps" need:"yes" doc:"What."`
}

// Names that something else in the file gives.
type (
	// ActorRef is the name of an actor; ActorRefs one or several.
	ActorRef  string
	ActorRefs []ActorRef
	// MarkName names a moment, MarkRef is such a name.
	MarkName string
	MarkRef  string
	// FaultRef is the name of a fault.
	FaultRef string
)

// String is "a and b".
func (r ActorRefs) String() string {
	names := make([]string, len(r))
	for i, n := range r {
		names[i] = string(n)
	}
	switch n := len(names); n {
	case 0:
		return "nobody"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
}

func (r ActorRefs) verb(one, many string) string {
	if len(r) == 1 {
		return r.String() + " " + one
	}
	return r.String() + " " + many
}

// Kind is the step's word: "login".
func (s Step) Kind() string { k, _, _ := s.describe(); return k }

// String says the step in one line.
func (s Step) String() string { _, text, _ := s.describe(); return text }

func fails(code int) string {
	if code == 0 {
		return ""
	}
	return fmt.Sprintf(", which has to fail with %d", code)
}

// describe is the step's word, the step in one line, and whom it concerns.
func (s Step) describe() (kind, text string, who ActorRefs) {
	switch {
	case s.Login != nil:
		text = s.Login.Actor.verb("logs in", "log in")
		switch sig := s.Login.UserSig; {
		case sig.Word == "previous":
			text += " with the previous UserSig"
		case sig.Word != "":
			text += " with a UserSig that is " + map[string]string{"expired": "expired", "forged": "forged", "other": "another user's"}[sig.Word]
		case sig.Life != 0:
			text += " with a UserSig for " + sig.Life.String()
		}
		return "login", text + fails(s.Login.Fails), s.Login.Actor
	case s.Logout != nil:
		return "logout", s.Logout.Actor.verb("logs out", "log out") + fails(s.Logout.Fails), s.Logout.Actor
	case s.Destroy != nil:
		return "destroy", s.Destroy.Actor.verb("destroys its instance", "destroy their instances"), s.Destroy.Actor
	case s.Close != nil:
		return "close", s.Close.Actor.verb("closes its page", "close their pages"), s.Close.Actor
	case s.Refresh != nil:
		return "refresh", s.Refresh.Actor.verb("reloads its page", "reload their pages") + fails(s.Refresh.Fails), s.Refresh.Actor
	case s.Kick != nil:
		return "kick", fmt.Sprintf("the server kicks %s as %s", s.Kick.Actor, s.Kick.kickType()), s.Kick.Actor
	case s.RESTKick != nil:
		return "restKick", "the REST API kicks " + s.RESTKick.User, nil
	case s.Expire != nil:
		return "expire", "the UserSig of " + s.Expire.Actor.String() + " runs out", s.Expire.Actor
	case s.Cut != nil:
		text = s.Cut.Actor.verb("loses its network", "lose their network")
		if s.Cut.For != nil {
			text += " for " + s.Cut.For.String()
		}
		return "cut", text, s.Cut.Actor
	case s.Restore != nil:
		return "restore", s.Restore.Actor.verb("has its network back", "have their network back"), s.Restore.Actor
	case s.Wait != nil:
		return "wait", s.Wait.String() + " pass", nil
	case s.Advance != nil:
		return "advance", "the sandbox's clock is advanced by " + s.Advance.String(), nil
	case s.Set != nil:
		return "set", "the login settings change", nil
	case s.Send != nil:
		return "send", fmt.Sprintf("%s sends %q to %s", s.Send.Actor, s.Send.Text, s.Send.To) + fails(s.Send.Fails), ActorRefs{s.Send.Actor}
	case s.Call != nil:
		return "call", fmt.Sprintf("%s calls %s", s.Call.Actor, s.Call.Method) + fails(s.Call.Fails), ActorRefs{s.Call.Actor}
	case s.Fault != nil:
		return "fault", "a fault is set" + named(s.Fault.Name), nil
	case s.ClearFault != nil:
		return "clearFault", "the fault" + named(string(s.ClearFault.Name)) + " is taken back", nil
	case s.Defect != nil:
		if len(*s.Defect) == 0 {
			return "defect", "all defects are turned off", nil
		}
		names := make([]string, len(*s.Defect))
		for i, d := range *s.Defect {
			names[i] = string(d)
		}
		return "defect", "defects are on: " + strings.Join(names, ", "), nil
	case s.Mark != nil:
		return "mark", "this moment is called " + string(*s.Mark), nil
	case s.Say != nil:
		return "say", *s.Say, nil
	case s.WaitFor != nil:
		return "waitFor", "wait for: " + s.WaitFor.String(), nil
	case s.Expect != nil:
		if len(s.Expect) == 1 {
			return "expect", s.Expect[0].String(), nil
		}
		return "expect", fmt.Sprintf("%d expectations", len(s.Expect)), nil
	case s.Parallel != nil:
		return "parallel", fmt.Sprintf("%d branches side by side", len(*s.Parallel)), nil
	case s.Repeat != nil:
		return "repeat", times(s.Repeat.Times), nil
	}
	return "", "nothing", nil
}

func named(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

func (k *Kick) kickType() KickType {
	if k.Type == "" {
		return "multipleAccount"
	}
	return k.Type
}
