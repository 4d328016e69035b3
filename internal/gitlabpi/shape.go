package gitlabpi

import (
	"strings"

	"github.com/kpid/kpid/kpi"
)

// shape is how the numbers of an indicator become one: what kind of number it
// is, which way is better, and where it belongs. The files do not say; the name,
// the target and the definition do, in this order.
type shape struct {
	agg       kpi.Agg
	unit      string
	direction kpi.Direction
	digits    int
	scale     int64 // value = scale * num / den; 0: one to one
	unbounded bool
	stock     bool // a level: the latest of a period counts, not their sum
	cadence   kpi.Grain
	area      string
	guessed   bool // the direction is, for no target tells
}

func shapeOf(in Indicator, l limit, refused *Refusal) shape {
	n, d := normal(in.Name), normal(text(in.Definition))
	s := kindOf(n, d, normal(in.Target), l)
	percent := strings.Contains(in.Target, "%") && (refused == nil || refused.Code != "relative")
	if percent && s.unit != "%" {
		s = shape{agg: kpi.Share, unit: "%", digits: 1}
	}
	if _, frac, ok := strings.Cut(l.number, "."); ok && len(frac) > s.digits {
		s.digits = min(len(frac), 3)
	}
	s.cadence = kpi.Month
	if l.per == kpi.Quarter || has(n, "quarterly", "per quarter") {
		s.cadence = kpi.Quarter
	}
	s.area = areaOf(n, normal(in.Org))
	switch {
	case l.cmp == "" && downGood(n):
		s.direction, s.guessed = kpi.Down, true
	case l.cmp == "":
		s.direction, s.guessed = kpi.Up, true
	case l.cmp[0] == '<':
		s.direction = kpi.Down
	default:
		s.direction = kpi.Up
	}
	return s
}

func kindOf(n, d, t string, l limit) shape {
	switch {
	case l.unit == "days" || l.unit == "hours":
		return duration(l.unit)
	case has(n, "plan vs actuals", "actual vs plan"):
		return shape{agg: kpi.Ratio, unit: "%", digits: 1, unbounded: true}
	case has(n, "core areas"):
		return shape{agg: kpi.Sum, stock: true}
	case l.unit == "%" || has(t, "proportion") || has(n, "retention", "promotion rate", "bonus rate", "test coverage", "escape rate", "apdex", "diversity", "sov", "maintainership health"):
		return shape{agg: kpi.Share, unit: "%", digits: 1}
	case l.unit != "":
		return shape{agg: kpi.Ratio, unit: l.unit, digits: 0}
	case has(n, "largest contentful paint"):
		return shape{agg: kpi.Ratio, unit: "ms", digits: 0}
	case has(n, "age", "debt age", "review time", "response time", "time to fill", "issue to update") || has(t, "days"):
		return duration("days")
	case has(n, "location factor"):
		return shape{agg: kpi.Ratio, digits: 2}
	case has(n, "rate", "average", "factor", "score", "ratio", "percentiles", "pipeline coverage") || l.each != "":
		return shape{agg: kpi.Ratio, digits: 1}
	}
	return shape{agg: kpi.Sum, stock: has(n, "open", "past due", "total open", "debt", "followers", "karma", "active seats", "maintainers and trainees") || has(d, "open issues")}
}

// duration is a mean of days or hours: the numbers come in that unit, and the
// engine keeps durations in milliseconds.
func duration(unit string) shape {
	scale := int64(24 * 60 * 60 * 1000)
	if unit == "hours" {
		scale /= 24
	}
	return shape{agg: kpi.Ratio, unit: unit, digits: 1, scale: scale}
}

// downGood guesses from the name where no target tells.
func downGood(n string) bool {
	return has(n, "age", "time", "past due", "debt", "escape", "location factor", "unhealthy", "open", "issue to update", "sus impacting issues", "budget") &&
		!has(n, "first time")
}

// areaOf picks the folder, which is also the type.
func areaOf(n, org string) string {
	for _, a := range []struct {
		area  string
		words []string
	}{
		{"leadership", []string{"retention", "hiring", "promotion rate", "pto", "location factor", "bonus rate", "diversity", "gearing ratio", "open positions", "vacancy", "maintainership health", "maintainers and trainees"}},
		{"reliability", []string{"apdex", "slo", "availability"}},
		{"satisfaction", []string{"usability scale", "usability benchmarking", "likes", "karma"}},
		{"quality", []string{"debt", "past due", "escape", "test coverage", "sus impacting issues", "largest contentful paint", "cve", "component migrations"}},
		{"innovation", []string{"research projects", "actionable insights"}},
		{"collaboration", []string{"handbook", "collaboration", "contributors", "wider community", "meetups"}},
		{"output", []string{"case studies", "mrs by type", "merge requests types"}},
		{"efficiency", []string{"mr", "omrt", "oma", "open to merge", "budget", "response time", "pipeline coverage"}},
	} {
		if has(n, a.words...) {
			return a.area
		}
	}
	switch {
	case has(org, "marketing", "community"):
		return "outcome"
	case has(org, "ux", "quality"):
		return "quality"
	}
	return "efficiency"
}
