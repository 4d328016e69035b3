package kpi

import (
	"reflect"
	"testing"
)

func TestParseAmount(t *testing.T) {
	for _, c := range []struct {
		typed  string
		digits int
		want   int64
		ok     bool
	}{
		{"125000", 2, 12_500_000, true}, {"125000.5", 2, 12_500_050, true}, {" -3.07 ", 2, -307, true}, {"0", 2, 0, true}, {"7", 0, 7, true}, {"1.234", 3, 1234, true},
		{"", 2, 0, false}, {"1.234", 2, 0, false}, {"7.0", 0, 0, false}, {"1,5", 2, 0, false}, {"1e6", 2, 0, false}, {".5", 2, 0, false}, {"5.", 2, 0, false},
		{"--5", 2, 0, false}, {"٣", 2, 0, false}, {"99999999999999", 2, 0, false}, {"9223372036854775808", 0, 0, false},
	} {
		got, err := ParseAmount(c.typed, c.digits)
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%q with %d digits: %d, %v", c.typed, c.digits, got, err)
		}
	}
}

// TestBusinessCase: of each line the newest counts, and currencies are never added.
func TestBusinessCase(t *testing.T) {
	line := func(l CaseLine, minor int64, currency string, at Millis, links ...string) CaseEntry {
		return CaseEntry{Line: l, Minor: minor, Currency: currency, Digits: 2, RecordedAt: at, Links: links}
	}
	released := Millis(10)
	a := NewBusinessCase([]CaseEntry{line(CaseExpected, 100, "USD", 5, "https://a.example"), line(CaseExpected, 300, "USD", 9, "https://b.example"),
		line(CaseRealised, 250, "USD", 20, "https://b.example", "https://c.example"), line(CaseEvidence, 0, "", 30, "https://d.example")}, &released)
	if a.Expected.Minor != 300 || a.Realised.Minor != 250 || a.Late || !reflect.DeepEqual(a.Links, []string{"https://b.example", "https://c.example", "https://d.example"}) {
		t.Errorf("%+v", a)
	}
	b := NewBusinessCase([]CaseEntry{line(CaseExpected, 70, "EUR", 11), line(CaseRealised, -20, "USD", 12)}, &released)
	if !b.Late {
		t.Error("what was expected was written after the release")
	}
	c := NewBusinessCase(nil, nil)
	if c.Expected != nil || c.Realised != nil || c.Late {
		t.Errorf("%+v", c)
	}
	want := []CaseSum{{"EUR", 2, 70, 0, 1, 0, 0}, {"USD", 2, 300, 230, 1, 2, 1}}
	if got := SumCases([]BusinessCase{a, b, c}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}
