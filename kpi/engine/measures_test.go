package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// valueSQL takes a metric_point as a unit with a value: num, waited for when its
// name is waiting (and still open) or gone (and never to come), up to 90.
const valueSQL = `SELECT p.id AS period, m.scope AS scope, x.id AS unit, x.num AS value,
       CASE WHEN x.name IN ('waiting', 'gone') THEN 1 ELSE 0 END AS censored,
       CASE WHEN x.name = 'waiting' THEN 1 ELSE 0 END AS pending, 90 AS horizon
FROM period p
JOIN metric_point x ON x.starts_at >= p.starts AND x.starts_at < p.ends AND x.starts_at <= :as_of
JOIN member m ON m.product = x.product_id`

// load puts units into July 2026, one a day.
func (l *lab) loadUnits(units []unit) {
	l.Helper()
	var rows []fact.Row
	for i, u := range units {
		name := u.name
		if name == "" {
			name = "plain"
		}
		rows = append(rows, l.point(fmt.Sprintf("%02d", i), name, "flows", day(7, 1+i), u.num, u.den))
	}
	l.load(day(9, 1), rows...)
	l.evaluate(day(9, 1))
}

func values(xs ...float64) []unit {
	var out []unit
	for _, x := range xs {
		out = append(out, unit{"", x, nil})
	}
	return out
}

// TestMeasures holds each aggregate that has its own arithmetic to figures
// worked out by hand.
func TestMeasures(t *testing.T) {
	plain := strings.Replace(valueSQL, "CASE WHEN x.name IN ('waiting', 'gone') THEN 1 ELSE 0 END AS censored,", "", 1)
	money := strings.Replace(pointSQL, "x.den AS den,", "x.den AS den, x.name AS currency,", 1)
	none := any(nil)
	for _, tt := range []struct {
		name     string
		agg      kpi.Agg
		sql      string
		set      func(*kpi.Measure)
		units    []unit
		value    any
		lo, hi   any
		bounds   [2]any
		num, den any
		n        int64
		reason   string
	}{
		// type 7; of eight values j is 1
		{"median", kpi.Median, plain, nil, values(8, 1, 7, 2, 3, 6, 4, 5), 4.5, 1.0, 8.0, [2]any{}, none, none, 8, ""},
		{"median of five", kpi.Median, plain, nil, values(1, 2, 3, 4, 100), 3.0, none, none, [2]any{}, none, none, 5, ""},
		// index 4 * 0.85 = 3.4
		{"85th percentile", kpi.Median, plain, func(m *kpi.Measure) { m.Quantile = 0.85 }, values(1, 2, 3, 4, 10), 6.4, none, none, [2]any{}, none, none, 5, ""},
		{"slow ones stay in", kpi.Median, valueSQL, nil, []unit{{"", 1.0, nil}, {"", 2.0, nil}, {"", 3.0, nil}, {"gone", 90.0, nil}, {"gone", 90.0, nil}}, 3.0, none, none, [2]any{}, none, none, 5, ""},
		{"more than half are not there", kpi.Median, valueSQL, nil, []unit{{"", 1.0, nil}, {"gone", 90.0, nil}, {"gone", 90.0, nil}}, none, none, none, [2]any{}, none, none, 3, "not_reached"},
		{"too few arrived", kpi.Median, valueSQL, func(m *kpi.Measure) { m.MinEvents = 3 }, []unit{{"", 1.0, nil}, {"", 2.0, nil}, {"gone", 90.0, nil}}, 2.0, none, none, [2]any{}, none, none, 3, "too_few_events"},
		// at once: 1 2 4 5 6; never: 4 5 6 90 90
		{"open ones move it", kpi.Median, valueSQL, nil, []unit{{"", 4.0, nil}, {"", 5.0, nil}, {"", 6.0, nil}, {"waiting", 1.0, nil}, {"waiting", 2.0, nil}}, none, none, none, [2]any{4.0, 6.0}, none, none, 5, ""},
		// 3 promoters, 1 detractor of 5: 40; half width 100 z sqrt((0.8 - 0.16) / 5) = 70.12
		{"nps", kpi.NPS, plain, nil, values(1, 1, 1, 0, -1), 40.0, -30.1219, 100.0, [2]any{}, 2.0, 5.0, 5, ""},
		{"worst of two", kpi.Worst, pointSQL, nil, []unit{{"", 99.0, 100.0}, {"", 1.0, 2.0}, {"", 5.0, 0.0}}, 0.5, none, none, [2]any{}, 1.0, 2.0, 3, ""},
		{"worst when less is better", kpi.Worst, pointSQL, func(m *kpi.Measure) { m.Direction = kpi.Down }, []unit{{"", 99.0, 100.0}, {"", 1.0, 2.0}}, 0.99, none, none, [2]any{}, 99.0, 100.0, 2, ""},
		{"complement", kpi.Share, pointSQL, func(m *kpi.Measure) { m.Complement = true }, []unit{{"", 81.0, 263.0}}, 1 - 0.307985, 1 - 0.3662, 1 - 0.2553, [2]any{}, 81.0, 263.0, 263, ""},
		{"census", kpi.Share, pointSQL, func(m *kpi.Measure) { m.Interval = "none" }, []unit{{"", 81.0, 263.0}}, 0.307985, none, none, [2]any{}, 81.0, 263.0, 263, ""},
		// Byar of 10 over 40
		{"count over a base", kpi.Ratio, pointSQL, func(m *kpi.Measure) { m.Interval = "byar" }, []unit{{"", 10.0, 20.0}, {"", 0.0, 20.0}}, 0.25, 0.119686, 0.459787, [2]any{}, 10.0, 40.0, 2, ""},
		// 1000 and 3 EUR cents are 1085 and 3.255, rounded 3
		{"money adds up", kpi.Sum, money, nil, []unit{{"EUR", 1000.0, nil}, {"EUR", 3.0, nil}, {"USD", 7.0, nil}}, 1095.0, none, none, [2]any{}, 1095.0, none, 3, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := definition(tt.agg, tt.sql)
			d.Measures[0].Quantile = 0.5
			if tt.set != nil {
				tt.set(&d.Measures[0])
			}
			l := newLab(t, Config{Definitions: []*kpi.Definition{d}, Currencies: []string{"EUR", "USD"}, Rate: func(c string, _ kpi.Millis) (int64, bool) {
				ppm, ok := map[string]int64{"USD": 1_000_000, "EUR": 1_085_000}[c]
				return ppm, ok
			}})
			l.loadUnits(tt.units)
			o, ok := l.at("all", "", "2026-07")
			if !ok {
				t.Fatal("no observation")
			}
			near(t, "value", o.Value, tt.value)
			near(t, "lower limit", o.CILo, tt.lo)
			near(t, "upper limit", o.CIHi, tt.hi)
			near(t, "lower bound", o.BoundLo, tt.bounds[0])
			near(t, "upper bound", o.BoundHi, tt.bounds[1])
			near(t, "numerator", o.Num, tt.num)
			near(t, "denominator", o.Den, tt.den)
			if o.N == nil || *o.N != tt.n {
				t.Errorf("n is %v, want %d", o.N, tt.n)
			}
			if got := deref(o.Reason); got != tt.reason {
				t.Errorf("reason %q, want %q", got, tt.reason)
			}
		})
	}
}

// TestTrailing: a period with too few units takes the number of the window that
// ends with it, decided for each scope.
func TestTrailing(t *testing.T) {
	d := definition(kpi.Share, pointSQL)
	d.Measures[0].Trailing = kpi.Trailing{Span: kpi.Span{N: 3, Unit: 'm'}, Below: 2}
	l := newLab(t, Config{Definitions: []*kpi.Definition{d}})
	l.load(day(9, 10),
		l.point("1", "plain", "flows", day(5, 31), 1.0, 1.0), // a day before the window
		l.point("2", "plain", "flows", day(6, 1), 0.0, 1.0), l.point("3", "plain", "flows", day(7, 2), 0.0, 1.0),
		l.point("4", "plain", "flows", day(8, 3), 1.0, 1.0), l.point("5", "plain", "forms", day(8, 3), 1.0, 1.0))
	l.evaluate(day(9, 10))
	for _, tt := range []struct {
		portfolio, product string
		num, den           float64
		trailing           string
	}{{"core", "flows", 1, 3, "3m"}, {"core", "forms", 1, 1, "3m"}, {"core", "", 2, 2, ""}} {
		o, ok := l.at(tt.portfolio, tt.product, "2026-08")
		if !ok {
			t.Fatalf("%s/%s: no observation", tt.portfolio, tt.product)
		}
		near(t, tt.product+" numerator", o.Num, tt.num)
		near(t, tt.product+" denominator", o.Den, tt.den)
		if got := deref(o.Trailing); got != tt.trailing {
			t.Errorf("%s/%s: window %q, want %q", tt.portfolio, tt.product, got, tt.trailing)
		}
	}
	if o, ok := l.at("core", "forms", "2026-09"); !ok || deref(o.Trailing) != "3m" || *o.Den != 1 {
		t.Errorf("a period without a unit of its own takes the window, too: %+v", o)
	}
}

// TestBalance: what does not add up is refused in every measure, with the
// difference, and comes back when it is mended.
func TestBalance(t *testing.T) {
	d := definition(kpi.Ratio, strings.Replace(pointSQL, "x.den AS den,", "x.den AS den, 'USD' AS currency, x.n AS balance,", 1))
	other := d.Measures[0]
	other.ID, other.Agg, other.SQL = "share", kpi.Share, pointSQL
	d.Measures = append(d.Measures, other)
	l := newLab(t, Config{Definitions: []*kpi.Definition{d}, Currencies: []string{"USD"}, Rate: func(string, kpi.Millis) (int64, bool) { return 1_000_000, true }})
	point := func(id string, off int64) fact.Row {
		r := l.point(id, "plain", "flows", day(7, 5), 1.0, 2.0)
		r.Values[7] = off
		return r
	}
	both := func(what string, value any, reason string) {
		t.Helper()
		scope, _ := l.engine.Scope("k", "all", "", "all")
		obs, err := l.Observations(t.Context(), "k", scope.ID, []string{"2026-07"})
		if err != nil || len(obs) != 2 {
			t.Fatalf("%s: %d observations, %v", what, len(obs), err)
		}
		for _, o := range obs {
			near(t, what+" "+o.Measure, o.Value, value)
			if got := deref(o.Reason); got != reason {
				t.Errorf("%s %s: reason %q, want %q", what, o.Measure, got, reason)
			}
		}
	}
	l.load(day(9, 1), point("1", 0), point("2", -50), point("3", 100))
	l.evaluate(day(9, 1))
	both("off", nil, "error: opening, movements and closing differ by USD +50 minor units")
	l.load(day(9, 1), point("3", 50))
	l.evaluate(day(9, 1))
	both("mended", 0.5, "")
}
