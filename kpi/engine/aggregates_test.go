package engine

import (
	"fmt"
	"strings"
	"testing"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

func contained(text, part string) bool { return strings.Contains(text, part) }

type unit struct {
	name     string
	num, den any
}

// TestAggregates holds each aggregate to values worked out by hand or published.
func TestAggregates(t *testing.T) {
	mean := strings.Replace(pointSQL, "x.num AS num, x.den AS den", "x.num AS value", 1)
	surveyed := strings.Replace(mean, "AS value,", "AS value, 'wave' AS stratum, CAST(x.den AS BIGINT) AS population, x.n AS invited,", 1)
	clustered := strings.Replace(pointSQL, "x.den AS den,", "x.den AS den, x.name AS cluster,", 1)
	money := strings.Replace(pointSQL, "x.den AS den,", "x.den AS den, x.name AS currency,", 1)
	none, unchecked := any(nil), any("unchecked")
	for _, tt := range []struct {
		name   string
		agg    kpi.Agg
		sql    string
		set    func(*kpi.Measure)
		units  []unit
		value  any
		lo, hi any
		n      int64
		reason string
	}{
		// Newcombe 1998, table I: 81 of 263
		{"share", kpi.Share, pointSQL, nil, []unit{{"", 80.0, 200.0}, {"", 1.0, 63.0}, {"excluded", 9.0, 9.0}}, 0.307985, 0.2553, 0.3662, 263, ""},
		{"share of none", kpi.Share, pointSQL, nil, []unit{{"", 0.0, 10.0}}, 0.0, 0.0, 0.277533, 10, ""},
		{"share per hundred", kpi.Share, pointSQL, func(m *kpi.Measure) { m.Scale = 100 }, []unit{{"", 81.0, 263.0}}, 30.7985, 25.53, 36.62, 263, ""},
		// Breslow and Day 1987, 2.13: 10 (1 - 1/90 - z/(3 sqrt 10))^3 and 11 (1 - 1/99 + z/(3 sqrt 11))^3
		{"count", kpi.Count, pointSQL, nil, []unit{{"", 7.0, 0.0}, {"", 3.0, 0.0}, {"", 0.0, 0.0}}, 10.0, 4.78745, 18.39146, 2, ""},
		{"sum", kpi.Sum, pointSQL, nil, []unit{{"", 2.5, nil}, {"", 4.0, nil}}, 6.5, none, none, 2, ""},
		{"distinct", kpi.Distinct, pointSQL, nil, []unit{{"", 1.0, nil}, {"", 0.0, nil}, {"", 1.0, nil}, {"excluded", 1.0, nil}}, 2.0, none, none, 2, ""},
		// s = sqrt(2/3), t(3) = 3.182446: 4 -+ 1.299230
		{"mean", kpi.Mean, mean, nil, []unit{{"", 3.0, nil}, {"", 5.0, nil}, {"", 4.0, nil}, {"", 4.0, nil}}, 4.0, 2.70077, 5.29923, 4, ""},
		// the same out of 9 people: times sqrt(5/8)
		{"mean of a small team", kpi.Mean, surveyed, nil, []unit{{"", 3.0, 9.0}, {"", 5.0, 9.0}, {"", 4.0, 9.0}, {"", 4.0, 9.0}}, 4.0, 2.97288, 5.02712, 4, ""},
		{"mean of one", kpi.Mean, mean, nil, []unit{{"", 3.0, nil}}, 3.0, none, none, 1, ""},
		// R = 9/6; residuals -0.5 -1 1.5; 4.302653 * sqrt(1.5 * 3.5) / 6 = 1.643096
		{"ratio", kpi.Ratio, pointSQL, func(m *kpi.Measure) { m.Scale = 100 }, []unit{{"", 1.0, 1.0}, {"", 2.0, 2.0}, {"", 6.0, 3.0}}, 150.0, 0.0, 314.3096, 3, ""},
		// a and b are two units each: clusters (3, 3) and (6, 3)
		{"clusters", kpi.Ratio, clustered, nil, []unit{{"a", 1.0, 1.0}, {"a", 2.0, 2.0}, {"b", 2.0, 1.0}, {"b", 4.0, 2.0}}, 1.5, 0.0, 7.853102, 2, ""},
		{"ratio of yes and no", kpi.Ratio, pointSQL, nil, []unit{{"", 1.0, 1.0}, {"", 0.0, 1.0}}, 0.5, 0.0945312, 0.9054688, 2, ""},
		// 1000 and 3000 EUR cents are 1085 and 3255 USD; 3 cents 3.255, rounded 3
		{"money", kpi.Ratio, money, nil, []unit{{"EUR", 1000.0, 3000.0}, {"USD", 3.0, 3.0}}, 1088.0 / 3258, unchecked, unchecked, 2, ""},
		{"no rate", kpi.Ratio, money, nil, []unit{{"XTS", 1.0, 3.0}, {"USD", 1.0, 4.0}}, 0.25, unchecked, unchecked, 1, "no rate for XTS on 2026-07-01T00:00:00Z"},
		{"concentrated", kpi.Ratio, pointSQL, func(m *kpi.Measure) { m.MaxShare = 0.5 }, []unit{{"", 1.0, 6.0}, {"", 1.0, 4.0}}, 0.2, unchecked, unchecked, 2, "concentrated"},
		{"not concentrated", kpi.Ratio, pointSQL, func(m *kpi.Measure) { m.MaxShare = 0.5 }, []unit{{"", 1.0, 5.0}, {"", 1.0, 5.0}}, 0.2, unchecked, unchecked, 2, ""},
		{"few answers", kpi.Mean, surveyed, func(m *kpi.Measure) { m.MinResponse = 0.5 }, []unit{{"", 3.0, 9.0}, {"", 5.0, 9.0}}, 4.0, unchecked, unchecked, 2, "response"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := definition(tt.agg, tt.sql)
			if tt.set != nil {
				tt.set(&d.Measures[0])
			}
			l := newLab(t, Config{Definitions: []*kpi.Definition{d}, Currencies: []string{"EUR", "USD"},
				Rate: func(c string, at kpi.Millis) (int64, bool) {
					ppm, ok := map[string]int64{"USD": 1_000_000, "EUR": 1_085_000}[c]
					return ppm, ok
				}})
			var rows []fact.Row
			for i, u := range tt.units {
				name := u.name
				if name == "" {
					name = "plain"
				}
				r := l.point(fmt.Sprint(i), name, "flows", day(7, 1+i), u.num, u.den)
				r.Values[7] = int64(10) // n: invited
				rows = append(rows, r)
			}
			l.load(day(9, 1), rows...)
			l.evaluate(day(9, 1))
			o, ok := l.at("all", "", "2026-07")
			if !ok {
				t.Fatal("no observation")
			}
			near(t, "value", o.Value, tt.value)
			near(t, "lower limit", o.CILo, tt.lo)
			near(t, "upper limit", o.CIHi, tt.hi)
			if o.N == nil || *o.N != tt.n {
				t.Errorf("n is %v, want %d", o.N, tt.n)
			}
			if got := ""; o.Reason != nil || tt.reason != "" {
				if o.Reason != nil {
					got = *o.Reason
				}
				if got != tt.reason {
					t.Errorf("reason %q, want %q", got, tt.reason)
				}
			}
			if o.State != kpi.Final || o.Revision != 1 || o.Restated {
				t.Errorf("state %s, revision %d, restated %v", o.State, o.Revision, o.Restated)
			}
		})
	}
}

func TestRoundHalfEven(t *testing.T) {
	for _, tt := range []struct{ minor, ppm, want int64 }{
		{1, 500_000, 0}, {3, 500_000, 2}, {5, 500_000, 2}, {-1, 500_000, 0}, {-3, 500_000, -2}, {1, 500_001, 1}, {1, 499_999, 0},
		{-1, 500_001, -1}, {9_007_199_254_740_991, 1_000_000, 9_007_199_254_740_991}, {1_000_000_000_001, 1_085_000, 1_085_000_000_001},
	} {
		if got := roundHalfEven(tt.minor, tt.ppm); got != tt.want {
			t.Errorf("%d at %d ppm is %d, want %d", tt.minor, tt.ppm, got, tt.want)
		}
	}
}
