package dashboards

import (
	"math"
	"strconv"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// chartModel is what a chart shows, without how it is drawn. The interactive
// chart, the drawing made here and the table are three views of one model.
type chartModel struct {
	Measure        kpi.Measure
	Money          *scorecard.Money // when the parts of the value are amounts
	Lower          bool             // lower is better
	Min, Max, Step float64
	Panels         []chartPanel
	Lanes          laneSet // bets and releases under the last panel
}

// chartPanel is one grid: periods of one grain, oldest first.
type chartPanel struct {
	Title string
	Grain kpi.Grain
	Marks []chartMark
}

// chartMark is one period. Values are in display units; nil is a gap.
type chartMark struct {
	Label   string // under the axis
	Name    string // in the table
	Point   scorecard.Point
	Value   *float64
	Prior   *float64 // the same period a year before
	Floor   *float64
	Stretch *float64
	Text    string // the value on the line, without unit
	Tip     string // the value with unit
	Settled bool   // final: a solid dot on a solid line
	Signal  bool
	Break   string // "v3": a version of the definition began here
	Missing bool   // over, and nothing was received
	Notes   string // numbers of the notes of this period: "4, 5"
	Below   bool   // the label stands below the line, away from the target
}

// gap says that this period has no point on the line.
func (m chartMark) gap() bool { return m.Value == nil }

// spec of a panel: how many periods of which grain.
type panelSpec struct {
	title string
	grain kpi.Grain
	count int
}

// panels of a KPI: six weeks beside twelve months where it has both, else the
// periods of its cadence.
func panels(d *kpi.Definition) []panelSpec {
	has := map[kpi.Grain]bool{}
	for _, g := range d.Grains {
		has[g] = true
	}
	switch {
	case d.Cadence == kpi.Week && has[kpi.Month]:
		return []panelSpec{{"Six weeks", kpi.Week, 6}, {"Twelve months", kpi.Month, 12}}
	case d.Cadence == kpi.Week:
		return []panelSpec{{"Twelve weeks", kpi.Week, 12}}
	case d.Cadence == kpi.Month:
		return []panelSpec{{"Twelve months", kpi.Month, 12}}
	case d.Cadence == kpi.Quarter:
		return []panelSpec{{"Eight quarters", kpi.Quarter, 8}}
	}
	return []panelSpec{{"Six periods", d.Cadence, 6}}
}

// newChart builds the model of a row from its series, up to the page's week.
func newChart(row scorecard.Row, d *kpi.Definition, cal kpi.Calendar, series map[kpi.Grain][]scorecard.Point, until kpi.Millis) chartModel {
	m := chartModel{Measure: measureOf(row), Money: row.Money, Lower: row.Direction == "down"}
	for _, spec := range panels(d) {
		p := chartPanel{Title: spec.title, Grain: spec.grain}
		all := before(series[spec.grain], until)
		for _, point := range all[max(0, len(all)-spec.count):] {
			p.Marks = append(p.Marks, m.mark(point, cal, series[spec.grain], until))
		}
		if spec.grain == row.Cadence && row.Change != nil && row.Change.Signal != nil {
			markSignal(p.Marks)
		}
		m.Panels = append(m.Panels, p)
	}
	m.scale()
	return m
}

// before keeps the periods that began before an instant.
func before(points []scorecard.Point, until kpi.Millis) []scorecard.Point {
	n := len(points)
	for n > 0 && points[n-1].Starts >= until {
		n--
	}
	return points[:n]
}

func (m chartModel) mark(p scorecard.Point, cal kpi.Calendar, all []scorecard.Point, until kpi.Millis) chartMark {
	mark := chartMark{Label: periodShort(p.Period), Name: title(periodLong(p.Period)), Point: p, Value: p.Value,
		Floor: p.Floor, Stretch: p.Stretch, Settled: p.State == kpi.Final}
	if p.Break != nil {
		mark.Break = "v" + strconv.Itoa(p.Break.Version)
	}
	if p.Value == nil {
		mark.Missing = p.Ends <= until && p.State == kpi.Final
		return mark
	}
	mark.Text, mark.Tip = bare(*p.Value, m.Measure), m.Measure.Format(*p.Value)
	mark.Below = p.Floor != nil && *p.Value < *p.Floor
	if mark.Settled { // a period to date would need the same days of last year
		if period, err := cal.Period(p.Period); err == nil {
			if ago, ok := find(all, cal.YearAgo(period).ID); ok {
				mark.Prior = ago.Value
			}
		}
	}
	return mark
}

// markSignal puts the ring on the newest settled point; that is the one the
// process rules looked at.
func markSignal(marks []chartMark) {
	for i := len(marks) - 1; i >= 0; i-- {
		if marks[i].Settled && marks[i].Value != nil {
			marks[i].Signal = true
			return
		}
	}
}

func find(points []scorecard.Point, period string) (scorecard.Point, bool) {
	for _, p := range points {
		if p.Period == period && period != "" {
			return p, true
		}
	}
	return scorecard.Point{}, false
}

// scale covers actuals, prior year and the near edge, and the far edge if that
// does not double the height; otherwise the band is cut at the border.
func (m *chartModel) scale() {
	lo, hi := math.Inf(1), math.Inf(-1)
	cover := func(v *float64) {
		if v != nil {
			lo, hi = math.Min(lo, *v), math.Max(hi, *v)
		}
	}
	m.each(func(k *chartMark) { cover(k.Value); cover(k.Prior); cover(k.Floor) })
	if math.IsInf(lo, 1) {
		lo, hi = 0, 1
	}
	farLo, farHi := lo, hi
	m.each(func(k *chartMark) {
		if k.Stretch != nil {
			farLo, farHi = math.Min(farLo, *k.Stretch), math.Max(farHi, *k.Stretch)
		}
	})
	if farHi-farLo < 2*(hi-lo) {
		lo, hi = farLo, farHi
	}
	if m.Measure.Unit == "" && lo >= 0 && hi < 20 {
		lo = 0
	}
	m.Min, m.Max, m.Step = niceScale(lo, hi, m.Measure.Unit == "%" && hi <= 100)
	m.each(func(k *chartMark) { // below the lowest points stand the names of the periods
		k.Below = k.Below && *k.Value-m.Min > (m.Max-m.Min)/12
	})
}

func (m *chartModel) each(f func(*chartMark)) {
	for i := range m.Panels {
		for j := range m.Panels[i].Marks {
			f(&m.Panels[i].Marks[j])
		}
	}
}

// niceScale gives three to five round steps with room at both ends.
func niceScale(lo, hi float64, percent bool) (low, high, step float64) {
	if hi-lo < 1e-9 {
		pad := math.Max(math.Abs(hi)*0.1, 0.5)
		lo, hi = lo-pad, hi+pad
	}
	raw := (hi - lo) / 3.4
	base := math.Pow(10, math.Floor(math.Log10(raw)))
	step = 10 * base
	for _, nice := range []float64{1, 2, 2.5, 4, 5, 6} {
		if nice*base >= raw-1e-12 {
			step = nice * base
			break
		}
	}
	low, high = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	if percent {
		high = math.Min(high, 100)
	}
	return low, high, step
}

// band gives the target band of a period, cut at the borders of the chart; a
// one-sided target reaches to the better border.
func (m chartModel) band(k chartMark) (lo, hi float64, ok bool) {
	if k.Floor == nil {
		return 0, 0, false
	}
	far := m.Max
	if m.Lower {
		far = m.Min
	}
	if k.Stretch != nil {
		far = *k.Stretch
	}
	near := draw.Clamp(*k.Floor, m.Min, m.Max)
	far = draw.Clamp(far, m.Min, m.Max)
	return math.Min(near, far), math.Max(near, far), true
}

// target writes the band of a period for the table and the tooltip.
func (m chartModel) target(k chartMark) string {
	switch {
	case k.Floor == nil:
		return ""
	case k.Stretch == nil && m.Lower:
		return m.Measure.Format(*k.Floor) + " or less"
	case k.Stretch == nil:
		return m.Measure.Format(*k.Floor) + " or more"
	}
	return span(*k.Floor, *k.Stretch, m.Measure)
}

// ticks of the y axis.
func (m chartModel) ticks() []float64 {
	var out []float64
	for i := 0; ; i++ {
		v := m.Min + float64(i)*m.Step
		if v > m.Max+m.Step*1e-6 || i > 20 {
			return out
		}
		out = append(out, v)
	}
}

// tickText writes a tick with just the decimals the step needs.
func (m chartModel) tickText(v float64) string {
	digits := 0
	for s := m.Step; digits < 4 && math.Abs(s-math.Round(s)) > 1e-9; s *= 10 {
		digits++
	}
	if m.Measure.Unit == "%" {
		return plain(v, digits) + "%"
	}
	return plain(v, digits)
}
