package kpi

// publish applies hysteresis (kpi-definitions 3.2 rule 11): a neighbouring
// status waits for a second final period unless the interval excludes the line
// crossed or the target was changed.
func publish(v *Verdict, prev Verdict) {
	was, is := prev.Published, v.Raw
	if !was.Graded() || !is.Graded() || was == is {
		return
	}
	switch {
	case max(was.rank()-is.rank(), is.rank()-was.rank()) >= 2,
		prev.Target == nil || prev.Target.Hash != v.Target.Hash,
		prev.Raw == is,
		excludes(v.CI, v.crossed(was, is)):
		return
	}
	v.Published, v.Pending = was, is
}

// crossed is the line between two neighbouring statuses as it stands now.
// A status that is no comparison of the value with a line has crossed none.
func (v *Verdict) crossed(a, b Status) *float64 {
	if v.WarnNow == nil {
		return nil
	}
	switch max(a.rank(), b.rank()) {
	case Exceeding.rank():
		return v.StretchNow
	case OnTrack.rank():
		return v.FloorNow
	}
	return v.WarnNow
}

// rank orders the graded statuses, worst first.
func (s Status) rank() int {
	switch s {
	case Exceeding:
		return 3
	case OnTrack:
		return 2
	case AtRisk:
		return 1
	}
	return 0
}

func excludes(ci *Interval, line *float64) bool {
	return ci != nil && line != nil && (*line < ci[0] || *line > ci[1])
}
