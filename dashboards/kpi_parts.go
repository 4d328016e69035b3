package dashboards

import (
	"fmt"
	"math"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// tablePanel is the table view of one panel.
type tablePanel struct {
	Title string
	Rows  []tableRow
}

type tableRow struct {
	Period, Value, Num, Den, N, Target, Prior, State string
}

func newTable(m chartModel, p chartPanel) tablePanel {
	t := tablePanel{Title: p.Title}
	for _, k := range p.Marks {
		row := tableRow{Period: k.Name, Value: orUnknown(k.Value, m.Measure), Num: part(k.Point.Num, m.Money), Den: part(k.Point.Den, m.Money),
			N: unknown, Target: m.target(k), Prior: orUnknown(k.Prior, m.Measure), State: string(k.Point.State)}
		if k.Point.N != nil {
			row.N = kpi.FormatCount(*k.Point.N)
		}
		if row.Target == "" {
			row.Target = unknown
		}
		if k.Point.Value == nil && k.Point.Bounds != nil {
			row.State += ", " + span(k.Point.Bounds[0], k.Point.Bounds[1], m.Measure) + " possible"
		}
		if len(k.Point.Holidays) > 0 {
			row.State += ", with " + strings.Join(k.Point.Holidays, ", ")
		}
		if k.Notes != "" {
			row.State += ", note " + k.Notes
		}
		if k.Break != "" {
			row.State += ", definition " + k.Break + " from here"
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// part writes a numerator or denominator: whole when it is whole, an amount in
// major units with its currency.
func part(v *float64, m *scorecard.Money) string {
	if v == nil {
		return unknown
	}
	if m != nil {
		major := *v / math.Pow10(m.Digits)
		if math.Abs(major) >= 1000 { // cents say nothing beside thousands
			return m.Currency + " " + plain(major, 0)
		}
		return m.Currency + " " + plain(major, m.Digits)
	}
	if *v == math.Trunc(*v) {
		return plain(*v, 0)
	}
	return plain(*v, 2)
}

// box is one box score.
type box struct{ Label, Value, Note string }

// newBoxes gives the same eight under every chart. What is not known is an en
// dash, never 0.
func newBoxes(row scorecard.Row, cal kpi.Calendar, series map[kpi.Grain][]scorecard.Point, until kpi.Millis) []box {
	own := before(series[row.Cadence], until)
	now := len(own) - 1
	for now >= 0 && (own[now].Value == nil || own[now].Ends > until) { // a running period has its own box
		now--
	}
	b := boxer{row: row, cal: cal, series: series, until: until}
	grain := string(row.Cadence)
	out := []box{{title(grain), unknown, "nothing yet"}, {"vs " + grain + " before", unknown, ""}, {"vs year ago", unknown, ""}}
	if now >= 0 {
		p := own[now]
		out[0] = box{title(periodLong(p.Period)), b.show(p.Value), b.basis(p)}
		if period, err := cal.Period(p.Period); err == nil {
			out[1] = b.against("vs "+periodLong(cal.Prev(period).ID), p, cal.Prev(period))
			out[2] = b.against("vs year ago", p, cal.YearAgo(period))
		}
	}
	out = append(out, b.target())
	for _, g := range toDate(row.Cadence) {
		out = append(out, b.toDate(g))
	}
	return append(out, b.best(own))
}

// toDate lists the grains of the three to-date boxes.
func toDate(cadence kpi.Grain) []kpi.Grain {
	if cadence == kpi.Quarter {
		return []kpi.Grain{kpi.Quarter, kpi.Half, kpi.Year}
	}
	return []kpi.Grain{kpi.Month, kpi.Quarter, kpi.Year}
}

type boxer struct {
	row    scorecard.Row
	cal    kpi.Calendar
	series map[kpi.Grain][]scorecard.Point
	until  kpi.Millis
}

func (b boxer) show(v *float64) string { return orUnknown(v, measureOf(b.row)) }

func (b boxer) diff(v float64) string { return measureOf(b.row).FormatChange(v, nil) }

// basis says what a period's value was made of.
func (b boxer) basis(p scorecard.Point) string {
	text := ""
	switch {
	case p.Num != nil && p.Den != nil:
		text = part(p.Num, b.row.Money) + " of " + part(p.Den, b.row.Money)
	case p.N != nil:
		text = "n " + kpi.FormatCount(*p.N)
	}
	if p.State != kpi.Final {
		text = strings.TrimSuffix(string(p.State)+", "+text, ", ")
	}
	return text
}

func (b boxer) against(label string, p scorecard.Point, other kpi.Period) box {
	was, ok := find(b.series[b.row.Cadence], other.ID)
	if !ok || was.Value == nil {
		return box{label, unknown, "no value to compare"}
	}
	return box{label, b.diff(*p.Value - *was.Value), "was " + b.show(was.Value)}
}

// target compares the judged value with the edge due today.
func (b boxer) target() box {
	t := b.row.Target
	if t == nil || t.FloorNow == nil || b.row.Value == nil {
		return box{"vs target now", unknown, "no target to compare"}
	}
	note := " due by now"
	if !t.Paced {
		note = " is the near edge"
	}
	return box{"vs target now", b.diff(*b.row.Value - *t.FloorNow), b.show(t.FloorNow) + note}
}

// toDate is the period of a grain that the page's week belongs to.
func (b boxer) toDate(g kpi.Grain) box {
	label := title(string(g)) + " to date"
	points := before(b.series[g], b.until)
	if len(points) == 0 {
		return box{label, unknown, "not computed"}
	}
	p := points[len(points)-1]
	if p.Ends < b.until || p.Value == nil {
		return box{label, unknown, "nothing yet"}
	}
	out := box{label, b.show(p.Value), b.basis(p)}
	period, err := b.cal.Period(p.Period)
	if err != nil {
		return out
	}
	if was, ok := find(b.series[g], b.cal.YearAgo(period).ID); ok && was.Value != nil && p.State == kpi.Final {
		out.Note = b.diff(*p.Value-*was.Value) + " YoY"
	}
	return out
}

// best is the best settled period of the trend's length.
func (b boxer) best(own []scorecard.Point) box {
	length := map[kpi.Grain]int{kpi.Week: 26, kpi.Month: 13, kpi.Quarter: 8}[b.row.Cadence]
	if length == 0 {
		length = 6
	}
	out := box{"Best of " + plural(length, string(b.row.Cadence), string(b.row.Cadence)+"s"), unknown, ""}
	var best *float64
	for _, p := range own[max(0, len(own)-length):] {
		if p.Value == nil || p.State != kpi.Final {
			continue
		}
		if best == nil || (b.row.Direction == "down") == (*p.Value < *best) && *p.Value != *best {
			best = p.Value
			out.Value, out.Note = b.show(p.Value), periodLong(p.Period)
		}
	}
	return out
}

// definitionView is the card that says what was measured.
type definitionView struct {
	Caption, Counts, OutOf, Target, About string
	Question                              string
	Settings                              []setting
	ID                                    string
	Past                                  []pastDefinition // newest first
}

// setting is a parameter of the definition as it is in force.
type setting struct{ Name, Value string }

// settings lists the parameters in the order of the definition; a span is shown
// in days. What a company chose is part of what the number means.
func settings(d *kpi.Definition) []setting {
	var out []setting
	for _, p := range d.Params {
		out = append(out, setting{p.Name, settingText(p.Type, d.Values[p.Name])})
	}
	return out
}

// settingText writes the value of a parameter of a type.
func settingText(kind string, v any) string {
	switch x := v.(type) {
	case int64:
		if kind == "span" {
			return plural(int(x/86_400_000), "day", "days")
		}
	case []string:
		return strings.Join(x, ", ")
	case []int64:
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(x), " ", ", "), "[]")
	}
	return fmt.Sprint(v)
}

func newDefinition(row scorecard.Row) definitionView {
	d := definitionView{ID: row.ID, Counts: row.Def.Numerator, OutOf: row.Def.Basis, Target: targetText(row), Question: row.Def.Question, Settings: settings(row.Def)}
	hash := row.Definition.Hash
	if len(hash) > 8 {
		hash = hash[:8]
	}
	if row.Definition.Version > 0 {
		d.Caption = "v" + count(row.Definition.Version) + " · " + hash
	} else {
		d.Caption = hash
	}
	d.About = strings.Join([]string{groupOf(row, "type"), cadenceWord(row.Cadence), ownerOf(row)}, " · ")
	return d
}

// targetText writes the target out: expression, baseline, where it ends.
func targetText(row scorecard.Row) string {
	t := row.Target
	if t == nil || t.Expr == "" && t.Short == "" {
		return "No target is set."
	}
	text := t.Expr
	if text == "" {
		text = t.Short
	}
	if t.Baseline != nil {
		text += "; baseline " + measureOf(row).Format(t.Baseline.Value)
		if p := t.Baseline.Periods; len(p) > 0 {
			text += " (" + periodShort(p[0])
			if last := p[len(p)-1]; last != p[0] {
				text += enDash + periodShort(last)
			}
			text += ")"
		}
	}
	switch {
	case !t.Paced: // where it ends is where it stands
	case t.FloorFinal != nil && t.StretchFinal != nil:
		text += "; " + span(math.Min(*t.FloorFinal, *t.StretchFinal), math.Max(*t.FloorFinal, *t.StretchFinal), measureOf(row)) + " at the end"
	case t.FloorFinal != nil:
		text += "; " + measureOf(row).Format(*t.FloorFinal) + " at the end"
	}
	return text
}

// guardView is a KPI that must not worsen while this one improves.
type guardView struct {
	Status      kpi.Status
	Name, Value string
	URL         string
}

func newGuards(row scorecard.Row, card *scorecard.Scorecard, q Query) []guardView {
	ids := row.Def.Guardrails
	if row.Verdict != nil && row.Verdict.Target != nil && len(row.Verdict.Target.Guardrails) > 0 {
		ids = row.Verdict.Target.Guardrails
	}
	var out []guardView
	for _, id := range ids {
		for _, r := range card.KPIs {
			if r.ID == id {
				out = append(out, guardView{r.Status, r.Name, compact(r),
					kpiPage(r, q)})
				break
			}
		}
	}
	return out
}

// compact writes a row's value where there is little room: a long unit is part
// of the KPI's name there.
func compact(r scorecard.Row) string {
	m := measureOf(r)
	if r.Value == nil || unitSlot(m.Unit) != "" {
		return orUnknown(r.Value, m)
	}
	return bare(*r.Value, m)
}

// divisionView resolves the number.
type divisionView struct {
	Division string
	Lines    []string
}

// newWhy writes the division out. Where the parts do not make the value by a
// division (a median, a mean over periods), it says what they are instead.
func newWhy(row scorecard.Row) divisionView {
	v := divisionView{}
	if row.Value == nil {
		v.Division = "There is no number: " + noNumber(row) + "."
		return v
	}
	shown, fine := measureOf(row).Format(*row.Value), measureOf(row)
	fine.Digits = max(row.Digits+1, 2)
	v.Division = shown
	if row.Num != nil && row.Den != nil && *row.Den != 0 {
		for _, scale := range []float64{1, 100} {
			if got := scale * *row.Num / *row.Den; math.Abs(got-*row.Value) <= 1e-6*math.Max(1, math.Abs(*row.Value)) || rounded(got, *row.Value, row.Digits) {
				v.Division = part(row.Num, row.Money) + " ÷ " + part(row.Den, row.Money)
				if scale == 100 && row.Unit != "%" {
					v.Division += " × 100"
				}
				v.Division += " = " + fine.Format(got) + ", shown as " + shown
				break
			}
		}
	}
	if row.CI != nil {
		v.Lines = append(v.Lines, "95% interval "+span(row.CI[0], row.CI[1], measureOf(row))+".")
	}
	if row.DQ.Excluded > 0 {
		v.Lines = append(v.Lines, plural(int(row.DQ.Excluded), "record was", "records were")+" left out.")
	}
	if len(row.Caps) > 0 {
		v.Lines = append(v.Lines, "Capped by "+strings.Join(row.Caps, ", ")+".")
	}
	return v
}

// rounded says that two numbers are the same as shown.
func rounded(a, b float64, digits int) bool {
	return math.Abs(a-b) < math.Pow(10, -float64(digits+1))
}

func noNumber(row scorecard.Row) string {
	switch {
	case row.Reason != nil && *row.Reason != "":
		return strings.ReplaceAll(*row.Reason, "_", " ")
	case row.Def.None != "":
		return row.Def.None
	}
	return word(row.Status)
}
