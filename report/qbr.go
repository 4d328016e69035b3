package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// unknown is the dash of what is not known.
const unknown = "–"

// Document lays a review out as its four sheets and an appendix. first leads with what
// was first reported instead of what is known now; base is put before the paths of
// links, "" leaves them out.
func (p *Pack) Document(first bool, base string) *Document {
	w := packWriter{Pack: p, first: first, base: base}
	d := &Document{Title: p.Headline.Text(), Name: p.Period.Name + " review", About: p.Portfolio.Name, Lang: "en", Made: p.KnownAt, Foot: w.foot()}
	add := func(name string, blocks ...Block) {
		if len(blocks) > 0 {
			d.Sheets = append(d.Sheets, Sheet{Name: name, Head: p.Period.Short + ": " + p.Period.Dates, Blocks: blocks})
		}
	}
	add("Summary", w.summary()...)
	add("Scorecard", w.scorecard()...)
	add("Charts", w.charts()...)
	add("Bets and risks", w.plans()...)
	add("Notes", w.notes()...)
	add("Definitions", w.definitions()...)
	add("Sources", w.sources()...)
	return d
}

// Appendix is what stands behind the sheets: commentary, restatements, definitions in
// force and sources.
func (p *Pack) Appendix() []Block {
	w := packWriter{Pack: p}
	return append(append(w.notes(), w.definitions()...), w.sources()...)
}

// packWriter turns a pack into blocks.
type packWriter struct {
	*Pack
	first bool
	base  string
}

func (w packWriter) foot() string {
	foot := "As known on " + w.KnownOn + "."
	if w.first {
		foot = "As first reported: the first final number of each period."
	}
	if w.Sample {
		foot += " Sample data."
	}
	return foot
}

func (w packWriter) url(path string) string {
	if w.base == "" || path == "" {
		return ""
	}
	return strings.TrimSuffix(w.base, "/") + path
}

// lead is the standing that is shown of a KPI.
func (w packWriter) lead(k KPI) Standing {
	if w.first {
		return k.First
	}
	return k.Now
}

func (w packWriter) find(id string) (KPI, bool) {
	for _, k := range w.KPIs {
		if k.ID == id {
			return k, true
		}
	}
	return KPI{}, false
}

// summary is the first sheet: headline, narrative, verdicts, what decides, what moved.
func (w packWriter) summary() []Block {
	var left []Block
	for _, s := range w.Story {
		left = append(left, w.section(s)...)
	}
	right := []Block{Heading{2, "Verdicts, quarter on quarter"}, w.verdicts()}
	if len(w.Deciding) > 0 {
		right = append(right, Heading{2, "What decides the quarter"}, w.deciding())
	}
	right = append(right, Heading{2, "Changed since first reported"})
	if len(w.Moved) == 0 {
		right = append(right, Small("Every number is as it was first reported."))
	} else {
		right = append(right, w.moved())
	}
	out := []Block{Heading{1, w.Headline.Text()}}
	if by := signature(w.Headline); by != "" {
		out = append(out, Small(by))
	}
	return append(out, Columns{Left: left, Right: right, Share: .5})
}

func (w packWriter) section(s Section) []Block {
	if len(s.Paragraphs) == 0 {
		return nil
	}
	out := []Block{Heading{2, s.Title}}
	var items [][]Piece
	for _, p := range s.Paragraphs {
		var line []Piece
		for _, phrase := range p {
			piece := Piece{Text: phrase.Text}
			if k, ok := w.find(phrase.KPI); ok && phrase.What == "" {
				piece.URL, piece.Bold = w.url(k.URL), true
			}
			if phrase.Restated {
				piece.Text += "*"
			}
			line = append(line, piece)
		}
		items = append(items, line)
	}
	if s.Name == kpi.SectionChanges || s.Name == kpi.SectionAsked {
		out = append(out, List{items})
	} else {
		for _, line := range items {
			out = append(out, Text{Spans: line})
		}
	}
	if by := signature(s); by != "" {
		out = append(out, Small(by))
	}
	return out
}

// signature says who wrote a section, and which of its numbers changed since.
func signature(s Section) string {
	if s.By == "" {
		return ""
	}
	out := "Written by " + s.By + " on " + s.On + "."
	for i, shift := range s.Since {
		if i == 0 {
			out += " Numbers changed since: "
		} else {
			out += ", "
		}
		out += shift.Name + " was " + shift.Was + ", is " + shift.Now
	}
	if len(s.Since) > 0 {
		out += "."
	}
	return out
}

func (w packWriter) verdicts() Table {
	t := Table{Columns: []Column{{Name: "Status", Share: 2}, {Name: w.Before.Short, Right: true}, {Name: w.Period.Short + " first", Right: true}, {Name: w.Period.Short + " now", Right: true}}}
	for _, v := range w.Verdicts {
		t.Rows = append(t.Rows, []Cell{statusCell(v.Status), count(v.Before), count(v.First), {Text: strconv.Itoa(v.Now), Number: number(v.Now), Bold: true}})
	}
	return t
}

func (w packWriter) deciding() Table {
	t := Table{Columns: []Column{{Name: "KPI", Share: 2.2}, {Name: w.Period.Short, Right: true}, {Name: "vs " + w.Before.Short, Right: true, Share: 1.1}, {Name: "Target", Share: 1.6}, {Name: "worse ‹ target › better", Center: true, Share: 2}}}
	for _, id := range w.Deciding {
		k, ok := w.find(id)
		if !ok {
			continue
		}
		s := w.lead(k)
		t.Rows = append(t.Rows, []Cell{{Text: k.Short, URL: w.url(k.URL)}, value(s, true), {Text: dash(s.OnBefore)}, {Text: target(s)}, strip(s)})
	}
	return t
}

func (w packWriter) moved() Table {
	t := Table{Columns: []Column{{Name: "KPI", Share: 2}, {Name: "First", Right: true}, {Name: "Now", Right: true}, {Name: "Why", Share: 2}}}
	for _, m := range w.Moved {
		k, _ := w.find(m.KPI)
		why := m.Why
		if why == "" {
			why = "no cause recorded"
		}
		t.Rows = append(t.Rows, []Cell{{Text: m.Name, URL: w.url(k.URL)}, {Text: m.First}, {Text: m.Now, Bold: true}, {Text: why}})
	}
	return t
}

// scorecard is the second sheet: every KPI with the quarter before and the year before.
func (w packWriter) scorecard() []Block {
	other := "First reported"
	if w.first {
		other = "As known now"
	}
	t := Table{Title: "Scorecard of " + w.Period.Name, Columns: []Column{{Name: "Type", Share: 1}, {Name: "KPI", Share: 2.9}, {Name: "Status", Share: 1.35}, {Name: w.Before.Short, Right: true}, {Name: w.Period.Short, Right: true},
		{Name: "vs " + w.Before.Short, Right: true}, {Name: "vs " + w.YearAgo.Name, Right: true}, {Name: "Target", Share: 2}, {Name: "worse ‹ target › better", Center: true, Share: 1.7}, {Name: other, Right: true, Share: 1.3}}}
	group := ""
	for _, k := range w.KPIs {
		s, type_ := w.lead(k), k.Group
		if type_ == group {
			type_ = ""
		}
		group = k.Group
		before := Cell{Text: unknown}
		if k.Before != nil {
			before = value(*k.Before, false)
		}
		t.Rows = append(t.Rows, []Cell{{Text: type_}, {Text: k.Name, URL: w.url(k.URL)}, statusCell(s.Status), before, value(s, true), {Text: dash(s.OnBefore)}, {Text: dash(s.OnAgo)},
			{Text: target(s)}, strip(s), {Text: w.other(k)}})
	}
	return []Block{t, Small("Right of the blue line meets the target; where lower is better the scale is turned. Shaded: target band. Short tick: baseline. Thin bar: 95% interval. Values are those judged at the end of the quarter.")}
}

// other says what the standing that does not lead says, when it says something else.
func (w packWriter) other(k KPI) string {
	lead, other := w.lead(k), k.First
	if w.first {
		other = k.Now
	}
	switch {
	case lead.Value == nil && other.Value == nil || lead.Status == other.Status && lead.Shown == other.Shown:
		return "same"
	case lead.Status != other.Status:
		return statusWord(other.Status) + " at " + other.Shown
	}
	return other.Shown
}

// charts is the third sheet.
func (w packWriter) charts() []Block {
	var left, right []Block
	for i, c := range w.Charts {
		title := strconv.Itoa(i+1) + " " + c.Name
		if c.Unit != "" {
			title += ", " + c.Unit
		}
		f := Figure{Title: title, Status: c.Status, Caption: c.Finding, Drawing: c.Drawing, Boxes: c.Boxes}
		if i%2 == 0 {
			left = append(left, f)
		} else {
			right = append(right, f)
		}
	}
	if len(left) == 0 {
		return nil
	}
	return []Block{Heading{2, "Charts of the KPIs that decide"}, Columns{Left: left, Right: right, Share: .5}, Small("Black: actual. Grey: the year before. Blue: the line due and, shaded, the target band.")}
}

func statusCell(s kpi.Status) Cell { return Cell{Text: capital(statusWord(s)), Status: s} }

func statusWord(s kpi.Status) string { return strings.ReplaceAll(string(s), "_", " ") }

func value(s Standing, bold bool) Cell { return Cell{Text: s.Shown, Number: s.Value, Bold: bold} }

func count(n int) Cell { return Cell{Text: strconv.Itoa(n), Number: number(n)} }

func number(n int) *float64 {
	v := float64(n)
	return &v
}

func target(s Standing) string {
	if s.Target == nil {
		return "no target"
	}
	return s.Target.Short
}

// strip is where a value stands; in words its label.
func strip(s Standing) Cell {
	if s.Strip.Empty {
		return Cell{Text: unknown}
	}
	d := s.Strip.Drawing()
	return Cell{Text: s.Strip.Label, Drawing: &d}
}

func dash(s string) string {
	if s == "" {
		return unknown
	}
	return s
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// plural is "1 bet" or "3 bets".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
