package scorecard

import (
	"fmt"
	"slices"

	"github.com/kpid/kpid/kpi"
)

// Most sentences on what went well and on what did not.
const (
	mostGood = 3
	mostBad  = 4
)

// happened tells the quarter from its verdicts: what was met, what was not, what turned.
// It names no cause; only people sign causes.
func (r Review) happened() []Paragraph {
	var out []Paragraph
	for _, p := range []Paragraph{r.good(), r.bad(), r.turned(), r.signalled(), r.restated()} {
		if len(p) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// good tells of what exceeds its target, then of the heaviest that are on track.
func (r Review) good() (p Paragraph) {
	n := 0
	for _, status := range []kpi.Status{kpi.Exceeding, kpi.OnTrack} {
		for _, row := range r.chosen(status) {
			if n++; n > mostGood {
				return p
			}
			p = append(p, plain(space(p)+capital(row.short())+" "+isOrAre(row.short())+" "), r.says(row, ""))
			p = append(p, r.compared(row)...)
			p = append(p, plain(": "), r.says(row, "status"), plain("."))
		}
	}
	return p
}

// compared is ", +16.1% on Q2 2025" or ", +1.6 pts on Q1", as far as these are known.
func (r Review) compared(row Row) (p Paragraph) {
	if r.Before.against(row) != "" {
		p = append(p, plain(", "), r.says(row, "change"), plain(" on "+period(r.Before.Week)))
	}
	if r.YearAgo.against(row) != "" {
		p = append(p, plain(", "), r.says(row, "year"), plain(" on "+period(r.YearAgo.Week)+" of last year"))
	}
	return p
}

// plain text, which names no number.
func plain(text string) kpi.Phrase { return kpi.Phrase{Text: text} }

// bad tells of every miss while there is room, and counts the rest.
func (r Review) bad() (p Paragraph) {
	var rows []Row
	for _, status := range []kpi.Status{kpi.OffTrack, kpi.AtRisk} {
		rows = append(rows, r.chosen(status)...)
	}
	for _, row := range rows[:min(len(rows), mostBad)] {
		p = append(p, plain(space(p)+capital(row.short())+" ended at "), r.says(row, ""))
		if row.due() != "" {
			p = append(p, plain(" against "), r.says(row, "due"))
		}
		p = append(p, plain(": "), r.says(row, "status"))
		if len(row.Caps) > 0 {
			p = append(p, plain(", held down by a guardrail"))
		}
		p = append(append(p, r.firstSaid(row)...), plain("."))
	}
	if more := len(rows) - mostBad; more > 0 {
		p = append(p, plain(fmt.Sprintf(" %d more missed.", more)))
	}
	return p
}

// firstSaid is what was first reported of a row when that was something else.
func (r Review) firstSaid(row Row) Paragraph {
	for _, m := range r.Moved {
		if m.Row.ID != row.ID || m.Row.Measure != row.Measure {
			continue
		}
		if m.Statuses {
			return Paragraph{plain("; first reported " + word(m.First.Status) + " at "), r.says(row, "first")}
		}
		return Paragraph{plain("; first reported as "), r.says(row, "first")}
	}
	return nil
}

// turned names what got worse and what got better since the quarter before.
func (r Review) turned() Paragraph {
	var worse, better []string
	for _, row := range r.Now.KPIs {
		before, ok := r.Before.Row(row)
		if !ok || !before.Status.Graded() || !row.Status.Graded() {
			continue
		}
		switch d := step(row.Status) - step(before.Status); {
		case d < 0:
			worse = append(worse, lower(row.short()))
		case d > 0:
			better = append(better, lower(row.short()))
		}
	}
	since := "Since " + period(r.Before.Week) + " "
	switch {
	case r.Before.Counts.Judged == 0:
		return nil
	case len(worse)+len(better) == 0:
		return Paragraph{plain(since + "no verdict changed.")}
	case len(worse) == 0:
		return Paragraph{plain(since + verdicts(better) + " better and none got worse.")}
	case len(better) == 0:
		return Paragraph{plain(since + verdicts(worse) + " worse and none got better.")}
	}
	return Paragraph{plain(since + verdicts(worse) + " worse; " + verdicts(better) + " better.")}
}

// signalled names what moved beyond its usual variation, by a process rule.
func (r Review) signalled() Paragraph {
	var better, worse []string
	for _, row := range r.Now.KPIs {
		if row.Change == nil || row.Change.Signal == nil {
			continue
		}
		if row.Change.Signal.Favourable {
			better = append(better, lower(row.short()))
		} else {
			worse = append(worse, lower(row.short()))
		}
	}
	switch {
	case len(better)+len(worse) == 0:
		return nil
	case len(better) == 0:
		return Paragraph{plain("Beyond usual variation, for the worse: " + join(worse) + ".")}
	case len(worse) == 0:
		return Paragraph{plain("Beyond usual variation, for the better: " + join(better) + ".")}
	}
	return Paragraph{plain("Beyond usual variation, for the worse: " + join(worse) + "; for the better: " + join(better) + ".")}
}

// restated names the numbers that are not as they were first reported.
func (r Review) restated() Paragraph {
	var names []string
	for _, m := range r.Moved {
		names = append(names, lower(m.Row.short()))
	}
	switch len(names) {
	case 0:
		return nil
	case 1:
		return Paragraph{plain("One number is not as first reported: " + names[0] + ".")}
	}
	return Paragraph{plain(fmt.Sprintf("%d numbers are not as first reported: %s.", len(names), join(names)))}
}

// verdicts is "2 verdicts (activation, churn) got"; of many only the number.
func verdicts(names []string) string {
	noun := "verdicts"
	if len(names) == 1 {
		noun = "verdict"
	}
	if len(names) > 4 {
		return fmt.Sprintf("%d %s got", len(names), noun)
	}
	return fmt.Sprintf("%d %s (%s) got", len(names), noun, join(names))
}

// chosen are the rows of a status, those the review turns on first.
func (r Review) chosen(status kpi.Status) []Row {
	var first, rest []Row
	for _, row := range r.Now.KPIs {
		switch {
		case row.Status != status || row.Value == nil:
		case slices.Contains(r.Deciding, row.ID):
			first = append(first, row)
		default:
			rest = append(rest, row)
		}
	}
	return append(first, rest...)
}

// space goes between two sentences.
func space(p Paragraph) string {
	if len(p) == 0 {
		return ""
	}
	return " "
}
