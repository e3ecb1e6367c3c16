package report

import (
	"slices"
	"strings"

	"kickbench/client/timeline"
)

// Language is what the page of HTML is written in; nothing else is written in any but
// English, which programs and bug trackers read.
type Language struct {
	// Tag is HTML's: "zh-Hans".
	Tag string
	// Say says an English sentence in the language. The page's own words come behind
	// "report: ", lest they be taken for something else; what is given back as it came is
	// not known.
	Say func(english string) string
	// Words are the picture's; nil leaves them English.
	Words *timeline.Words
}

// In is a reporter whose pages are in a language.
func (p *Reporter) In(l Language) *Reporter {
	c := *p
	c.language = l
	return &c
}

// pageMark begins what is said of a page's own words.
const pageMark = "report: "

// sumMark begins the sentence that sums a run up.
const sumMark = "in all: "

// word says a word of the page, or a sentence of the record.
func (l Language) word(english string) string {
	if l.Say == nil || english == "" {
		return english
	}
	// Where the mark is still there, it was taken for a name in a sentence of the record.
	if said := l.Say(pageMark + english); !strings.Contains(said, pageMark) {
		return said
	}
	return l.Say(english)
}

// sentence says a sentence of the record, which may also be one of the page.
func (l Language) sentence(english string) string {
	if english == "" {
		return ""
	}
	if said := l.Say(english); said != english {
		return said
	}
	return l.word(english)
}

// words says what is joined by dots, piece by piece.
func (l Language) words(english string) string {
	if l.Say == nil {
		return english
	}
	parts := strings.Split(english, " · ")
	for i, part := range parts {
		parts[i] = l.word(part)
	}
	return strings.Join(parts, " · ")
}

// each gives a list of its own: the run's goes into other reports too.
func (l Language) each(list []string) []string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = l.sentence(list[i])
	}
	return list
}

func (l Language) all(texts ...*string) {
	for _, text := range texts {
		*text = l.word(*text)
	}
}

func (l Language) sentences(texts ...*string) {
	for _, text := range texts {
		*text = l.sentence(*text)
	}
}

// Say is for the template: $.Say "Steps".
func (p page) Say(english string) string { return p.language.word(english) }

// Lang is the page's language as HTML has it.
func (p page) Lang() string {
	if p.language.Tag == "" {
		return "en"
	}
	return p.language.Tag
}

// say says all that a page says in its language.
func (p *page) say() {
	l := p.language
	if l.Say == nil {
		return
	}
	if p.Words != p.Verdict { // "2 failed, 1 passed"
		p.Words = strings.Join(l.each(strings.Split(p.Words, ", ")), " · ")
	} else {
		l.all(&p.Words)
	}
	l.all(&p.Verdict, &p.Title, &p.Foot)
	for i := range p.Runs {
		p.Runs[i].say(l)
	}
}

func (r *pageRun) say(l Language) {
	r.Title, r.Proves = l.Say(r.Title), l.Say(r.Proves) // a scenario's own words, and no page's
	if said := l.word(sumMark + r.Sentence); !strings.HasPrefix(said, sumMark) {
		r.Sentence = said
	} else {
		l.all(&r.Sentence)
	}
	l.sentences(&r.Errored)
	l.all(&r.Verdict, &r.LeftOut, &r.OracleLeftOut, &r.StepsLeftOut, &r.DeedsLeftOut)
	r.Faults = l.each(r.Faults)
	for i := range r.Facts {
		f := &r.Facts[i]
		l.all(&f.Name)
		if !f.Mono {
			l.all(&f.Text)
		}
	}
	for i := range r.Expectations {
		e := &r.Expectations[i]
		l.all(&e.Verdict)
		l.sentences(&e.Text, &e.Expected, &e.Got)
		e.Before = l.each(e.Before)
		if e.Expected == e.Text { // two ways to say it became one
			e.Expected = ""
		}
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		l.all(&s.Verdict)
		l.sentences(&s.Text, &s.Message)
		s.Before = l.each(s.Before)
	}
	for i := range r.Judges {
		j := &r.Judges[i]
		l.all(&j.Verdict, &j.Says)
		for k := range j.Findings {
			l.all(&j.Findings[k].Verdict)
			l.sentences(&j.Findings[k].Text)
		}
	}
	for i := range r.Oracle {
		o := &r.Oracle[i]
		l.all(&o.Verdict, &o.What, &o.Rules, &o.Predicted, &o.Seen)
		if o.Online == nobody { // else names
			l.all(&o.Online)
		}
		o.Faults = l.each(o.Faults)
	}
	for i := range r.Wars {
		l.all(&r.Wars[i].Grows, &r.Wars[i].Over)
	}
	for i := range r.Deeds {
		l.all(&r.Deeds[i].Ack, &r.Deeds[i].Back)
	}
	for i := range r.Log {
		row := &r.Log[i]
		l.all(&row.LayerWord)
		if row.Layer == "ledger" {
			l.all(&row.What)
		}
		row.Detail = l.words(row.Detail)
	}
	for i := range r.Layers {
		l.all(&r.Layers[i].Word)
	}
}
