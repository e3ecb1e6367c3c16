package status

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2/lang"

	"kickbench/client"
	"kickbench/screens/look"
)

func cardTitle(s string) *look.Text { return look.NewBold(s).Toned(look.ColorMuted).Elided() }

// connectionCard tells how the line to the server is.
type connectionCard struct {
	card  *look.Surface
	badge *look.Badge
	spark *look.Spark
	trip  *look.Text
	drops *look.Text
}

func newConnectionCard() *connectionCard {
	c := &connectionCard{
		badge: look.NewBadge(look.NetVisual("")),
		spark: look.NewSpark(), trip: look.NewMuted("").Elided(), drops: look.NewMuted("").Elided(),
	}
	c.card = look.NewCard(look.Column(
		look.Space2, cardTitle(lang.L("Connection")), look.Line(0, c.badge),
		c.spark, look.Column(2, c.trip, c.drops),
	))
	return c
}

func (c *connectionCard) show(m Model) {
	c.badge.Set(look.NetVisual(m.Net))
	values := make([]float32, len(m.RoundTrips))
	for i, d := range m.RoundTrips {
		values[i] = float32(d)
	}
	c.spark.Set(values)
	trip, up := "–", m.Net == client.NetConnected
	if m.RoundTrip > 0 && up {
		trip = look.Span(m.RoundTrip)
	}
	c.trip.Set(lang.L("round trip {{.Time}}", map[string]any{"Time": trip}))
	drops := lang.XN("reconnects", "{{.N}} reconnects", m.Reconnects, map[string]any{"N": m.Reconnects})
	if !m.NetSince.IsZero() {
		since := map[string]any{"Time": look.ClockSeconds(m.NetSince)}
		if up || m.Net == "" {
			drops += " · " + lang.L("since {{.Time}}", since)
		} else {
			drops += " · " + lang.L("lost since {{.Time}}", since)
		}
	}
	c.drops.Set(drops)
}

// sessionCard tells who is logged in and for how long.
type sessionCard struct {
	card     *look.Surface
	badge    *look.Badge
	length   *look.Text
	user     *look.Pair
	instance *look.Pair
	tiny     *look.Pair
	clock    *look.Pair
}

func newSessionCard() *sessionCard {
	c := &sessionCard{
		badge: look.NewBadge(look.StateVisual(client.Idle)), length: look.NewText("").Toned(look.ColorMuted).Elided(),
		user: look.NewPair("userID"), instance: look.NewPair(lang.L("instance")),
		tiny: look.NewPair("tinyID"), clock: look.NewPair(lang.L("server time")),
	}
	c.card = look.NewCard(look.Column(
		look.Space2, cardTitle(lang.L("Session")), look.Line(look.Space3, c.badge, look.Wide(c.length)),
		look.Pairs(c.user, c.instance, c.tiny, c.clock),
	))
	return c
}

func (c *sessionCard) show(m Model) {
	c.badge.Set(look.StateVisual(m.State))
	c.user.Set(m.UserID)
	instance := m.Instance
	if instance != "" {
		instance = fmt.Sprintf("%s · %s", m.Instance, m.Platform.Label())
	}
	c.instance.Set(instance)
	c.tiny.Set(m.TinyID)
}

func (c *sessionCard) tick(m Model, now time.Time) {
	length := ""
	if !m.Since.IsZero() && now.After(m.Since) {
		length = lang.L("for {{.Time}}", map[string]any{"Time": look.Duration(now.Sub(m.Since))})
	}
	c.length.Set(length)
	clock := serverTime(m, now)
	if clock.Local().YearDay() == now.Local().YearDay() && clock.Local().Year() == now.Local().Year() {
		c.clock.Set(look.ClockSeconds(clock))
	} else { // the sandbox's clock was advanced: the day is what counts
		c.clock.Set(look.DateTime(clock))
	}
}

// serverTime is the server's clock at the local time now; zero where it is not known.
func serverTime(m Model, now time.Time) time.Time {
	if m.ServerTime.IsZero() {
		return time.Time{}
	}
	return m.ServerTime.Add(now.Sub(m.At))
}

// sigCard tells how much life the UserSig has left.
type sigCard struct {
	card   *look.Surface
	left   *look.Text
	of     *look.Text
	bar    *look.Bar
	until  *look.Text
	expire *look.Button
	tone   *look.Glyph
}

func newSigCard(s *Screen) *sigCard {
	c := &sigCard{
		left: look.NewBold(""), of: look.NewMuted("").Elided(), bar: look.NewBar(),
		until: look.NewMuted("").Elided(), tone: look.NewGlyph(look.IconCheck, look.ToneGood.Mark(), 15),
	}
	c.expire = look.NewButton(lang.L("Expire now"), "", look.Plain, s.expire)
	c.card = look.NewCard(look.Column(
		look.Space2, cardTitle("UserSig"), look.Inset(3, 2, 0, 0, look.Line(look.Space2, c.tone, c.left, look.Wide(c.of))),
		c.bar, c.until, look.Line(0, c.expire),
	))
	return c
}

func (c *sigCard) show(m Model) {
	look.SetVisible(c.expire, m.Sandbox)
	if m.State.LoggedIn() {
		c.expire.Enable()
	} else {
		c.expire.Disable()
	}
}

func (c *sigCard) tick(m Model, now time.Time) {
	if m.SigExpires.IsZero() {
		c.tone.Set(look.IconInfo, look.ColorMuted)
		c.left.SetColored(lang.L("not known"), look.ColorMuted)
		c.of.Set("")
		c.until.Set("")
		c.bar.Set(0, look.ToneQuiet)
		return
	}
	clock := serverTime(m, now)
	if clock.IsZero() {
		clock = now
	}
	whole, left := m.SigExpires.Sub(m.SigIssued), m.SigExpires.Sub(clock)
	until := map[string]any{"Time": look.DateTime(m.SigExpires)}
	if left <= 0 {
		c.tone.Set(look.IconFail, look.ToneBad.Mark())
		c.left.SetColored(lang.L("expired"), look.ToneBad.Ink())
		c.of.Set("")
		c.until.Set(lang.L("since {{.Time}}", until))
		c.bar.Set(0, look.ToneBad)
		return
	}
	share, tone, icon := float32(left)/float32(whole), look.ToneGood, look.IconCheck
	if share < 0.1 {
		tone, icon = look.ToneWait, look.IconWarn
	}
	c.tone.Set(icon, tone.Mark())
	c.left.SetColored(look.Duration(left), look.ColorText)
	c.of.Set(lang.L("of {{.Whole}}", map[string]any{"Whole": look.Length(whole)}))
	c.until.Set(lang.L("valid until {{.Time}}", until))
	c.bar.Set(share, tone)
}
