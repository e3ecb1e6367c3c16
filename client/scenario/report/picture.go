package report

import (
	"bytes"
	"html/template"
	"time"

	"kickbench/client/sandbox"
	"kickbench/client/scenario/judge"
	"kickbench/client/scenario/run"
	"kickbench/client/timeline"
)

// pageTheme draws in the page's own variables, so that one picture is light and dark.
func pageTheme() *timeline.Theme {
	tone := func(name string) timeline.Colours {
		v := "var(--" + name + ")"
		return timeline.Colours{Bar: v, Mark: v, Ground: "var(--" + name + "-on)", Ink: v}
	}
	t := timeline.LightTheme()
	t.Card, t.Field, t.Line, t.Text, t.Muted = "var(--card)", "var(--bg)", "var(--line)", "var(--text)", "var(--muted)"
	t.Accent, t.OnBar = "var(--accent)", "var(--onbar)"
	t.Tones[timeline.Quiet], t.Tones[timeline.Wait], t.Tones[timeline.Busy] = tone("quiet"), tone("wait"), tone("busy")
	t.Tones[timeline.Good], t.Tones[timeline.Bad] = tone("good"), tone("bad")
	return t
}

// model is a run's ledger as the timeline's package takes it, each instance with the
// name of its actor.
func model(r *run.Result) *timeline.Model {
	m := timeline.New(timeline.Limits{})
	for i := range r.Ledger {
		rec := &r.Ledger[i]
		note := ""
		if a, ok := r.ActorOf(rec.InstID); ok {
			note = a.Name
			if a.Foreign {
				note += " (app under test)"
			}
		}
		m.Add(timelineRecord(rec, note))
	}
	return m
}

func timelineRecord(r *sandbox.Record, note string) timeline.Record {
	return timeline.Record{
		Seq: r.Seq, Time: r.Time, Kind: timeline.Kind(r.Kind), SDKAppID: r.SDKAppID, UserID: r.UserID,
		InstID: r.InstID, InstanceID: r.InstanceID, Platform: r.Platform, ByInstID: r.ByInstID, ByPlatform: r.ByPlatform,
		KickType: r.KickType, Rule: r.Rule, Why: r.Why, Code: r.Code, Live: r.Live, Ref: r.Ref, Late: r.Late,
		Until: r.Until, Delay: r.Delay, Rounds: r.Rounds, Remote: r.Remote, Note: note,
	}
}

// picture is the timeline of a run; "" where nothing happened.
func picture(r *run.Result, id string, l Language) template.HTML {
	m := model(r)
	if m.Empty() || len(m.Users()) == 0 {
		return ""
	}
	var b bytes.Buffer
	// To the run's end, by the sandbox's clock: the quiet after the last record is part of
	// the story.
	view := timeline.View{}
	if !r.To.IsZero() {
		view.Until = judge.SandboxTime(r, r.To)
	}
	if m.SVG(&b, timeline.Picture{View: view, Title: l.word("Timeline"), Theme: pageTheme(), Zone: time.UTC, ID: id, Words: l.Words}) != nil {
		return ""
	}
	return template.HTML(b.String()) //nolint:gosec // the timeline escapes what it writes
}
