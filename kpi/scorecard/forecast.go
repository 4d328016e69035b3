package scorecard

import "github.com/kpid/kpid/kpi"

// Forecast of a row in display units: where the single periods are heading, and
// whether that meets the target when it is due. What does not apply is null; why
// says so when there is no forecast.
type Forecast struct {
	Period   *string       `json:"period"`
	Method   *kpi.Method   `json:"method"`
	Value    *float64      `json:"value"`
	Interval *kpi.Interval `json:"interval"` // 80 %
	Error    *float64      `json:"error"`    // median error of the method in the past, a share of the value
	Origins  int           `json:"origins"`  // past forecasts it was measured by
	Floor    *float64      `json:"floor"`    // what is due then
	WillLand *kpi.Landing  `json:"will_land"`
	Why      *string       `json:"why"`
}

// forecast looks to the end of a paced change, else one period ahead. A series
// that cannot be charted, or whose periods overlap, is not projected.
func (in Input) forecast(k KPI, v judged) *Forecast {
	points := v.Chart.Single.Points
	if len(points) == 0 {
		return nil
	}
	values := unbroken(v.Chart.Single)
	last, err := in.Calendar.Period(points[len(points)-1].Period)
	if err != nil || last.Grain != k.Definition.CadenceOf(k.Measure) {
		return nil
	}
	p, floor, steps := in.due(k, v, last)
	if steps < 1 {
		return &Forecast{Why: text("the target's span is over")}
	}
	year := map[kpi.Grain]int{kpi.Month: 12, kpi.Quarter: 4}[last.Grain]
	return NewForecast(k.Measure, p.ID, kpi.Project(values, steps, year), floor)
}

// NewForecast words a forecast in display units for a period in which a floor is
// due; nil: none is.
func NewForecast(m kpi.Measure, period string, f kpi.Forecast, floor *float64) *Forecast {
	if f.Why != "" {
		return &Forecast{Why: &f.Why}
	}
	interval := kpi.Interval{m.Possible(f.Interval[0]), m.Possible(f.Interval[1])}
	value := m.Possible(f.Value)
	out := &Forecast{Period: &period, Method: &f.Method, Value: &value, Interval: &interval, Error: &f.Error, Origins: f.Origins, Floor: floor}
	if floor != nil {
		lands := f.Lands(*floor, m.Direction)
		out.WillLand = &lands
	}
	return out
}

// Ahead is where a KPI is heading: the period that is running, the newest cohort
// whose window is still open, and the single periods to come. What does not apply
// is null.
type Ahead struct {
	KPI       string    `json:"kpi"`
	Measure   string    `json:"measure"`
	Portfolio string    `json:"portfolio"`
	Product   *string   `json:"product"`
	Segment   string    `json:"segment"`
	Unit      string    `json:"unit"`
	Running   *Forecast `json:"running"`  // of an additive measure
	Maturing  *Forecast `json:"maturing"` // of a share whose units have a window
	Next      *Forecast `json:"next"`
}

// unbroken are the values after the last gap, within the last segment: what came
// before a changed definition, or a hole, is another series.
func unbroken(c kpi.Chart) []float64 {
	var out []float64
	for _, p := range c.Points[c.Segments[len(c.Segments)-1].First:] {
		if p.Value == nil {
			out = nil
			continue
		}
		out = append(out, *p.Value)
	}
	return out
}

// due is the period that is asked about, what should be reached in it, and how
// many periods ahead it lies.
func (in Input) due(k KPI, v judged, last kpi.Period) (p kpi.Period, floor *float64, steps int) {
	p, steps = in.Calendar.Next(last), 1
	if t := v.Target; t == nil || t.Expr == nil {
		return p, nil, steps
	}
	switch e := v.Target.Expr; {
	case e.Kind == kpi.ChangeKind && e.In.N > 0 && v.Kind == kpi.ChangeKind:
		end := in.Calendar.Add(in.Calendar.Midnight(e.From), e.In)
		for p.Ends < end && steps < 60 {
			p, steps = in.Calendar.Next(p), steps+1
		}
		if last.Ends >= end {
			return p, nil, 0
		}
		return p, v.FloorFinal, steps
	case v.Kind == kpi.LevelKind, v.Kind == kpi.CountKind && e.Per == p.Grain:
		return p, v.FloorNow, steps
	}
	return p, nil, steps
}
