package scenarios

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/lang"

	"kickbench/screens/look"
)

// tagRow are the tags most scenarios have, as chips, and the others in a menu. A tag is
// chosen by its word in the search, which stays the only filter there is.
type tagRow struct {
	s     *Screen
	flow  *fyne.Container
	chips map[string]*look.Chip
	all   []string
	word  map[string]string // by tag, in the window's language
}

// tagTerm asks for a tag in the search, where a space would end it.
func tagTerm(tag string) string { return "tag:" + strings.ReplaceAll(tag, " ", "-") }

// tagWords are its tags in the window's language.
func (it *Item) tagWords() []string {
	if len(it.TagWords) == len(it.Tags) {
		return it.TagWords
	}
	return it.Tags
}

// chipTags is how many have a chip: one line of them in a small window.
const chipTags = 6

// numbered are the tags that name a rule of the library: S14.
var numbered = regexp.MustCompile(`^S[0-9]+$`)

func newTagRow(s *Screen) *tagRow { return &tagRow{s: s, flow: look.Flow(look.Space2)} }

// fill takes the tags of all scenarios up.
func (t *tagRow) fill() {
	count, word := map[string]int{}, map[string]string{}
	for i := range t.s.items {
		for k, tag := range t.s.items[i].Tags {
			count[tag]++
			word[tag] = t.s.items[i].tagWords()[k]
		}
	}
	words := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		if na, nb := numbered.MatchString(a), numbered.MatchString(b); na != nb {
			return map[bool]int{true: 1, false: -1}[na]
		}
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	t.all = slices.Clone(words)
	slices.SortFunc(t.all, func(a, b string) int {
		if na, nb := numbered.MatchString(a), numbered.MatchString(b); na && nb {
			return cmp.Or(len(a)-len(b), strings.Compare(a, b))
		}
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	t.word = word
	t.chips = map[string]*look.Chip{}
	t.flow.Objects = nil
	for _, w := range words[:min(chipTags, len(words))] {
		c := look.NewChip(word[w], func() { t.toggle(w) })
		t.chips[w] = c
		t.flow.Add(c)
	}
	if len(words) > chipTags {
		more := look.NewMenuButton(lang.L("All tags"), "", look.Ghost, t.menu)
		more.Compact = true
		t.flow.Add(more)
	}
	t.mark()
}

func (t *tagRow) menu() []*fyne.MenuItem {
	items := make([]*fyne.MenuItem, len(t.all))
	for i, w := range t.all {
		items[i] = fyne.NewMenuItem(t.word[w], func() { t.toggle(w) })
	}
	return items
}

// toggle puts a tag into the search, or takes it out.
func (t *tagRow) toggle(tag string) {
	want := tagTerm(tag)
	words := strings.Fields(t.s.search.Text)
	if i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, want) }); i >= 0 {
		words = slices.Delete(words, i, i+1)
	} else {
		words = append(words, want)
	}
	t.s.search.SetText(strings.Join(words, " "))
}

// mark shows which tags the search asks for.
func (t *tagRow) mark() {
	want := terms(t.s.search.Text)
	for w, c := range t.chips {
		c.Choose(slices.Contains(want, strings.ToLower(tagTerm(w))))
	}
	t.flow.Refresh()
}
