package kpi

// judgeable are the rows that get a verdict: the final ones and, of a service
// level, the window that is still open.
func (s *series) judgeable() []*row {
	if r := s.open(); r != nil {
		return append(s.finals[:len(s.finals):len(s.finals)], r)
	}
	return s.finals
}

// open is the row of a window that has begun and is not over, where the target
// of now is a service level. A page of a week that is over looks at none.
func (s *series) open() *row {
	if s.running == nil || s.running.Value == nil {
		return nil
	}
	t := s.inForce(s.endDay(s.alone(s.running)))
	if t == nil || t.Expr.Kind != SLOKind {
		return nil
	}
	return s.running
}

// budgetWindow gives the rows that make up a service level's window exactly. A
// row that is itself of such a window stands for it; a window with a part
// missing is not judged, for a missing part is not a part that was met.
func (s *series) budgetWindow(w window, span Span) window {
	if w.newest.Trailing != nil {
		if *w.newest.Trailing != span.String() {
			w.reason = "span"
		}
		return w
	}
	start := dayNumber(civil(s.endDay(w)).plus(span, -1))
	first := s.Calendar.index(s.grain, start)
	rows := []*row{}
	for i := first; i < w.index; i++ {
		if r, ok := s.byIndex[i]; ok && r.Value != nil {
			rows = append(rows, r)
		}
	}
	switch {
	case s.Calendar.firstDay(s.grain, first) != start || len(rows) > 0 && s.Measure.Agg == Worst:
		w.reason = "span"
	case int64(len(rows)) < w.index-first:
		w.reason = "missing_sub_periods"
	default:
		w.rows = append(rows, w.newest)
	}
	return w
}

// latestJudgement is the newest judgement up to w, unless it is older than one
// and a half times the span it is due in. A measure that takes the worst of
// several people has looked for the newest of each itself.
func (s *series) latestJudgement(w window, span Span) window {
	if s.Measure.Agg == Worst || w.newest.Value != nil {
		return w
	}
	end := s.endDay(w)
	oldest := end - (end-dayNumber(civil(end).plus(span, -1)))*3/2
	for i := len(s.finals) - 1; i >= 0; i-- {
		r := s.finals[i]
		if r.index > w.index || r.Value == nil {
			continue
		}
		if s.Calendar.firstDay(s.grain, r.index+1) < oldest {
			break
		}
		w.newest, w.rows = r, []*row{r}
		return w
	}
	w.reason = ratingStale
	return w
}
