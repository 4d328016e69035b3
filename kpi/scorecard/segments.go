package scorecard

import "github.com/kpid/kpid/kpi"

// Segments is a measure by the values of one dimension, at its judged grain.
type Segments struct {
	By         string   // the dimension; "" when there is none to show
	Dimensions []string // those that can be shown, By among them
	Periods    []string // oldest first; every Points has one for each
	All        []Point  // of all records
	Of         []Segment
	Because    string // why there is none: a sentence, "" when there is nothing to say
}

// Segment is one value of the dimension.
type Segment struct {
	ID     string // plan=team; what a filter takes
	Name   string // team
	Points []Point
	Signal *kpi.Signal // of its newest period; nil: routine, or too little to say
}

// SegmentOf puts one series into the periods of a breakdown, and asks its process
// chart whether the newest of them stands out.
func (in Input) SegmentOf(k KPI, id, name string, periods []kpi.Period, obs []kpi.Observation) Segment {
	k.Observations, k.Wider, k.Events = obs, nil, nil
	s := Segment{ID: id, Name: name, Points: in.PointsAt(k, periods, obs)}
	if n := len(s.Points); n > 0 && s.Points[n-1].Value != nil && k.Measure.Agg != kpi.Count { // a count is charted by its events
		s.Signal = in.chart(k, periods[n-1]).newest()
	}
	return s
}

// PointsAt gives one point for each period; one without an observation is a gap.
func (in Input) PointsAt(k KPI, periods []kpi.Period, obs []kpi.Observation) []Point {
	seen := map[string]kpi.Observation{}
	for _, o := range obs {
		seen[o.Period] = o
	}
	out := make([]Point, 0, len(periods))
	for _, p := range periods {
		out = append(out, point(in.Calendar, k, p, seen[p.ID], kpi.Verdict{}))
	}
	return out
}

// Newest are the newest units behind a number.
type Newest struct {
	All  int // units there are
	Rows []NewestUnit
	Says string // why there are none to list; "" otherwise
}

// NewestUnit is one of them, with the segment it was in.
type NewestUnit struct {
	UnitRow
	When    *kpi.Millis
	Segment string
}
