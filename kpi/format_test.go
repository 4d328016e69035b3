package kpi

import (
	"math"
	"testing"
)

func TestFormat(t *testing.T) {
	rate := Measure{Unit: "%", Digits: 1, Agg: Share}
	count := Measure{Agg: Count}
	days := Measure{Unit: "days", Digits: 1, Agg: Median}
	tests := []struct {
		m    Measure
		v    float64
		want string
	}{
		{rate, 41.82, "41.8%"}, {rate, 0, "0%"}, {rate, 0.04, "0.0%"}, {rate, -0.04, "0.0%"}, {rate, -3.25, "−3.3%"},
		{rate, 99.95, "100.0%"}, {rate, math.NaN(), "–"},
		{Measure{Unit: "%", Digits: 2}, 99.94, "99.94%"}, {Measure{Unit: "%", Digits: 2}, 1.005, "1.01%"},
		{count, 18420, "18,420"}, {count, 99999, "99,999"}, {count, 99999.4, "99,999"}, {count, 99999.6, "100k"},
		{count, 128400, "128k"}, {count, 999499, "999k"}, {count, 999500, "1.00M"}, {count, 1234567, "1.23M"},
		{count, 41_200_000, "41.2M"}, {count, -128400, "−128k"}, {count, 5, "5"}, {count, 2.5e15, "2,500T"},
		{days, 6.84, "6.8 days"}, {days, 9.96, "10 days"}, {days, 47.2, "47 days"}, {days, 1, "1.0 day"},
		{Measure{Unit: "hours", Digits: 1}, 0.26, "0.3 hours"},
		{Measure{Unit: "/5", Digits: 1}, 4.31, "4.3 / 5"}, {Measure{Unit: "pts"}, 34.4, "34"},
		{Measure{Unit: "per 100 accounts", Digits: 1, Agg: Ratio}, 5.31, "5.3 per 100 accounts"},
		{Measure{Unit: "teams", Agg: Distinct}, 18420, "18,420 teams"},
	}
	for _, tt := range tests {
		if got := tt.m.Format(tt.v); got != tt.want {
			t.Errorf("Format(%v) with %+v = %q, want %q", tt.v, tt.m, got, tt.want)
		}
	}
}

func TestFormatPairNeverContradicts(t *testing.T) {
	rate := Measure{Unit: "%", Digits: 1, Agg: Share}
	tests := []struct {
		m           Measure
		v, line     float64
		value, want string
	}{
		{rate, 41.82, 45.2, "41.8%", "45.2%"},
		{rate, 44.96, 45, "44.96%", "45%"},
		{rate, 45, 45, "45.0%", "45%"},
		{rate, 69.9999, 70, "69.9999%", "70%"},
		{Measure{Agg: Count}, 127_900, 128_000, "127,900", "128,000"},
		{Measure{Unit: "days", Digits: 1}, 47.2, 47, "47.2 days", "47 days"},
		{Measure{Unit: "%", Digits: 0}, 0.2, 0, "0.2%", "0%"},
	}
	for _, tt := range tests {
		if v, line := tt.m.FormatPair(tt.v, tt.line); v != tt.value || line != tt.want {
			t.Errorf("FormatPair(%v, %v) = %q, %q; want %q, %q", tt.v, tt.line, v, line, tt.value, tt.want)
		}
	}
}

func TestFormatChange(t *testing.T) {
	rel := func(v float64) *float64 { return &v }
	rate := Measure{Unit: "%", Digits: 1, Agg: Share}
	count := Measure{Agg: Count}
	days := Measure{Unit: "days", Digits: 1}
	tests := []struct {
		m    Measure
		abs  float64
		rel  *float64
		want string
	}{
		{rate, 41.82 - 42.74, rel(-0.0215), "−0.9 pts"}, {rate, 0.04, nil, "±0.0 pts"}, {Measure{Unit: "%"}, 0, nil, "±0 pts"},
		{count, 218, rel(218.0 / 18202), "+1.2%"}, {count, 1, rel(0.25), "+1"}, {count, -2, nil, "−2"},
		{count, 0, rel(0), "±0.0%"}, {count, 0, nil, "±0"},
		{days, 0.2, rel(0.03), "+0.2 d"}, {days, -12.3, nil, "−12 d"}, {Measure{Unit: "hours", Digits: 1}, 3, nil, "+3.0 h"},
		{Measure{Unit: "/5", Digits: 1}, 0.1, nil, "+0.1"}, {Measure{Unit: "pts"}, 2, nil, "+2"},
		{Measure{Digits: 1, Agg: Ratio, Unit: "per 100 accounts"}, 0.4, rel(0.08), "+0.4"},
		{rate, math.NaN(), nil, "–"},
	}
	for _, tt := range tests {
		if got := tt.m.FormatChange(tt.abs, tt.rel); got != tt.want {
			t.Errorf("FormatChange(%v) with %+v = %q, want %q", tt.abs, tt.m, got, tt.want)
		}
	}
}

func TestPeriodNames(t *testing.T) {
	for id, want := range map[string][2]string{
		"2026-W38": {"Week 38", "W38"}, "2026-W05": {"Week 5", "W5"}, "2026-08": {"Aug 2026", "Aug"},
		"2026-Q2": {"Q2 2026", "Q2"}, "2026-H1": {"H1 2026", "H1"}, "2026": {"2026", "2026"},
	} {
		p, err := (Calendar{}).Period(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]string{PeriodName(p), PeriodShort(p)}; got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
	}
	if got := FormatCount(1284); got != "1,284" {
		t.Errorf("FormatCount(1284) = %q", got)
	}
}

func TestDisplay(t *testing.T) {
	for unit, want := range map[string]float64{"%": 8640000000, "days": 1, "hours": 24, "": 86400000, "pts": 86400000} {
		if got := (Measure{Unit: unit}).Display(86400000); got != want {
			t.Errorf("Display in %q = %v, want %v", unit, got, want)
		}
	}
}
