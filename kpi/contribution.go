package kpi

import "math"

// Slice is one segment of a quotient, before and now, as it is added up.
type Slice struct {
	Num, Den [2]float64
}

// Contribution says where the change of a quotient came from, in display units.
type Contribution struct {
	Effects []float64 // of each part: its own rate moved
	Shares  []float64 // of each part: its part of the denominator now, 0 to 1
	Mix     float64   // the parts grew or shrank beside each other
	Change  float64   // of the whole; Effects and Mix add up to it
}

// Decompose splits the change of a quotient into what its parts did and the mix of
// them. With s a part's share of the denominator, r its rate and a bar the mean of
// before and now,
//
//	effect of a part = s̄ · Δr        mix = Σ Δs · (r̄ − R̄)
//
// where R̄ is the mean rate of the whole: since the shares add up to 1 it does not
// change the sum, and makes the mix that of parts above and below the whole. The two
// add up to the change of the whole without a rest, whichever period is called the
// first (E. M. Kitagawa, "Components of a Difference Between Two Rates", Journal of
// the American Statistical Association 50, 1955; the midpoint weights are those of
// Marshall and Edgeworth). A part without a denominator in one of the periods has no
// rate there: it is taken to have kept the one it has, so that all it does is mix.
//
// It is ok for a share or a ratio whose parts have no denominator below zero, and a
// whole with one in both periods.
func (m Measure) Decompose(parts []Slice) (c Contribution, ok bool) {
	var num, den [2]float64
	for _, p := range parts {
		for t := range 2 {
			if p.Den[t] < 0 || p.Den[t] == 0 && p.Num[t] != 0 {
				return Contribution{}, false
			}
			num[t], den[t] = num[t]+p.Num[t], den[t]+p.Den[t]
		}
	}
	if m.Agg != Share && m.Agg != Ratio || den[0] <= 0 || den[1] <= 0 {
		return Contribution{}, false
	}
	rate := func(num, den float64) float64 { return m.Display(m.Quotient(num, den)) }
	before, now := rate(num[0], den[0]), rate(num[1], den[1])
	c.Change = now - before
	for _, p := range parts {
		share := [2]float64{p.Den[0] / den[0], p.Den[1] / den[1]}
		var r [2]float64
		switch {
		case p.Den[0] == 0 && p.Den[1] == 0:
		case p.Den[0] == 0:
			r[1] = rate(p.Num[1], p.Den[1])
			r[0] = r[1]
		case p.Den[1] == 0:
			r[0] = rate(p.Num[0], p.Den[0])
			r[1] = r[0]
		default:
			r = [2]float64{rate(p.Num[0], p.Den[0]), rate(p.Num[1], p.Den[1])}
		}
		c.Effects = append(c.Effects, (share[0]+share[1])/2*(r[1]-r[0]))
		c.Shares = append(c.Shares, share[1])
		c.Mix += (share[1] - share[0]) * ((r[0]+r[1])/2 - (before+now)/2)
	}
	return c, !math.IsNaN(c.Mix) && !math.IsInf(c.Mix, 0)
}
