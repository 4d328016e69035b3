package fact_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

func limits() fact.Limits {
	return fact.LimitsAt(kpi.At(time.Date(2026, 9, 21, 0, 0, 0, 0, time.UTC)))
}

func ms(text string) int64 {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

func TestColumnCheck(t *testing.T) {
	col := func(k fact.Kind) fact.Column { return fact.Column{Name: "c", Kind: k, Enum: []string{"up", "down"}} }
	cases := []struct {
		name string
		col  fact.Column
		v    any
		plan bool
		ok   bool
	}{
		{"nothing where a value must be", col(fact.Text), nil, false, false},
		{"nothing where none is needed", fact.Column{Name: "c", Kind: fact.Text, Null: true}, nil, false, true},
		{"a Go int", col(fact.Int), 1, false, false},
		{"id", col(fact.ID), "a:1", false, true},
		{"id of 200 bytes", col(fact.ID), strings.Repeat("a", 200), false, true},
		{"id of 201 bytes", col(fact.ID), strings.Repeat("a", 201), false, false},
		{"empty id", col(fact.ID), "", false, false},
		{"id with a line end", col(fact.ID), "a\nb", false, false},
		{"id with DEL", col(fact.ID), "a\x7f", false, false},
		{"id with a C1 control", col(fact.ID), "a\u0085", false, false},
		{"id with umlaut", col(fact.ID), "Größe", false, true},
		{"id, bad UTF-8", col(fact.ID), "a\xff", false, false},
		{"id as number", col(fact.ID), int64(1), false, false},
		{"text with a line end", col(fact.Text), "a\nb", false, true},
		{"text with NUL", col(fact.Text), "a\x00", false, false},
		{"text, bad UTF-8", col(fact.Text), "a\xff", false, false},
		{"enum", col(fact.Enum), "up", false, true},
		{"enum, other word", col(fact.Enum), "Up", false, false},
		{"bool", col(fact.Bool), int64(1), false, true},
		{"bool 2", col(fact.Bool), int64(2), false, false},
		{"bool as text", col(fact.Bool), "true", false, false},
		{"real", col(fact.Real), 1.5, false, true},
		{"real NaN", col(fact.Real), math.NaN(), false, false},
		{"real Inf", col(fact.Real), math.Inf(-1), false, false},
		{"real for an int", col(fact.Int), 1.0, false, false},
		{"int for a real", col(fact.Real), int64(1), false, false},
		{"json", col(fact.JSON), `{"a":1}`, false, true},
		{"json, cut", col(fact.JSON), `{"a":`, false, false},
		{"first instant", col(fact.Ms), ms("1990-01-01T00:00:00Z"), false, true},
		{"before it", col(fact.Ms), ms("1989-12-31T23:59:59Z"), false, false},
		{"a year ahead", col(fact.Ms), ms("2027-09-22T00:00:00Z"), false, true},
		{"further ahead", col(fact.Ms), ms("2027-09-22T00:00:01Z"), false, false},
		{"a plan of 2100", col(fact.Ms), ms("2100-12-31T23:59:59Z"), true, true},
		{"a plan of 2101", col(fact.Ms), ms("2101-01-01T00:00:00Z"), true, false},
		{"open end of a plan", col(fact.Ms), int64(kpi.Forever), true, true},
		{"open end of something else", col(fact.Ms), int64(kpi.Forever), false, false},
		{"day", col(fact.Day), int64(20000), false, true},
		{"day of 1960", col(fact.Day), int64(-3653), false, false},
	}
	for _, c := range cases {
		err := c.col.Check(c.v, limits(), c.plan)
		if (err == nil) != c.ok {
			t.Errorf("%s: got %v", c.name, err)
		}
		if bad, isColumn := err.(*fact.ColumnError); err != nil && (!isColumn || bad.Column != "c" || bad.Found == "" || bad.Allowed == "") {
			t.Errorf("%s: %#v names no column, value or rule", c.name, err)
		}
	}
}

func TestRowCheck(t *testing.T) {
	spec, _ := fact.Find("account_attribute")
	at := ms("2026-01-01T00:00:00Z")
	good := func() fact.Row {
		return fact.Row{Fact: "account_attribute", ID: "1", Values: []any{"a1", "plan", "team", at, int64(kpi.Forever)}}
	}
	if err := spec.Check(good(), limits()); err != nil {
		t.Fatal(err)
	}
	spoil := map[string]func(*fact.Row){
		"other fact":   func(r *fact.Row) { r.Fact = "account" },
		"value short":  func(r *fact.Row) { r.Values = r.Values[:4] },
		"no id":        func(r *fact.Row) { r.ID = "" },
		"value wrong":  func(r *fact.Row) { r.Values[3] = "2026-01-01" },
		"value absent": func(r *fact.Row) { r.Values[0] = nil },
	}
	for name, f := range spoil {
		r := good()
		f(&r)
		if err := spec.Check(r, limits()); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// TestDefaultsPass holds that what is filled in for a missing column may stand there.
func TestDefaultsPass(t *testing.T) {
	for _, spec := range fact.All() {
		for _, c := range spec.Columns {
			if c.Default == nil {
				continue
			}
			if err := c.Check(c.Default, limits(), spec.IsPlan(c.Name)); err != nil {
				t.Errorf("%s: %v", spec.Name, err)
			}
		}
	}
}
