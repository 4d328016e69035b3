package config

import "slices"

// maxOutput is the most that Output KPIs may weigh in a scorecard: shipping is
// not an outcome, and a card that pays for it would say otherwise.
const maxOutput = 0.10

// output refuses a scorecard in which Output weighs too much or stands alone.
func (b *binder) output() {
	for i, s := range b.cfg.Scorecards {
		weights := b.weights(s)
		total, output, only := 0.0, 0.0, len(weights) > 0
		for id, w := range weights {
			types := b.defs[id].Types
			total += w
			if slices.Contains(types, "output") {
				output += w / float64(len(types)) // two types count half in each
			}
			only = only && len(types) == 1 && types[0] == "output"
		}
		t := b.cfg.written.scorecards[i]
		switch {
		case only:
			b.bad(t, "portfolio", "", "the scorecard of %s judges nothing but Output: add an Outcome it is meant to lead", s.Portfolio)
		case output > maxOutput*total:
			b.bad(t, "portfolio", "", "Output weighs %.3g of %.3g in the scorecard of %s, more than a tenth", output, total, s.Portfolio)
		}
	}
}

// weights gives each judged KPI of a scorecard with its largest weight.
func (b *binder) weights(s Scorecard) map[string]float64 {
	out := map[string]float64{}
	for _, x := range b.cfg.Targets {
		if b.defs[x.KPI] != nil && (x.Portfolio == "" || x.Portfolio == s.Portfolio) {
			out[x.KPI] = max(out[x.KPI], x.Weight)
		}
	}
	return out
}
