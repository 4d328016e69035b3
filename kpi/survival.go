package kpi

import (
	"cmp"
	"math"
	"slices"
)

// Lifetime is how long something took, or how long it has been waited for.
type Lifetime struct {
	Took     float64 // any unit, the same for all
	Censored bool    // it has not happened by then
	Open     bool    // censored, and it may still happen ...
	Horizon  float64 // ... up to this length; of no use when not open
}

// KaplanMeier is the smallest time at which the survival curve (Kaplan and
// Meier 1958) has fallen to 1 - p, so p = 0.5 is the median of all, those still
// waited for included. ok is false while the curve stays above it: fewer than a
// share p are there. What happens and what is censored at one time happened first.
// Published check: 6-MP remissions of Freireich et al. 1963, 21 patients, 9
// relapses: S falls to 0.4482 at 23 weeks, the median.
func KaplanMeier(lives []Lifetime, p float64) (t float64, ok bool) {
	if !(p > 0 && p < 1) {
		return 0, false
	}
	sorted := sortedLives(lives)
	survival := 1.0
	for i := 0; i < len(sorted); {
		at, risk, events := sorted[i].Took, len(sorted)-i, 0
		for ; i < len(sorted) && sorted[i].Took == at; i++ {
			if !sorted[i].Censored {
				events++
			}
		}
		survival *= 1 - float64(events)/float64(risk)
		// products of fractions miss a round 0.5 by a rounding
		if survival <= 1-p+1e-12 {
			return at, true
		}
	}
	return 0, false
}

// MedianOfLives is the Kaplan-Meier quantile with everything a report needs.
// Interval ends are order statistics of the times as they are (MedianInterval)
// and nil where that time is a censored one: the end lies beyond it, nobody
// knows how far. Pending are the open ones that can still move the quantile;
// Bounds is what it can still become when they happen at once, or never; a
// missing upper bound is "beyond every horizon".
type MedianOfLives struct {
	Value            *float64
	Lo, Hi           *float64
	Events           int
	Pending          int
	BoundLo, BoundHi *float64
}

// Lives summarises lifetimes for the quantile p; the interval is of the median only.
func Lives(lives []Lifetime, p float64) MedianOfLives {
	var out MedianOfLives
	sorted := sortedLives(lives)
	out.Value = found(KaplanMeier(sorted, p))
	for _, l := range sorted {
		if !l.Censored {
			out.Events++
		}
		if l.Open && (out.Value == nil || l.Took < *out.Value) {
			out.Pending++
		}
	}
	if j := medianRank(len(sorted)); p == 0.5 && j > 0 {
		out.Lo, out.Hi = happened(sorted[j-1]), happened(sorted[len(sorted)-j])
	}
	if out.Pending > 0 {
		out.BoundLo, out.BoundHi = found(KaplanMeier(settled(sorted, true), p)), found(KaplanMeier(settled(sorted, false), p))
	}
	return out
}

// settled decides the open ones: all happen at once, or none ever does.
func settled(lives []Lifetime, happen bool) []Lifetime {
	out := slices.Clone(lives)
	for i, l := range out {
		switch {
		case l.Open && happen:
			out[i] = Lifetime{Took: l.Took}
		case l.Open:
			out[i] = Lifetime{Took: math.Max(l.Took, l.Horizon), Censored: true}
		}
	}
	return out
}

func sortedLives(lives []Lifetime) []Lifetime {
	out := slices.Clone(lives)
	slices.SortFunc(out, func(a, b Lifetime) int {
		if a.Took != b.Took {
			return cmp.Compare(a.Took, b.Took)
		}
		switch {
		case a.Censored == b.Censored:
			return 0
		case b.Censored:
			return -1
		}
		return 1
	})
	return out
}

func happened(l Lifetime) *float64 {
	if l.Censored {
		return nil
	}
	return &l.Took
}

func found(v float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &v
}
