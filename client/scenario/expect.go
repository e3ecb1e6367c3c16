package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Expectations are one or several.
type Expectations []Expectation

// Expectation is something that has to be so: exactly one of the members with a
// question is set.
type Expectation struct {
	Line int `yaml:"-"`

	Event     *EventIs   `yaml:"event" one:"expectation" doc:"An actor got an event so often."`
	Never     *EventIs   `yaml:"never" one:"expectation" doc:"An actor did not get an event."`
	Order     *OrderIs   `yaml:"order" one:"expectation" doc:"An actor got exactly these of the events named, in this order."`
	Online    *ActorRefs `yaml:"online" one:"expectation" doc:"Exactly these actors count as online."`
	State     *StateIs   `yaml:"state" one:"expectation" doc:"The state of an actor's instance."`
	Ledger    *LedgerIs  `yaml:"ledger" one:"expectation" doc:"The sandbox wrote something down so often."`
	AfterKick *AfterKick `yaml:"afterKick" one:"expectation" doc:"What an actor did after it was kicked: the app under test, too."`
	War       *WarIs     `yaml:"war" one:"expectation" doc:"Actors evict each other in turn."`
	Frame     *FrameIs   `yaml:"frame" one:"expectation" doc:"An actor sent or received a frame so often."`
	Webhook   *WebhookIs `yaml:"webhook" one:"expectation" doc:"The webhook was told something so often."`

	Within *Duration `yaml:"within" doc:"How long to wait until it is so: 1s. What can come too often (never, 3, <=2, 2..4, an order, acknowledged: false) is watched for all of it."`
	For    *Duration `yaml:"for" doc:"How long it has to stay so."`
	Since  MarkRef   `yaml:"since" doc:"Count from this mark on: from the beginning."`
	GoOn   bool      `yaml:"goOn" doc:"Goes on with the steps where it is not so; the run fails all the same."`
}

// EventIs is an event of an actor.
type EventIs struct {
	On    ActorRef          `yaml:"on" need:"yes" own:"yes" doc:"Whose event."`
	Name  EventName         `yaml:"name" need:"yes" doc:"The vendor's name, or its constant."`
	Where map[string]string `yaml:"where" doc:"Members of its data, by their path: type: multipleAccount."`
	Times Count             `yaml:"times" doc:"How often: at least once. 3, >=3, <=2 or 2..4."`
}

// OrderIs is an order of events.
type OrderIs struct {
	On    ActorRef    `yaml:"on" need:"yes" own:"yes" doc:"Whose events."`
	Names []EventName `yaml:"names" need:"yes" doc:"The events, in order; others are not looked at."`
}

// StateIs is the state of an actor's instance.
type StateIs struct {
	On ActorRef  `yaml:"on" need:"yes" own:"yes" doc:"Whose."`
	Is StateName `yaml:"is" need:"yes" doc:"Idle, Connecting, LoggingIn, Ready, Reconnecting, Kicked, LoggedOut or Destroyed."`
}

// LedgerIs picks records of the ledger; what is left out picks all.
type LedgerIs struct {
	Kind  RecordKind `yaml:"kind" need:"yes" doc:"What was written down."`
	On    ActorRef   `yaml:"on" doc:"Of whom."`
	By    ActorRef   `yaml:"by" doc:"Whose login did it."`
	User  string     `yaml:"user" doc:"Of which user."`
	Type  KickType   `yaml:"type" doc:"Of a kick, its type."`
	Rule  string     `yaml:"rule" doc:"Of a kick, by which rule; of kickAfter what was done; of defect its name."`
	Code  int        `yaml:"code" range:"1.." doc:"What was answered."`
	Late  *bool      `yaml:"late" doc:"Of a kick, whether nobody was there to be told."`
	Times Count      `yaml:"times" doc:"How often: at least once."`
}

// AfterKick is what an actor did after it was kicked last.
type AfterKick struct {
	On           ActorRef  `yaml:"on" need:"yes" doc:"Who."`
	Acknowledged *bool     `yaml:"acknowledged" doc:"Whether it acknowledged the kick. The vendor's SDK does, but for a REST kick."`
	AwayFor      *Duration `yaml:"awayFor" doc:"How long after the kick it was not back: waits for so long."`
	Returns      Count     `yaml:"returns" doc:"How often it came back by itself, over all its kicks."`
}

// WarIs is a kick war.
type WarIs struct {
	Between ActorRefs `yaml:"between" some:"yes" doc:"Two actors: any, where left out."`
	Rounds  Count     `yaml:"rounds" doc:"How many evictions in turn: at least once. A war begins with the third."`
	Grows   *bool     `yaml:"grows" doc:"Whether they wait longer and longer."`
}

// WebhookIs picks webhook events; what is left out picks all.
type WebhookIs struct {
	User   string   `yaml:"user" doc:"Of which user."`
	Action string   `yaml:"action" doc:"Login, Logout or Disconnect."`
	Reason string   `yaml:"reason" doc:"Register, Unregister, LinkClose or TimeOut."`
	Kicked Platform `yaml:"kicked" doc:"Names this platform in KickedDevice."`
	Times  Count    `yaml:"times" doc:"How often: at least once."`
}

// FrameIs picks frames of an actor; what is left out picks all. Of a run's heartbeats
// the first thousand count: a day has more than anybody reads.
type FrameIs struct {
	On        ActorRef          `yaml:"on" need:"yes" own:"yes" doc:"Whose frames."`
	Command   Command           `yaml:"command" doc:"login, logout, hello, alive, push, or a whole servcmd."`
	Direction Direction         `yaml:"direction" doc:"up, sent by the actor, or down."`
	Where     map[string]string `yaml:"where" doc:"Members of the frame, by their path: body.ErrorCode: 70001."`
	Times     Count             `yaml:"times" doc:"How often: at least once."`
}

// String says the expectation in one line.
func (e Expectation) String() string {
	text := e.what()
	if e.Since != "" {
		text += " since " + string(e.Since)
	}
	if e.Within != nil {
		text += " within " + e.Within.String()
	}
	if e.For != nil {
		text += ", for " + e.For.String()
	}
	return text
}

func (e Expectation) what() string {
	switch {
	case e.Event != nil:
		return fmt.Sprintf("%s gets %s %s", e.Event.On, e.Event.text(), e.Event.Times)
	case e.Never != nil:
		return fmt.Sprintf("%s never gets %s", e.Never.On, e.Never.text())
	case e.Order != nil:
		names := make([]string, len(e.Order.Names))
		for i, n := range e.Order.Names {
			names[i] = string(n)
		}
		return fmt.Sprintf("%s gets %s, in this order and no more of them", e.Order.On, strings.Join(names, ", "))
	case e.Online != nil:
		return "online: " + e.Online.String()
	case e.State != nil:
		return fmt.Sprintf("%s is %s", e.State.On, e.State.Is)
	case e.Ledger != nil:
		return "the ledger has " + e.Ledger.text() + " " + e.Ledger.Times.String()
	case e.AfterKick != nil:
		return string(e.AfterKick.On) + " after its kick: " + e.AfterKick.text()
	case e.War != nil:
		return e.War.text()
	case e.Frame != nil:
		return fmt.Sprintf("%s has %s %s", e.Frame.On, e.Frame.text(), e.Frame.Times)
	case e.Webhook != nil:
		return "the webhook is told " + e.Webhook.text() + " " + e.Webhook.Times.String()
	}
	return "nothing"
}

func (e EventIs) text() string { return string(e.Name) + whereText(e.Where) }

func (f FrameIs) text() string {
	text := "frames"
	if f.Command != "" {
		text += " of " + string(f.Command)
	}
	if f.Direction != "" {
		text += map[Direction]string{"up": " sent", "down": " received"}[f.Direction]
	}
	return text + whereText(f.Where)
}

func whereText(where map[string]string) (text string) {
	for i, k := range slices.Sorted(maps.Keys(where)) {
		if i > 0 {
			text += " and"
		}
		text += fmt.Sprintf(" with %s %s", k, where[k])
	}
	return text
}

func (l LedgerIs) text() string {
	text := string(l.Kind)
	for _, p := range []struct{ word, value string }{
		{"of", string(l.On)}, {"by", string(l.By)}, {"of user", l.User}, {"as", string(l.Type)}, {"by rule", l.Rule},
	} {
		if p.value != "" {
			text += " " + p.word + " " + p.value
		}
	}
	if l.Code != 0 {
		text += fmt.Sprintf(" with code %d", l.Code)
	}
	if l.Late != nil {
		text += map[bool]string{true: ", missed", false: ", told at once"}[*l.Late]
	}
	return text
}

func (a AfterKick) text() string {
	var parts []string
	if a.Acknowledged != nil {
		parts = append(parts, map[bool]string{true: "acknowledged it", false: "did not acknowledge it"}[*a.Acknowledged])
	}
	if a.AwayFor != nil {
		parts = append(parts, "stayed away for "+a.AwayFor.String())
	}
	if a.Returns.Set {
		parts = append(parts, "came back by itself "+a.Returns.String())
	}
	return strings.Join(parts, ", ")
}

func (w WarIs) text() string {
	who := "actors evict"
	if len(w.Between) > 0 {
		who = w.Between.String() + " evict"
	}
	text := who + " each other in turn " + w.Rounds.String()
	if w.Grows != nil {
		text += map[bool]string{true: ", waiting longer and longer", false: ", without waiting longer"}[*w.Grows]
	}
	return text
}

func (w WebhookIs) text() string {
	text := "of"
	if w.Action != "" {
		text += " " + w.Action
	}
	if w.Reason != "" {
		text += "(" + w.Reason + ")"
	}
	if text == "of" {
		text = "of any change"
	}
	if w.User != "" {
		text += " of " + w.User
	}
	if w.Kicked != 0 {
		text += " kicking " + w.Kicked.String()
	}
	return text
}
