package scorecard

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/kpid/kpid/kpi"
)

// headlineMax is how long a headline may be, in characters.
const headlineMax = 140

// headline is the sentence the page opens with, and the line under it.
func (in Input) headline(s Scorecard) (first, second string) {
	second = in.filtered(s.KPIs)
	if s.Counts.Judged == 0 {
		return "No KPI can be judged yet. " + missing(s.Counts), second
	}
	noun := "KPIs are"
	if s.Counts.Judged == 1 {
		noun = "KPI is"
	}
	opening := fmt.Sprintf("%d of %d %s on target. ", s.Counts.OnTarget, s.Counts.Judged, noun)

	bad, status := worst(s.KPIs)
	wordings := clauses(bad, status)
	for _, w := range wordings {
		for _, delay := range in.delays(bad[:w.names]) {
			first = opening + w.text + delay
			if utf8.RuneCountInString(first) <= headlineMax {
				return first, strings.TrimSpace(second + behindNames(bad[:w.names]) + goodNews(s.KPIs))
			}
		}
	}
	return first, second
}

// worst are the rows the headline is about, first named first: those off track,
// else those at risk.
func worst(rows []Row) ([]Row, kpi.Status) {
	for _, status := range []kpi.Status{kpi.OffTrack, kpi.AtRisk} {
		var found []Row
		for _, r := range rows {
			if r.Status == status {
				found = append(found, r)
			}
		}
		if len(found) > 0 {
			slices.SortStableFunc(found, func(a, b Row) int {
				return cmp.Or(cmp.Compare(signalled(b), signalled(a)), cmp.Compare(b.gap(), a.gap()), cmp.Compare(a.Name, b.Name))
			})
			return found, status
		}
	}
	return nil, kpi.OnTrack
}

// signalled is 1 for a row whose change is a signal in the bad direction.
func signalled(r Row) int {
	if r.Change != nil && r.Change.Signal != nil && !r.Change.Signal.Favourable {
		return 1
	}
	return 0
}

// gap is how far a row is short of its near edge, in widths of its target band
// (of the warning margin where there is no far edge); 0 when that is unknown.
func (r Row) gap() float64 {
	t := r.Target
	if r.Value == nil || t == nil || t.FloorNow == nil {
		return 0
	}
	width := 0.0
	if t.StretchNow != nil {
		width = math.Abs(*t.StretchNow - *t.FloorNow)
	}
	if width == 0 && t.WarnNow != nil {
		width = math.Abs(*t.FloorNow - *t.WarnNow)
	}
	if width == 0 {
		return 0
	}
	short := *t.FloorNow - *r.Value
	if r.Direction == "down" {
		short = -short
	}
	return short / width
}

// wording is one way to say the worst, naming the first so many rows.
type wording struct {
	text  string
	names int
}

// clauses are the ways to say the worst, fullest first.
func clauses(bad []Row, status kpi.Status) []wording {
	opening := ""
	switch {
	case len(bad) == 0:
		return []wording{{"Nothing is off track.", 0}}
	case status == kpi.AtRisk:
		opening = "Nothing is off track; "
	}
	state := word(status)
	counted := fmt.Sprintf("%s%d are %s", opening, len(bad), state)
	if len(bad) == 1 {
		counted = fmt.Sprintf("%sone is %s", opening, state)
	}
	var out []wording
	switch name := bad[0].short(); {
	case len(bad) == 1:
		if opening != "" {
			name = lower(name)
		}
		out = append(out, wording{fmt.Sprintf("%s%s %s %s.", opening, name, isOrAre(name), state), 1})
	case len(bad) == 2 && status == kpi.OffTrack:
		out = append(out, wording{fmt.Sprintf("%s and %s are %s.", name, lower(bad[1].short()), state), 2},
			wording{counted + ", led by " + name + ".", 1})
	default:
		out = append(out, wording{counted + ", led by " + name + ".", 1})
	}
	return append(out, wording{counted + ".", 0})
}

// delays say that data behind the named rows is late, fullest first; one empty
// string when none is.
func (in Input) delays(named []Row) []string {
	var names []string
	shown := ""
	for _, r := range named {
		if r.Freshness.State == late || r.Freshness.State == stale {
			names, shown = append(names, lower(r.short())), r.Freshness.Shown
		}
	}
	switch len(names) {
	case 0:
		return []string{""}
	case 1:
		return []string{fmt.Sprintf(" Data for %s is %s.", names[0], shown), " Some of this data is late."}
	}
	return []string{fmt.Sprintf(" Data for %s is late.", join(names)), " Some of this data is late."}
}

// missing says what keeps the KPIs from being judged.
func missing(c Counts) string {
	var parts []string
	for _, p := range []struct {
		n               int
		single, several string
	}{
		{c.NoData, "has no data", "have no data"},
		{c.NotEnoughData, "has not enough data", "have not enough data"},
		{c.Maturing, "is maturing", "are maturing"},
	} {
		switch {
		case p.n == 1:
			parts = append(parts, "1 "+p.single)
		case p.n > 1:
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.several))
		}
	}
	if len(parts) == 0 {
		return "The scorecard has no KPI."
	}
	return join(parts) + "."
}

// behindNames gives the numbers behind the names of the headline.
func behindNames(named []Row) string {
	var parts []string
	for _, r := range named {
		name := r.short()
		if len(parts) > 0 {
			name = lower(name)
		}
		part := name + " " + r.shown()
		if due := r.due(); due != "" {
			part += " (target " + due + ")"
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return ""
	}
	return capital(strings.Join(parts, ", ")) + ". "
}

// goodNews is one KPI that exceeds its target: the first of the page.
func goodNews(rows []Row) string {
	for _, r := range rows {
		if r.Status == kpi.Exceeding {
			name := r.short()
			return fmt.Sprintf("%s %s above target.", name, isOrAre(name))
		}
	}
	return ""
}

// filtered says that the page shows a part, and whether targets are for the whole.
func (in Input) filtered(rows []Row) string {
	var parts []string
	if in.Product != "" {
		parts = append(parts, "Product "+in.Product)
	}
	if in.segment() != "all" {
		parts = append(parts, "Segment "+in.segment())
	}
	if len(parts) == 0 {
		return ""
	}
	s := strings.Join(parts, ", ") + " only"
	if !slices.ContainsFunc(rows, func(r Row) bool { return r.Target != nil }) {
		s += "; targets are set for the whole"
	}
	return s + ". "
}
