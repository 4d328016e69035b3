package kpi

// Since is how far a number lies from a baseline, in display units, with the 95 %
// interval of the difference. Of a share whose baseline kept its counts that is
// Newcombe's; else the interval of the number alone, laid against the baseline as
// if that were certain. ok is false where there is no interval.
func (m Measure) Since(b Baseline, value, num, den *float64, ci *Interval) (diff float64, interval Interval, ok bool) {
	if m.Agg == Share && !m.Complement && m.scale() == 1 && num != nil && den != nil && b.Num != nil && b.Den != nil {
		if d, lo, hi, ok := Newcombe(*num, *den, *b.Num, *b.Den); ok {
			return m.Display(d), Interval{m.Display(lo), m.Display(hi)}, true
		}
	}
	if value == nil || ci == nil {
		return 0, Interval{}, false
	}
	return *value - b.Value, Interval{ci[0] - b.Value, ci[1] - b.Value}, true
}

// Better says that an interval of a difference leaves no doubt: all of it lies on
// the better side of no change.
func (m Measure) Better(interval Interval) bool {
	if m.Direction == Down {
		return interval[1] < 0
	}
	return interval[0] > 0
}
