package mapping_test

import (
	"encoding/json"
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest/mapping"
)

func TestParseNumbers(t *testing.T) {
	bad := []string{"", " 1", "1 ", "+1", "--1", "1_000", "0x10", "1,5", "NaN", "nan", "Inf", "-inf", "0x1p-2", "1e", "1e+", ".5", "5.", "1.2.3", "1e400", "-1e999", "١", "1\x00"}
	for _, s := range bad {
		if v, ok := mapping.ParseReal(s); ok {
			t.Errorf("ParseReal(%q) = %v", s, v)
		}
		if v, ok := mapping.ParseInt(s); ok {
			t.Errorf("ParseInt(%q) = %v", s, v)
		}
		if v, ok := mapping.ParseMoney(s, 2); ok {
			t.Errorf("ParseMoney(%q) = %v", s, v)
		}
	}
	for s, want := range map[string]float64{"0": 0, "-12.5": -12.5, "3e-4": 3e-4, "007": 7, "9007199254740993": 9007199254740992, "1e308": 1e308} {
		if v, ok := mapping.ParseReal(s); !ok || v != want {
			t.Errorf("ParseReal(%q) = %v %v", s, v, ok)
		}
	}
	if v, ok := mapping.ParseReal("-0"); !ok || math.Signbit(v) {
		t.Errorf("-0 must become 0, got %v %v", v, ok)
	}
	for s, want := range map[string]int64{"9007199254740993": 9007199254740993, "-9223372036854775808": math.MinInt64, "0042": 42} {
		if v, ok := mapping.ParseInt(s); !ok || v != want {
			t.Errorf("ParseInt(%q) = %v %v", s, v, ok)
		}
	}
	for _, s := range []string{"9223372036854775808", "1.0", "1e3"} {
		if v, ok := mapping.ParseInt(s); ok {
			t.Errorf("ParseInt(%q) = %v", s, v)
		}
	}
	for s, want := range map[string]bool{"3.0": true, "3.00": true, "3": true, "3.5": false, "3.": false, ".0": false} {
		if _, ok := mapping.ParseWhole(s); ok != want {
			t.Errorf("ParseWhole(%q) = %v", s, ok)
		}
	}
}

func TestParseMoney(t *testing.T) {
	cases := []struct {
		s        string
		currency string
		want     int64
		ok       bool
	}{
		{"29.85", "USD", 2985, true},
		{"29.8", "USD", 2980, true},
		{"29", "EUR", 2900, true},
		{"-0.01", "USD", -1, true},
		{"29.850", "USD", 2985, true},
		{"29.855", "USD", 0, false}, // a fraction of a cent
		{"1200", "JPY", 1200, true},
		{"1200.0", "JPY", 1200, true},
		{"1200.5", "JPY", 0, false},
		{"1.234", "KWD", 1234, true},
		{"1.2345", "CLF", 12345, true},
		{"90071992547409.93", "USD", 9007199254740993, true}, // no float holds it
		{"92233720368547758.08", "USD", 0, false},
		{"1,200.00", "USD", 0, false},
		{"$5", "USD", 0, false},
		{"1e3", "USD", 0, false},
	}
	for _, c := range cases {
		decimals, known := mapping.Decimals(c.currency)
		if !known {
			t.Fatalf("%s is not known", c.currency)
		}
		if v, ok := mapping.ParseMoney(c.s, decimals); ok != c.ok || v != c.want {
			t.Errorf("%s %s: got %d %v, want %d %v", c.s, c.currency, v, ok, c.want, c.ok)
		}
	}
	for _, code := range []string{"", "usd", "US", "USDX", "   ", " US", "D A", "ZZZ"} {
		if _, ok := mapping.Decimals(code); ok {
			t.Errorf("%q passes for a currency", code)
		}
	}
}

func TestTimeForms(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		form, text, want string // want "" is refused
	}{
		{"", "2026-07-01T10:00:00Z", "2026-07-01T10:00:00Z"},
		{"", "2026-07-01T10:00:00.5+02:00", "2026-07-01T08:00:00Z"},
		{"", "1782900000000", "2026-07-01T10:00:00Z"},
		{"", "2026-07-01T10:00:00", ""},       // bare local time
		{"", "2026-07-01 10:00:00", ""},       // the same
		{"", "2026-07-01", ""},                //
		{"", "2026-02-30T10:00:00Z", ""},      // no such day
		{"", "2026-07-01T1:00:00Z", ""},       // one-digit hour
		{"", "2026-07-01T10:00:00,5Z", ""},    // comma
		{"", "2026-07-01T24:00:00Z", ""},      //
		{"", "2026-07-01T10:00:60Z", ""},      //
		{"", "2026-07-01T10:00:00+25:00", ""}, //
		{"", "", ""},
		{"rfc3339", "1782900000000", ""},
		{"ms", "1782900000000", "2026-07-01T10:00:00Z"},
		{"ms", "2026-07-01T10:00:00Z", ""},
		{"unix", "1782900000", "2026-07-01T10:00:00Z"},
		{"unix", "9223372036854775807", ""},
		{"date", "2026-07-01", "2026-06-30T22:00:00Z"},
		{"date", "2026-13-01", ""},
		{"2006-01-02 15:04:05", "2026-07-01 12:00:00", "2026-07-01T10:00:00Z"},
		{"2006-01-02 15:04:05", "2026-01-01 12:00:00.25", "2026-01-01T11:00:00Z"},
		{"2006-01-02 15:04:05", "2026-01-01 12:00:00 x", ""},
		{"2006-01-02T15:04:05.000-0700", "2026-07-01T12:00:00.000+0200", "2026-07-01T10:00:00Z"},
		{"02.01.2006", "30.02.2026", ""},
		{"any", "2026-07-01T12:00:00+0200", "2026-07-01T10:00:00Z"},
		{"any", "2026-07-01 12:00", "2026-07-01T10:00:00Z"},
		{"any", "20260701T12", "2026-07-01T10:00:00Z"},
		{"any", "1782900000", "2026-07-01T10:00:00Z"},
		{"any", "1782900000000", "2026-07-01T10:00:00Z"},
		{"any", "2026-07-01", "2026-06-30T22:00:00Z"},
		{"any", "yesterday", ""},
	}
	for _, c := range cases {
		ms, ok := mapping.NewTimeForm(c.form, berlin)(c.text)
		got := ""
		if ok {
			got = time.UnixMilli(ms).UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q as %q: got %q, want %q", c.text, c.form, got, c.want)
		}
	}
}

func TestInstant(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	read := mapping.NewInstant(berlin)
	for text, want := range map[string]int64{
		`"2026-09-21T06:00:00Z"`: 1789970400000, `"2026-09-21T08:00:00.250+0200"`: 1789970400250, `"2026-09-21 08:00:00"`: 1789970400000,
		`"2026-09-21"`: 1789941600000, `1789970400`: 1789970400000, `1789970400.5`: 1789970400500, `1789970400250`: 1789970400250, `1.7899704e12`: 1789970400000,
		`"1789970400"`: 1789970400000,
		`0`:            0, `-5`: 0, `"soon"`: 0, `""`: 0, `null`: 0, `{}`: 0, `true`: 0,
	} {
		if got, ok := read(gjson.Parse(text)); ok != (want != 0) || ok && int64(got) != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	}
}

func TestCheckJSON(t *testing.T) {
	good := []string{
		`{}`, `[]`, `null`, `-0.5e-10`, `"\ud83d\ude00"`, `{"a":{"a":1}}`, `[{"a":1},{"a":1}]`, " {\"ID\":1,\"id\":2}\t",
		`9007199254740993`, strings.Repeat("[", 64) + strings.Repeat("]", 64),
	}
	for _, s := range good {
		if err := mapping.CheckJSON([]byte(s)); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	bad := map[string]string{
		`{"a":1,"a":2}`:                   "the key \"a\" is there twice",
		`{"a":1,"\u0061":2}`:              "the key \"a\" is there twice",
		"{\"a\":\"\xff\"}":                "invalid UTF-8",
		"{\"\xc3\x28\":1}":                "invalid UTF-8",
		`"\ud83d"`:                        "half a surrogate pair",
		`"\ude00\ud83d"`:                  "half a surrogate pair",
		`"\ud83d\u0041"`:                  "half a surrogate pair",
		`{"a":1} {"b":2}`:                 "text after the JSON value",
		`{"a":1}x`:                        "text after the JSON value",
		`{"a":NaN}`:                       "where a value should stand",
		`{"a":01}`:                        "a comma or '}' is missing",
		`{"a":+1}`:                        "where a value should stand",
		`{"a":1.}`:                        "a digit is missing after the point",
		`{"a":1e}`:                        "a digit is missing in the exponent",
		`{"a":-}`:                         "a digit is missing",
		`{"a":0x1}`:                       "a comma or '}' is missing",
		`{'a':1}`:                         "a key in quotes is missing",
		`{"a":1,}`:                        "a key in quotes is missing",
		`[1,]`:                            "where a value should stand",
		`{"a" 1}`:                         "a colon is missing",
		`{"a":tru}`:                       "where a value should stand",
		`"a`:                              "a string does not end",
		`"\`:                              "a string does not end",
		`"\x41"`:                          "the escape \\x is not known",
		`"\u00g1"`:                        "\\u needs four hex digits",
		"\"a\nb\"":                        "a control character inside a string",
		``:                                "the text ends",
		"\xef\xbb\xbf{}":                  "where a value should stand",
		strings.Repeat("[", 66):           "nested deeper than 64",
		strings.Repeat("{\"a\":", 100000): "nested deeper than 64",
	}
	for s, want := range bad {
		if err := mapping.CheckJSON([]byte(s)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: got %v, want %s", s, err, want)
		}
	}
	// Many keys leave the short list for the map.
	var b strings.Builder
	for i := range 100 {
		b.WriteString(`,"k` + strconv.Itoa(i) + `":1`)
	}
	many := "{" + b.String()[1:]
	if err := mapping.CheckJSON([]byte(many + "}")); err != nil {
		t.Error(err)
	}
	if err := mapping.CheckJSON([]byte(many + `,"k7":2}`)); err == nil {
		t.Error("the 8th of 100 keys may come twice")
	}
}

func TestCanonical(t *testing.T) {
	got, err := mapping.Canonical([]byte(` {"b": [1.50, 9007199254740993], "a": "<\u00fc&>" } `))
	if want := `{"a":"<ü&>","b":[1.50,9007199254740993]}`; err != nil || got != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
	if _, err := mapping.Canonical([]byte(`{"a":1,"a":1}`)); err == nil {
		t.Error("equal keys taken")
	}
}

// FuzzCheckJSON compares with the standard decoder: what passes here must pass
// there and be valid UTF-8; what only fails here must be one of the things that
// decoder forgives.
func FuzzCheckJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\n\u00e4",null,true]}`, `{"a":1,"a":2}`, `"\ud800"`, "\"\xff\"", `[[[[1]]]]`, `1e5 `, `{"":{}}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		err := mapping.CheckJSON(data)
		if err == nil && (!json.Valid(data) || !utf8.Valid(data)) {
			t.Fatalf("%q passes", data)
		}
		if err == nil || !json.Valid(data) {
			return
		}
		for _, forgiven := range []string{"twice", "UTF-8", "surrogate", "deeper"} {
			if strings.Contains(err.Error(), forgiven) {
				return
			}
		}
		t.Fatalf("%q: %v, but it is valid JSON", data, err)
	})
}

// FuzzNumbers holds the parsers against big.Rat, which is exact.
func FuzzNumbers(f *testing.F) {
	for _, s := range []string{"0", "-0", "12.50", "1e400", "0x1p-2", "1_0", "NaN", "9223372036854775807", "00.10", "-.5", "29.855"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		exact, valid := new(big.Rat), false
		if len(s) < 200 && !strings.ContainsAny(s, "eE") {
			_, valid = exact.SetString(s)
		}
		if v, ok := mapping.ParseReal(s); ok {
			if math.IsNaN(v) || math.IsInf(v, 0) || strings.Trim(s, "0123456789.eE+-") != "" {
				t.Errorf("ParseReal(%q) = %v", s, v)
			}
		}
		if v, ok := mapping.ParseInt(s); ok && (!valid || exact.Cmp(new(big.Rat).SetInt64(v)) != 0) {
			t.Errorf("ParseInt(%q) = %d", s, v)
		}
		for _, decimals := range []int{0, 2, 3} {
			v, ok := mapping.ParseMoney(s, decimals)
			scale := new(big.Rat).SetFrac64(v, int64(math.Pow10(decimals)))
			if ok && (!valid || exact.Cmp(scale) != 0) {
				t.Errorf("ParseMoney(%q, %d) = %d", s, decimals, v)
			}
		}
	})
}

// FuzzTimes holds that a time that is taken is written the same way again, for
// the form that says all of it.
func FuzzTimes(f *testing.F) {
	for _, s := range []string{"2026-07-01T10:00:00Z", "2026-07-01T10:00:00.123+05:30", "2026-02-30T00:00:00Z", "1782900000000", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z"} {
		f.Add(s)
	}
	read := mapping.NewTimeForm("rfc3339", time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		ms, ok := read(s)
		if !ok {
			return
		}
		strict := new(time.Time)
		if err := strict.UnmarshalText([]byte(s)); err != nil || strict.UnixMilli() != ms {
			t.Errorf("%q is %d here and %v, %v by the standard library's strict reader", s, ms, strict, err)
		}
	})
}
