package sandbox

import (
	"net"
	"slices"
	"time"

	"kickbench/client/wire"
)

// reloadWithin is how soon after a kicked page's connection ended a new page may be that
// page reloaded. An app that reloads on KICKED_OUT, as many Web apps do, is back within a
// few seconds; somebody who has to log in by hand takes longer.
const reloadWithin = 10 * time.Second

// maxHeirs is how many pages of an account are remembered, and how many by whose place
// they took.
const maxHeirs = 64

// heirs guesses which new page of an account is a kicked one that was reloaded: a
// reloaded page has another instance ID, and nothing on the wire says which one it was.
// Taken for it is a page never seen before, on the same platform and from the same
// address, that logs in right after the kicked page's connection ended. Where two kicked
// pages could be the one, none is: three people who take turns are no two. The zero
// value knows nobody.
type heirs struct {
	away  []awayPage // kicked pages whose connection ended, the latest last
	seen  []string   // pages that fought or logged in, the latest last
	lines []line
}

// awayPage is a kicked page that may be about to come back.
type awayPage struct {
	page, host string
	platform   wire.Platform
	at         time.Time // when its connection ended
}

// line is a page and the first one of those that were reloaded into it.
type line struct{ page, first string }

// leaves remembers that the connection ended on which a page was told of its kick.
func (h *heirs) leaves(page string, p wire.Platform, remote string, at time.Time) {
	h.returns(page)
	if len(h.away) == maxKickedPages {
		h.away = slices.Delete(h.away, 0, 1)
	}
	h.away = append(h.away, awayPage{page, hostOf(remote), p, at})
}

// returns forgets a page that came back as itself, and so was not reloaded.
func (h *heirs) returns(page string) {
	h.away = slices.DeleteFunc(h.away, func(a awayPage) bool { return a.page == page })
}

// knows makes a page one that was there before, and reports whether it was.
func (h *heirs) knows(page string) bool {
	if slices.Contains(h.seen, page) {
		return true
	}
	if len(h.seen) == maxHeirs {
		h.seen = slices.Delete(h.seen, 0, 1)
	}
	h.seen = append(h.seen, page)
	return false
}

// enters looks whose heir a page is that logs in.
func (h *heirs) enters(page string, p wire.Platform, remote string, now time.Time) {
	h.returns(page)
	if h.knows(page) {
		return
	}
	host := hostOf(remote)
	fits := func(a awayPage) bool {
		return a.platform == p && a.host == host && now.Sub(a.at) <= reloadWithin
	}
	i := slices.IndexFunc(h.away, fits)
	if i < 0 || slices.ContainsFunc(h.away[i+1:], fits) {
		return
	}
	if len(h.lines) == maxHeirs {
		h.lines = slices.Delete(h.lines, 0, 1)
	}
	h.lines = append(h.lines, line{page, h.line(h.away[i].page)})
	h.away = slices.Delete(h.away, i, i+1)
}

// line is the first of the pages that were reloaded into this one: mostly itself.
func (h *heirs) line(page string) string {
	for _, l := range h.lines {
		if l.page == page {
			return l.first
		}
	}
	return page
}

// hostOf is an address without its port, which every connection has another of.
func hostOf(remote string) string {
	if host, _, err := net.SplitHostPort(remote); err == nil {
		return host
	}
	return remote
}
