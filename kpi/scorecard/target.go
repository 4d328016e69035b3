package scorecard

import (
	"math"

	"github.com/kpid/kpid/kpi"
)

// targetRef is the target as it stands at the page's week; nil without one.
func (in Input) targetRef(k KPI, v kpi.Verdict) *TargetRef {
	t := in.target(k, v)
	if t == nil {
		return nil
	}
	ref := &TargetRef{
		Expr: t.Text, Short: t.Text,
		FloorNow: v.FloorNow, StretchNow: v.StretchNow, WarnNow: v.WarnNow,
		FloorFinal: v.FloorFinal, StretchFinal: v.StretchFinal,
		Baseline: v.Baseline, Pace: v.Pace, Attainment: v.Attainment,
		Strict: t.Strict,
		Paced:  differ(v.FloorNow, v.FloorFinal),
	}
	if t.Expr != nil {
		ref.Short = t.Expr.Short(k.Measure.Unit, k.Measure.Direction)
		ref.Strict = ref.Strict || t.Expr.Strict()
	}
	return ref
}

// target is the one the verdict was given by, else the one in force at the end
// of the page's week: a KPI without any data still has a promise.
func (in Input) target(k KPI, v kpi.Verdict) *kpi.Target {
	if v.Target != nil {
		return v.Target
	}
	var found *kpi.Target
	at := in.Week.Ends - 1
	for i := range k.Targets {
		t := &k.Targets[i]
		if !t.Since.IsZero() && in.Calendar.Midnight(t.Since) > at || !t.Until.IsZero() && in.Calendar.Midnight(t.Until) <= at {
			continue
		}
		if found == nil || later(*t, *found) {
			found = t
		}
	}
	return found
}

// later orders targets that are in force together: by date, then by text, so
// that the choice does not depend on the order they are given in.
func later(a, b kpi.Target) bool {
	if a.Since != b.Since {
		return a.Since.String() > b.Since.String()
	}
	return a.Text < b.Text
}

func differ(a, b *float64) bool {
	return a != nil && b != nil && math.Abs(*a-*b) > 1e-9*math.Max(1, math.Abs(*b))
}
