package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kickbench/client/sandbox"
)

// before are the last lines before this moment: what a person looks at first.
func (p *player) before() []string {
	p.readLedger()
	p.mu.Lock()
	defer p.mu.Unlock()
	type line struct {
		at   time.Time
		text string
	}
	var lines []line
	for _, e := range slices.Backward(p.events) {
		if len(lines) == beforeLines {
			break
		}
		if chatter[e.Const] {
			continue
		}
		text := fmt.Sprintf("%s gets %s", e.Actor, e.Const)
		if len(e.Data) > 2 && len(e.Data) < 200 {
			text += " " + string(e.Data)
		}
		lines = append(lines, line{e.Time, text})
	}
	slices.Reverse(lines)
	for _, r := range p.ledger[max(0, len(p.ledger)-beforeLines):] {
		lines = append(lines, line{r.Time.UTC().Add(-p.advanced), "ledger: " + p.recordText(r)})
	}
	slices.SortStableFunc(lines, func(a, b line) int { return a.at.Compare(b.at) })
	var out []string
	for _, l := range lines[max(0, len(lines)-beforeLines):] {
		out = append(out, fmt.Sprintf("%8.3fs  %s", l.at.Sub(p.from).Seconds(), l.text))
	}
	return out
}

// chatter are events that follow every login and say nothing of a kick.
var chatter = map[string]bool{"CONVERSATION_LIST_UPDATED": true, "GROUP_LIST_UPDATED": true, "BLACKLIST_UPDATED": true}

// beforeLines is how many lines are shown before a failure.
const beforeLines = 8

// recordText says a record in one line. With mu held.
func (p *player) recordText(r sandbox.Record) string {
	parts := []string{string(r.Kind)}
	if name := p.nameOf(r.InstID, r.InstanceID); name != "" {
		parts = append(parts, name)
	} else if r.UserID != "" {
		parts = append(parts, r.UserID)
	}
	if r.ByInstID != 0 {
		parts = append(parts, "by "+p.nameOf(r.ByInstID, ""))
	}
	if r.KickType != "" {
		parts = append(parts, string(r.KickType))
	}
	if r.Rule != "" {
		parts = append(parts, "("+r.Rule+")")
	}
	if r.Code != 0 {
		parts = append(parts, fmt.Sprintf("code %d", r.Code))
	}
	if r.Why != "" {
		parts = append(parts, r.Why)
	}
	return strings.Join(parts, " ")
}
