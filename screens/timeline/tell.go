package timeline

import (
	"strconv"

	"fyne.io/fyne/v2/lang"

	"kickbench/client/timeline"
	"kickbench/client/wire"
	"kickbench/screens/look"
)

// told is a record in words.
type told struct {
	tone  look.Tone
	icon  look.IconName
	title string
	text  string
}

// tell says what a record says.
func (c *chart) tell(id timeline.ID) told {
	m := c.model
	r, ok := m.Record(id)
	if !ok {
		return told{}
	}
	t := told{tone: look.ToneQuiet, icon: look.IconInfo, text: c.why(r.Why)}
	d := map[string]any{"Who": who(m, r), "By": named(r.ByPlatform, r.ByInstID), "Code": r.Code, "Time": length(r.Delay)}
	if k := m.KickOf(id); k != nil {
		t.tone, t.icon = look.ToneBad, look.IconStateKicked
		t.title, t.text = c.tellKick(k, d)
		return t
	}
	set := func(tone look.Tone, icon look.IconName, title string) { t.tone, t.icon, t.title = tone, icon, title }
	switch r.Kind {
	case timeline.KindLogin:
		set(look.ToneGood, look.IconStateReady, lang.L("{{.Who}} logged in", d))
	case timeline.KindReturn:
		set(look.ToneGood, look.IconStateReady, lang.L("{{.Who}} logged in again, from the same page", d))
	case timeline.KindResume:
		set(look.ToneGood, look.IconStateReady, lang.L("{{.Who}} is back, with its session kept", d))
	case timeline.KindLoginRefused:
		set(look.ToneBad, look.IconFail, lang.L("A login of {{.Who}} was refused ({{.Code}})", d))
	case timeline.KindLogout:
		set(look.ToneQuiet, look.IconStateOut, lang.L("{{.Who}} logged out", d))
	case timeline.KindClosed:
		set(look.ToneQuiet, look.IconStateEnded, lang.L("The page of {{.Who}} was closed", d))
	case timeline.KindDisconnect, timeline.KindSlow:
		set(look.ToneWait, look.IconStateWaiting, lang.L("{{.Who}} lost its connection", d))
	case timeline.KindGone:
		set(look.ToneWait, look.IconStateWaiting, lang.L("{{.Who}} was away too long: it counts no more", d))
	case timeline.KindCut:
		set(look.ToneWait, look.IconWarn, lang.L("The network of {{.Who}} was cut", d))
	case timeline.KindExpiry:
		set(look.ToneWait, look.IconWarn, lang.L("The UserSig of {{.Who}} ran out", d))
	case timeline.KindExpiryTold:
		set(look.ToneBad, look.IconStateKicked, lang.L("{{.Who}} was told that its UserSig has expired ({{.Code}})", d))
	case timeline.KindRESTKick:
		set(look.ToneBad, look.IconStateKicked, lang.L("The REST API kicked {{.Who}}", d))
	case timeline.KindAccountDeleted:
		set(look.ToneBad, look.IconStateKicked, lang.L("The account {{.Who}} was deleted", d))
	case timeline.KindSettings:
		set(look.ToneQuiet, look.IconInfo, lang.L("The login settings were changed"))
	case timeline.KindSettingsApplied:
		set(look.ToneQuiet, look.IconInfo, lang.L("Changed login settings came into force"))
	case timeline.KindState:
		set(look.ToneQuiet, look.IconInfo, lang.L("The sandbox was set up anew"))
	case timeline.KindClock:
		set(look.ToneQuiet, look.IconInfo, lang.L("The clock was advanced by {{.Time}}", d))
	case timeline.KindFault:
		set(look.ToneWait, look.IconWarn, lang.L("A fault struck {{.Who}}", d))
	case timeline.KindFaultSet:
		set(look.ToneWait, look.IconWarn, lang.L("A fault was set"))
	case timeline.KindFaultCleared:
		set(look.ToneQuiet, look.IconInfo, lang.L("A fault was taken back"))
	case timeline.KindDefects:
		set(look.ToneWait, look.IconWarn, lang.L("Defects were switched"))
	case timeline.KindDefect:
		set(look.ToneWait, look.IconWarn, lang.L("A defect changed what happened to {{.Who}}", d))
	case timeline.KindClone:
		set(look.ToneWait, look.IconWarn, lang.L("Two pages have the identity of {{.Who}}", d))
	case timeline.KindKickWar:
		set(look.ToneBad, look.IconStateKicked, lang.L("Kick war: {{.Who}} and {{.By}} evict each other in turn", d))
	default:
		v := visual(r.State)
		d["State"] = v.Word
		set(v.Tone, v.Icon, lang.L("{{.Who}}: {{.State}}", d))
	}
	return t
}

// why is the ledger's reason in the window's language.
func (c *chart) why(english string) string {
	if c.words.Why == nil {
		return english
	}
	return c.words.Why(english)
}

func visual(s timeline.State) look.Visual {
	w := words()
	v := look.Visual{Tone: look.ToneQuiet, Icon: look.IconStateOut, Word: w.States[s]}
	switch s {
	case timeline.Connecting, timeline.Lost, timeline.Gone:
		v.Tone, v.Icon = look.ToneWait, look.IconStateWaiting
	case timeline.LoggingIn:
		v.Tone, v.Icon = look.ToneBusy, look.IconStateBusy
	case timeline.Ready:
		v.Tone, v.Icon = look.ToneGood, look.IconStateReady
	case timeline.Kicked, timeline.Expired:
		v.Tone, v.Icon = look.ToneBad, look.IconStateKicked
	case timeline.Closed, timeline.Destroyed:
		v.Icon = look.IconStateEnded
	case timeline.Nothing:
		v.Word = lang.L("Not logged in")
	}
	return v
}

func (c *chart) tellKick(k *timeline.Kick, d map[string]any) (title, text string) {
	d["Type"], d["Limit"], d["Platform"] = string(k.Type), k.Limit, k.Platform.Group().Label()
	switch k.Cause {
	case timeline.ByLogin:
		title = lang.L("{{.By}} took the place of {{.Who}}", d)
	case timeline.ByREST:
		title = lang.L("The REST API kicked {{.Who}}", d)
	case timeline.ByConsole:
		title = lang.L("The sandbox was told to kick {{.Who}}", d)
	default:
		if title = lang.L("{{.Who}} was kicked", d); k.ByPlatform != wire.PlatformUnknown {
			title = lang.L("{{.Who}} was kicked by {{.By}}", d)
		}
	}
	parts := []string{}
	if k.Limit > 0 {
		parts = append(parts, lang.L("One login more than {{.Limit}} on {{.Platform}}: {{.Type}}.", d))
	} else if k.Why != "" {
		parts = append(parts, c.why(k.Why))
	}
	d["Time"] = length(k.AckDelay)
	switch {
	case k.Acked:
		parts = append(parts, lang.L("Acknowledged after {{.Time}}.", d))
	case k.Late && k.Told.IsZero():
		parts = append(parts, lang.L("It was offline and does not know yet."))
	case k.Late:
		parts = append(parts, lang.L("It was offline and was told on its return."))
	}
	d["Time"] = length(k.AfterDelay)
	switch k.After {
	case "returned":
		parts = append(parts, lang.L("The page logged in again after {{.Time}}.", d))
	case "resumed":
		parts = append(parts, lang.L("The page came back by itself after {{.Time}}, with its old key.", d))
	case "left":
		parts = append(parts, lang.L("Its connection ended after {{.Time}}.", d))
	}
	for i, p := range parts { // Chinese sets no space between sentences
		if i == 0 {
			text = p
			continue
		}
		text = lang.X("sentences", "{{.First}} {{.Next}}", map[string]any{"First": text, "Next": p})
	}
	return title, text
}

// who is whom a record is about: an instance, or a user.
func who(m *timeline.Model, r *timeline.Record) string {
	if r.InstID == 0 && r.Platform == wire.PlatformUnknown {
		return r.UserID
	}
	name := named(r.Platform, r.InstID)
	if len(m.Users()) > 1 {
		name = r.UserID + " · " + name
	}
	return name
}

func named(p wire.Platform, inst uint64) string {
	name := lang.L("Instance")
	if p != wire.PlatformUnknown {
		name = p.Label()
	}
	if inst != 0 {
		name += " " + strconv.FormatUint(inst, 10)
	}
	return name
}
