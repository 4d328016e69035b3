package kpi

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Section of the narrative of a review.
type Section string

// The sections a person may write in their own words, in the order of the page.
const (
	SectionHeadline Section = "headline"
	SectionHappened Section = "happened"
	SectionLearned  Section = "learned"
	SectionChanges  Section = "changes"
	SectionAsked    Section = "asked"
)

// Sections in the order of the page.
func Sections() []Section {
	return []Section{SectionHeadline, SectionHappened, SectionLearned, SectionChanges, SectionAsked}
}

// MaxNarrative is how long a section may be, in characters.
const MaxNarrative = 4000

// Narrative is what a person wrote in place of a generated section. A change is a new
// revision; an empty text gives the section back to kpid.
type Narrative struct {
	Portfolio  string
	Period     string // 2026-Q3
	Section    Section
	Revision   int // from 1; on the way to the store: the one it was made from
	Text       string
	Numbers    map[string]string // what each reference showed when this was written
	Author     string            // a person's id
	RecordedAt Millis
}

// Phrase is a piece of a narrative: plain text, or a reference to a number.
type Phrase struct {
	Text string
	Ref  Ref // the zero one is plain text
}

// Ref names a number of a report, so that a restatement reaches every sentence that
// tells it. It is written {kpi} or {kpi.what}.
type Ref struct {
	KPI  string // or Whole
	What string // one of Whats, of Whole one of Counts; "" is the value
}

// Whats are what a reference can name beside the value: the value first reported, of
// the quarter before, of a year before, the changes against these two, the line that is
// due, and the status.
func Whats() []string { return []string{"first", "before", "ago", "change", "year", "due", "status"} }

// Whole is what a reference to the verdicts of the whole portfolio begins with.
const Whole = "portfolio"

// Counts are what {portfolio.what} can name: how many targets were met, how many were
// judged, and how many KPIs were off track or at risk.
func Counts() []string { return []string{"met", "judged", "off_track", "at_risk"} }

// String is how the reference is written in a text.
func (r Ref) String() string {
	if r.What == "" {
		return "{" + r.KPI + "}"
	}
	return "{" + r.KPI + "." + r.What + "}"
}

// NarrativeError is a mistake in a text, with its place.
type NarrativeError struct {
	Line, Column int // from 1, in characters
	Problem      string
}

func (e *NarrativeError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Problem)
}

// ParseNarrative cuts a text into paragraphs, which an empty line ends. Two opening
// braces are one brace of the text. known says whether a KPI may be named.
func ParseNarrative(text string, known func(kpi string) bool) ([][]Phrase, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if n := utf8.RuneCountInString(text); n > MaxNarrative {
		return nil, &NarrativeError{1, 1, fmt.Sprintf("these are %d characters and %d fit", n, MaxNarrative)}
	}
	var out [][]Phrase
	at := 0
	for _, paragraph := range strings.SplitAfter(text, "\n\n") {
		phrases, bad, err := phrases(paragraph, known)
		if err != nil {
			return nil, placed(text, at+bad, err)
		}
		if len(phrases) > 0 {
			out = append(out, phrases)
		}
		at += len(paragraph)
	}
	return out, nil
}

// placed turns an offset in bytes into a line and a column.
func placed(text string, offset int, err error) error {
	before := text[:offset]
	line := strings.LastIndex(before, "\n") + 1
	return &NarrativeError{strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[line:]) + 1, err.Error()}
}

// phrases of one paragraph; bad is where a mistake stands, in bytes.
func phrases(text string, known func(string) bool) (out []Phrase, bad int, err error) {
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			out = append(out, Phrase{Text: plain.String()})
			plain.Reset()
		}
	}
	body := strings.TrimRight(text, "\n ")
	for i := 0; i < len(body); {
		switch {
		case strings.HasPrefix(body[i:], "{{"):
			plain.WriteByte('{')
			i += 2
		case body[i] == '{':
			end := strings.IndexByte(body[i:], '}')
			if end < 0 {
				return nil, i, fmt.Errorf("a { without its }; a brace of the text is written {{")
			}
			ref, err := parseRef(body[i+1:i+end], known)
			if err != nil {
				return nil, i, err
			}
			flush()
			out = append(out, Phrase{Ref: ref})
			i += end + 1
		default:
			plain.WriteByte(body[i])
			i++
		}
	}
	flush()
	return out, 0, nil
}

func parseRef(text string, known func(string) bool) (Ref, error) {
	id, what, dotted := strings.Cut(text, ".")
	switch {
	case id == Whole && !slices.Contains(Counts(), what):
		return Ref{}, fmt.Errorf("{%s} names no number of the portfolio; after the dot stands %s", text, strings.Join(Counts(), ", "))
	case id == Whole:
	case !known(id):
		return Ref{}, fmt.Errorf("{%s} names no KPI of this review", text)
	case dotted && !slices.Contains(Whats(), what):
		return Ref{}, fmt.Errorf("{%s} names no number of %s; after the dot stands %s", text, id, strings.Join(Whats(), ", "))
	}
	return Ref{id, what}, nil
}

// WriteNarrative is the text that ParseNarrative reads back as these paragraphs.
func WriteNarrative(paragraphs [][]Phrase) string {
	var out []string
	for _, p := range paragraphs {
		var b strings.Builder
		for _, phrase := range p {
			if phrase.Ref.KPI != "" {
				b.WriteString(phrase.Ref.String())
				continue
			}
			b.WriteString(strings.ReplaceAll(phrase.Text, "{", "{{"))
		}
		out = append(out, b.String())
	}
	return strings.Join(out, "\n\n")
}

// Restated are the references of a text that show something else than when it was
// written, in the order of their names: what a reader has to look at again.
func (n Narrative) Restated(shows map[string]string) []string {
	var out []string
	for _, ref := range slices.SortedFunc(maps.Keys(n.Numbers), cmp.Compare) {
		if now, ok := shows[ref]; ok && now != n.Numbers[ref] {
			out = append(out, ref)
		}
	}
	return out
}
