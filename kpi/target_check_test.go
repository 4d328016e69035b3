package kpi

import (
	"errors"
	"strings"
	"testing"
)

func TestTargetCheck(t *testing.T) {
	rate := Measure{ID: "rate", Agg: Share, Unit: "%", Direction: Up}
	churn := Measure{ID: "churn", Agg: Share, Unit: "%", Direction: Down}
	count := Measure{ID: "count", Agg: Count, Direction: Up}
	faults := Measure{ID: "faults", Agg: Count, Direction: Down}
	days := Measure{ID: "median", Agg: Median, Unit: "days", Direction: Down}
	score := Measure{ID: "score", Agg: Mean, Unit: "/5", Direction: Up}
	parse := func(text string) *Expr { return mustParse(t, text) }
	one, two, minus := 1, 2, -1
	tests := []struct {
		expr string
		m    Measure
		set  func(*Target)
		want string // key: part of the message; "" fits
	}{
		{"level 60..80 %", rate, nil, ""},
		{"level 60..80", rate, nil, ""},
		{"level 80..60 %", rate, nil, "expr: found 80..60 with the stretch first; where more is better the easier end comes first: 60..80"},
		{"level 60..80 pts", rate, nil, "expr: found the unit pts; rate is in %"},
		{"level 60 foo", count, nil, "expr: found the unit foo; count is in plain numbers"},
		{"level <= 60 %", rate, nil, `expr: "level <= 60 %" is for a measure where less is better; of rate more is better`},
		{"level 5..3 days", days, nil, ""},
		{"level 3..5 days", days, nil, "expr: found 3..5 with the stretch first; where less is better the easier end comes first: 5..3"},
		{"down 3 pts yoy", rate, nil, "expr: \"down 3 pts yoy\" is for a measure where less is better"},
		{"up 3..10 % yoy", rate, nil, "expr: found % on rate, which is itself in %; write pts for percentage points, or set relative = true"},
		{"up 3..10 % yoy", rate, func(t *Target) { t.Relative = true }, ""},
		{"up 3..10 pts yoy", rate, func(t *Target) { t.Relative = true }, "relative: relative = true is for a change in %"},
		{"up 3..10 pts yoy", score, nil, "expr: found pts; points are for rates and index scores, score is in /5: write abs or %"},
		{"up 0.2 abs yoy", score, nil, ""},
		{"down 10..30 % yoy", days, nil, ""},
		{"count 2..6 per month", count, nil, ""},
		{"count 6..2 per month", faults, nil, ""},
		{"count 6..2 per month", count, nil, "expr: found 6..2 with the stretch first"},
		{"count 2..6 per month", rate, nil, "expr: count is for counted or summed measures; rate is a share: write level"},
		{"other: level 60 %", rate, nil, "metric: the expression names other, the target judges rate"},
		{"rate: level 60 %", rate, nil, ""},
		{"level 60", Measure{ID: "all", Agg: Composite, Direction: Up}, nil, "expr: all has parts and no number of its own"},
		{"level 60..80 %", rate, func(t *Target) { t.Ceiling = num(95) }, ""},
		{"level 60..80 %", rate, func(t *Target) { t.Ceiling = num(60) }, "ceiling: the ceiling 60 is not above the floor 60"},
		{"level <= 3 %", churn, func(t *Target) { t.Ceiling = num(95) }, "ceiling: a ceiling is for measures where more is better"},
		{"level 60 %", rate, func(t *Target) { t.Warn = num(3) }, ""},
		{"level 60 %", rate, func(t *Target) { t.Warn = num(-3) }, "warn: found -3; want a distance"},
		{"up 3 pts yoy", rate, func(t *Target) { t.Warn = num(3) }, "warn: warn is for level targets"},
		{"count 2 per month", count, func(t *Target) { t.Warn = num(3) }, "warn: warn is for level targets"},
		{"level 60 %", rate, func(t *Target) { t.MinN = &minus }, "min_n: found -1; want 0 or more"},
		{"level 60 %", rate, func(t *Target) { t.Smooth = &two }, ""},
		{"level 60 %", rate, func(t *Target) { t.Smooth = &minus }, "smooth: found -1; want 1 to 60"},
		{"level 3 days", days, func(t *Target) { t.Smooth = &two }, "smooth: found 2; periods of a median cannot be pooled without its units: want 1"},
		{"level 3 days", days, func(t *Target) { t.Smooth = &one }, ""},
		{"count 2 per month", count, func(t *Target) { t.Smooth = &two }, "smooth: found 2; a count is judged by single periods"},
		{"level 60 % over 1y trailing", rate, func(t *Target) { t.Smooth = &two }, "smooth: found 2 beside over 1y; say it once"},
		{"level 60 %", rate, func(t *Target) { t.Since, t.Until = Date{2026, 2, 1}, Date{2026, 2, 1} }, "until: a target in force from 2026-02-01 to 2026-02-01 never holds"},
		{"level 60 %", rate, func(t *Target) { t.Baseline = &BaselineSpec{Method: "pooled"} }, "baseline: \"level 60 %\" has no baseline"},
		{"up 3 pts yoy", rate, func(t *Target) { t.Baseline = &BaselineSpec{Method: "pooled"} }, "baseline: \"up 3 pts yoy\" takes its own baseline"},
		{"up 3 pts yoy", rate, func(t *Target) { t.Baseline = &BaselineSpec{Method: "value", Value: num(40)} }, ""},
		{"up 3 pts yoy", rate, func(t *Target) { t.Baseline = &BaselineSpec{Method: "value"} }, "baseline: method value needs value"},
		{"up 3 pts in 2q from 2026-01-01", rate, func(t *Target) { t.Baseline = &BaselineSpec{Method: "mean"} }, `baseline: found method "mean"; want pooled, value or same_period_last_year`},
		{"up 3 pts in 2q from 2026-01-01", rate, func(t *Target) { t.Baseline = &BaselineSpec{Method: "pooled", Periods: -1} }, "baseline: found periods = -1"},
		{"level 60 %", rate, func(t *Target) { t.When = []When{{BaselineLT: num(1), Expr: parse("level 50 %")}} }, "when: \"level 60 %\" has no baseline to choose by"},
		{"down 0.2 pts in 2q from 2026-01-01", churn, func(t *Target) { t.When = []When{{BaselineLT: num(1), Expr: parse("level <= 1.0 %")}} }, ""},
		{"down 0.2 pts in 2q from 2026-01-01", churn, func(t *Target) { t.When = []When{{BaselineLT: num(1), Expr: parse("level >= 1.0 %")}} }, "when: entry 1: \"level >= 1 %\" is for a measure where more is better"},
		{"down 0.2 pts in 2q from 2026-01-01", churn, func(t *Target) { t.When = []When{{Expr: parse("level <= 1.0 %")}} }, "when: entry 1 has no condition"},
		{"down 0.2 pts in 2q from 2026-01-01", churn, func(t *Target) { t.When = []When{{BaselineLT: num(1)}} }, "when: entry 1 has no expression"},
		{"down 0.2 pts in 2q from 2026-01-01", churn, func(t *Target) {
			t.When = []When{{BaselineLT: num(1), Expr: parse("down 1 pts in 2q from 2026-02-01")}}
		}, "when: entry 1 starts on 2026-02-01, the target on 2026-01-01"},
		{"ramp 30..60 % by 90d..180d from ga", rate, nil, ""},
		{"ramp 30..60 % by 90d..180d from ga", rate, func(t *Target) { t.Strict, t.Ceiling = true, num(90) }, ""},
		{"ramp 30..60 % by 90d..180d from ga", churn, nil, "is for a measure where more is better"},
		{"ramp 30..60 % by 90d..180d from ga", count, nil, "expr: found a target of kind ramp; it is for a share in %, count is in plain numbers"},
		{"slo 99.9 % over 28d", rate, nil, ""},
		{"slo 99.9 % over 28d", score, nil, "it is for a share in %, score is in /5: write level"},
		{"slo 99.9 % over 28d", rate, func(t *Target) { t.Smooth = &two }, "smooth: found 2; a slo is judged by single periods"},
		{"slo 99.9 % over 28d", rate, func(t *Target) { t.Strict = true }, "strict: strict is for level, change, count and ramp"},
		{"slo 99.9 % over 28d", rate, func(t *Target) { t.Ceiling = num(99.95) }, "ceiling: a ceiling is for level, change, count and ramp"},
		{"trend down toward 0 near 1 over 12m", faults, nil, ""},
		{"trend down toward 0 near 1 over 12m", count, nil, "is for a measure where less is better"},
		{"trend down toward 0 near 1 over 12m", faults, func(t *Target) { t.Warn = num(1) }, "warn: warn is for level targets"},
		{"judged every 1q", Measure{ID: "light", Agg: Worst, Unit: Rag, Direction: Up}, nil, ""},
		{"level 1", Measure{ID: "light", Agg: Worst, Unit: Rag, Direction: Up}, nil, "expr: light is a traffic light that people set; write judged every 1q"},
		{"judged every 1q", score, nil, "expr: judged is for a traffic light that people set (unit rag); score is in /5"},
		{"all(level 60 %; faults: count <= 1 per year; score: level >= 4 /5)", rate, nil, ""},
		{"all(level 60 %; fault: count <= 1 per year)", rate, nil, `expr: there is no measure "fault" for the part "fault: count <= 1 per year"; there are rate, faults, score`},
		{"all(level 60 %; any(faults: count >= 1 per year))", rate, nil, `expr: in the part "faults: count >= 1 per year": "faults: count >= 1 per year" is for a measure where more is better`},
		{"all(level 60 %)", rate, func(t *Target) { t.Warn = num(3) }, "warn: warn is for a single target"},
		{"all(up 3..10 % yoy)", rate, nil, "set relative = true"},
		{"all(up 3..10 % yoy; faults: count <= 1 per year)", rate, func(t *Target) { t.Relative = true }, ""},
		{"all(level 60 %)", rate, func(t *Target) { t.Relative = true }, "relative: relative = true is for a change in %; no part"},
		{"up 3 pts yoy", rate, func(t *Target) { t.When = []When{{BaselineLT: num(1), Expr: parse("all(level 3 %)")}} }, "when: entry 1 has parts"},
	}
	for _, tt := range tests {
		target := Target{Expr: mustParse(t, tt.expr)}
		if tt.set != nil {
			tt.set(&target)
		}
		err := target.Check(tt.m, rate, faults, score)
		var te *TargetError
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%q on %s: %v", tt.expr, tt.m.ID, err)
		case tt.want != "" && (!errors.As(err, &te) || !strings.Contains(err.Error(), tt.want)):
			t.Errorf("%q on %s: %v; want %q", tt.expr, tt.m.ID, err, tt.want)
		}
	}
	if err := (Target{}).Check(rate); err == nil {
		t.Error("a target without an expression fits")
	}
	warn, n := -1.0, -1
	if err := (Target{Expr: mustParse(t, "level 60 pts"), Warn: &warn, MinN: &n}).Check(rate); strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("three mistakes give %v", err)
	}
}
