package kpi

// hasParts says whether a verdict is made of others: of the parts of a
// composite, or of the capabilities of a ramp that starts with each one.
func (s *series) hasParts(t *Target) bool {
	return t.Expr.composite() || t.Expr.Kind == RampKind && t.Expr.From.IsZero() && len(s.Units) > 0
}

// judgeParts grades a window by its parts as they stand when it ends; the newest
// window by what is known of them now. The number shown stays the measure's own.
func (s *series) judgeParts(t *Target, w window, v Verdict) Verdict {
	if v.Value == nil && v.Bounds == nil && t.Expr.Kind == RampKind {
		return ungraded(v, NoData, "no_value")
	}
	until := w.period.Ends
	if last := s.judgeable(); len(last) == 0 || last[len(last)-1] == w.newest {
		until = s.through
	}
	if t.Expr.composite() {
		v.Parts = s.partsOf(t, t.Expr, until)
		status, reason := combine(t.Expr, statusesOf(t.Expr, v.Parts))
		return settle(v, t.Expr.Kind, status, reason)
	}
	for _, u := range s.Units {
		in := s.Input
		in.Observations, in.GA, in.Units, in.Through, in.Stale = u.Observations, u.GA, nil, until, false
		in.Targets = []Target{always(*t)}
		v.Parts = append(v.Parts, Part{u.Name, in.Measure, newSeries(in).now()})
	}
	status, reason := onRamp(v.Parts)
	return settle(v, RampKind, status, reason)
}

// settle puts a status that parts gave into a verdict.
func settle(v Verdict, kind Kind, status Status, reason string) Verdict {
	v.Kind = kind
	if !status.Graded() {
		return ungraded(v, status, reason)
	}
	v.Raw, v.Published = status, status
	return v
}

// always is a target without an end or a beginning: the whole decides when it
// is in force.
func always(t Target) Target {
	t.Since, t.Until = Date{}, Date{}
	return t
}

// partsOf judges the parts of an expression in the order they are written;
// those of a part that has parts itself are listed in its place.
func (s *series) partsOf(t *Target, e *Expr, until Millis) []Part {
	var out []Part
	for _, part := range e.Parts {
		if part.composite() {
			out = append(out, s.partsOf(t, part, until)...)
			continue
		}
		in, name := s.partInput(part)
		in.Targets = []Target{always(t.part(part))}
		in.Through, in.Stale = until, false
		if until >= s.AsOf {
			in.Through = 0
		}
		out = append(out, Part{name, in.Measure, newSeries(in).now()})
	}
	return out
}

// partInput is the series of the measure a part names, the verdict's own where
// it names none.
func (s *series) partInput(part *Expr) (in Input, name string) {
	in, name = s.Input, part.Part
	in.Others = nil
	if name == "" {
		name = string(part.Kind)
	}
	for _, o := range s.Others {
		if o.Measure.ID != part.Part {
			continue
		}
		in.Measure, in.Observations, in.Baselines = o.Measure, o.Observations, o.Baselines
		if s.Definition != nil {
			d := *s.Definition
			d.Cadence = d.CadenceOf(o.Measure)
			in.Definition = &d
		}
	}
	return in, name
}

// graded is a status with its reason, and whether people set it.
type graded struct {
	status Status
	reason string
	judged bool
}

// statusesOf gives what each direct part of an expression comes to.
func statusesOf(e *Expr, parts []Part) []graded {
	i := 0
	var walk func(e *Expr) []graded
	walk = func(e *Expr) (found []graded) {
		for _, part := range e.Parts {
			if part.composite() {
				inner := walk(part)
				status, reason := combine(part, inner)
				found = append(found, graded{status, reason, allJudged(inner)})
				continue
			}
			found = append(found, graded{parts[i].Raw, parts[i].Reason, part.Kind == JudgedKind})
			i++
		}
		return found
	}
	return walk(e)
}

func allJudged(all []graded) bool {
	for _, g := range all {
		if !g.judged {
			return false
		}
	}
	return true
}

// combine is rule 9 of 3.2. all: the worst; where a part is not graded, off
// track if a graded one is, else the first of no_data, not_enough_data and
// maturing. any: the best that is graded. A judgement may lower what numbers
// say and raise it by nothing (rule 8), so in any it counts only where there
// are no numbers at all.
func combine(e *Expr, all []graded) (Status, string) {
	if e.Kind == AnyKind && !allJudged(all) {
		all = numbersOf(all)
	}
	var best, worst, missing *graded
	for i := range all {
		g := &all[i]
		switch {
		case !g.status.Graded():
			if missing == nil || ungradedRank(g.status) < ungradedRank(missing.status) {
				missing = g
			}
		default:
			if best == nil || g.status.rank() > best.status.rank() {
				best = g
			}
			if worst == nil || g.status.rank() < worst.status.rank() {
				worst = g
			}
		}
	}
	switch {
	case e.Kind == AnyKind && best != nil:
		return best.status, ""
	case missing == nil:
		return worst.status, ""
	case worst != nil && worst.status == OffTrack:
		return OffTrack, ""
	}
	return missing.status, missing.reason
}

func numbersOf(all []graded) []graded {
	var out []graded
	for _, g := range all {
		if !g.judged {
			out = append(out, g)
		}
	}
	return out
}

// ungradedRank orders the statuses that are no judgement as they are looked for.
func ungradedRank(s Status) int {
	switch s {
	case NoData:
		return 0
	case NotEnoughData:
		return 1
	}
	return 2
}

// onRamp grades a portfolio by its capabilities: all exceeding, exceeding; all on
// their ramp, on_track; at least half, at_risk; else off_track. Those that are
// too young or too small to judge count neither way; if there are no others the
// portfolio is as they are.
func onRamp(parts []Part) (Status, string) {
	n, on, beyond := 0, 0, 0
	var missing *Part
	for i, p := range parts {
		if !p.Raw.Graded() {
			if missing == nil || ungradedRank(p.Raw) > ungradedRank(missing.Raw) {
				missing = &parts[i]
			}
			continue
		}
		n++
		if p.Raw.OnTarget() {
			on++
		}
		if p.Raw == Exceeding {
			beyond++
		}
	}
	switch {
	case n == 0:
		return missing.Raw, missing.Reason
	case beyond == n:
		return Exceeding, ""
	case on == n:
		return OnTrack, ""
	case 2*on >= n:
		return AtRisk, ""
	}
	return OffTrack, ""
}
