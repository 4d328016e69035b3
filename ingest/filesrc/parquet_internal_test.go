package filesrc

import (
	"bytes"
	"encoding/json"
	"math/rand"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/deprecated"
)

type nested struct {
	ID    int64     `parquet:"id" json:"id"`
	Items []item    `parquet:"items,list" json:"items"`
	Words []string  `parquet:"words" json:"words"` // repeated, without the group of a list
	Maybe *item     `parquet:"maybe,optional" json:"maybe"`
	Grid  []gridRow `parquet:"grid,list" json:"grid"`
}

type item struct {
	Name  string `parquet:"name" json:"name"`
	Count *int64 `parquet:"count,optional" json:"count"`
}

type gridRow struct {
	Name  string   `parquet:"name" json:"name"`
	Cells []*int64 `parquet:"cells,list" json:"cells"`
}

// TestNestedRows holds random rows against what encoding/json writes of the same values.
func TestNestedRows(t *testing.T) {
	random := rand.New(rand.NewSource(2))
	maybe := func() *int64 {
		if random.Intn(3) == 0 {
			return nil
		}
		n := random.Int63() - random.Int63()
		return &n
	}
	thing := func() item { return item{string(rune('a' + random.Intn(26))), maybe()} }
	rows := make([]nested, 200)
	for i := range rows {
		r := nested{ID: int64(i), Items: []item{}, Words: []string{}, Grid: []gridRow{}}
		for range random.Intn(4) {
			r.Items, r.Words = append(r.Items, thing()), append(r.Words, "w\"é")
		}
		if random.Intn(2) == 0 {
			one := thing()
			r.Maybe = &one
		}
		for range random.Intn(3) {
			line := gridRow{"g", []*int64{}}
			for range random.Intn(3) {
				n := random.Int63()
				line.Cells = append(line.Cells, &n)
			}
			r.Grid = append(r.Grid, line)
		}
		rows[i] = r
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, rows); err != nil {
		t.Fatal(err)
	}
	in := parquet.NewGenericReader[any](bytes.NewReader(b.Bytes()))
	for i := range rows {
		var page [1]parquet.Row
		if n, _ := in.ReadRows(page[:]); n != 1 {
			t.Fatalf("row %d is not there", i)
		}
		got, bad := parquetRow(in.Schema(), page[0])
		if bad != nil {
			t.Fatal(bad)
		}
		want, err := json.Marshal(rows[i])
		if err != nil {
			t.Fatal(err)
		}
		var g, w any
		if json.Unmarshal(got, &g) != nil || json.Unmarshal(want, &w) != nil {
			t.Fatalf("%s", got)
		}
		if d := cmp.Diff(w, g); d != "" {
			t.Fatalf("row %d: %s\n%s", i, got, d)
		}
	}
}

func TestParquetValues(t *testing.T) {
	fixed := func(b ...byte) parquet.Value { return parquet.FixedLenByteArrayValue(b) }
	cases := []struct {
		t    parquet.Type
		v    parquet.Value
		want string
	}{
		{parquet.Decimal(2, 9, parquet.Int32Type).Type(), parquet.Int32Value(-5), "-0.05"},
		{parquet.Decimal(0, 9, parquet.Int32Type).Type(), parquet.Int32Value(-5), "-5"},
		{parquet.Decimal(3, 20, parquet.FixedLenByteArrayType(3)).Type(), fixed(0xff, 0xff, 0xfe), "-0.002"},
		{parquet.Decimal(1, 20, parquet.FixedLenByteArrayType(9)).Type(), fixed(1, 0, 0, 0, 0, 0, 0, 0, 0), "1844674407370955161.6"},
		{parquet.Date().Type(), parquet.Int32Value(-1), `"1969-12-31"`},
		{parquet.Timestamp(parquet.Millisecond).Type(), parquet.Int64Value(1), `"1970-01-01T00:00:00.001Z"`},
		{parquet.TimestampAdjusted(parquet.Nanosecond, false).Type(), parquet.Int64Value(1_500_000_000), `"1970-01-01T00:00:01.5"`},
		{parquet.Uint(64).Type(), parquet.Int64Value(-1), "18446744073709551615"},
		{parquet.Uint(32).Type(), parquet.Int32Value(-1), "4294967295"},
		{parquet.Int96Type, parquet.Int96Value(deprecated.Int96{0, 0, 2440589}), `"1970-01-02T00:00:00Z"`},
		{parquet.UUID().Type(), fixed(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15), `"00010203-0405-0607-0809-0a0b0c0d0e0f"`},
		{parquet.BooleanType, parquet.BooleanValue(true), "true"},
		{parquet.DoubleType, parquet.DoubleValue(1e21), "1000000000000000000000"},
	}
	for _, c := range cases {
		got, bad := leaf(nil, c.t, c.v)
		if bad != nil || string(got) != c.want {
			t.Errorf("%s: %s %v, want %s", c.t, got, bad, c.want)
		}
	}
}

func TestNumbersOfCells(t *testing.T) {
	for in, want := range map[string]string{
		"0.30000000000000004": "0.3", "1.5000000000000001E-2": "0.015", "2.9999999999999998E+7": "30000000",
		"1.10": "1.10", "12345678901234567": "12345678901234567", "1E5": "1E5", "-0.1": "-0.1", "R-1": "R-1", "": "", "1E+400": "1E+400",
	} {
		if got := number(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
