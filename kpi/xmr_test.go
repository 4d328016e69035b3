package kpi

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// charted are points of successive months; NaN is a gap.
func charted(t testing.TB, values ...float64) []ChartPoint {
	p := period(t, "2020-01")
	var out []ChartPoint
	for _, v := range values {
		point := ChartPoint{Period: p.ID}
		if !math.IsNaN(v) {
			point.Value = num(v)
		}
		out = append(out, point)
		p = utc.Next(p)
	}
	return out
}

// said lists signals as "index rule side".
func said(c Chart) string {
	var out []string
	for _, s := range c.Signals {
		side := ""
		if s.Favourable != nil {
			side = map[bool]string{true: " good", false: " bad"}[*s.Favourable]
		}
		out = append(out, fmt.Sprintf("%d:%s%s", s.Index+1, s.Rule, side))
	}
	return strings.Join(out, ", ")
}

// Wheeler's check set for software.
func TestWheelersCheckSet(t *testing.T) {
	c := NewChart(charted(t, 5045, 4350, 4350, 3975, 4290, 4430, 4485, 4285, 3980, 3925, 3645, 3760, 3300, 3685, 3463, 5200), ChartOptions{Direction: Up})
	l := c.Limits()
	near(t, "centre", l.Centre, 4135.50, 0.005)
	near(t, "mean range", l.MRMean, 355.93, 0.005)
	near(t, "lower", l.Lower, 3188.72, 0.01)
	near(t, "upper", l.Upper, 5082.28, 0.01)
	near(t, "range limit", l.MRLimit, 1163.19, 0.01)
	if want := "16:1 good, 16:mr"; said(c) != want || l.Provisional || l.Locked {
		t.Errorf("signals %q, want %q; %+v", said(c), want, l)
	}
}

// The tires of SAS/QC example IRCHART: the 30 values are not ours to repeat; their
// mean and mean range give the published limits.
func TestLimitsOfTires(t *testing.T) {
	const mean, ranges = 24.0083, 0.056897
	values := make([]float64, 30) // a saw with that mean and that mean range
	for i := range values {
		values[i] = mean + ranges/2*float64(1-2*(i%2))
	}
	l := NewChart(charted(t, values...), ChartOptions{Base: 30}).Limits()
	near(t, "lower", l.Lower, 23.857, 5e-4)
	near(t, "upper", l.Upper, 24.160, 5e-4)
	if l.Points != 30 {
		t.Errorf("%d points", l.Points)
	}
}

func TestHowManyPoints(t *testing.T) {
	short := charted(t, 3, 4, 5)
	if l := NewChart(short, ChartOptions{}).Limits(); l != nil {
		t.Errorf("three points have limits: %+v", l)
	}
	l := NewChart(short, ChartOptions{Base: 3}).Limits() // the check of the formula
	for name, pair := range map[string][2]float64{"centre": {l.Centre, 4}, "range": {l.MRMean, 1}, "lower": {l.Lower, 1.34}, "upper": {l.Upper, 6.66}, "limit": {l.MRLimit, 3.268}} {
		near(t, name, pair[0], pair[1], 1e-9)
	}
	for n, want := range map[int]string{5: "none", 6: "provisional", 11: "provisional", 12: "usable", 23: "usable", 24: "locked", 40: "locked"} {
		values := make([]float64, n)
		for i := range values {
			values[i] = float64(i % 3)
		}
		got := "none"
		if l := NewChart(charted(t, values...), ChartOptions{}).Limits(); l != nil {
			got = map[[2]bool]string{{true, false}: "provisional", {false, false}: "usable", {false, true}: "locked"}[[2]bool{l.Provisional, l.Locked}]
		}
		if got != want {
			t.Errorf("%d points: %s, want %s", n, got, want)
		}
	}
}

func TestRules(t *testing.T) {
	flat := []float64{10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 10, 12} // centre 11, limits 5.68..16.32, range limit 6.54
	gap := math.NaN()
	tests := map[string]struct {
		more []float64
		dir  Direction
		want string
	}{
		"routine":                       {[]float64{11, 13, 9}, Up, ""},
		"rule 1":                        {[]float64{16.4}, Up, "25:1 good"},
		"rule 1, less is better":        {[]float64{16.4}, Down, "25:1 bad"},
		"on the limit":                  {[]float64{16.32}, Up, ""},
		"rule 2 at each point":          {[]float64{12.5, 11.5, 12, 11.5, 12, 11.5, 12, 11.5, 12}, Up, "31:2 good, 32:2 good, 33:2 good"},
		"the centre breaks a run":       {[]float64{12, 12, 12, 11, 12, 12, 12, 12}, Up, ""},
		"a gap breaks a run":            {[]float64{12, 12, 12, gap, 12, 12, 12, 12}, Up, ""},
		"rule 3":                        {[]float64{14, 14, 14}, Up, "27:3 good"},
		"rule 3, one of them routine":   {[]float64{14, 11, 14, 14}, Up, "28:3 good"},
		"rule 3 takes one side":         {[]float64{14, 8, 14, 8}, Up, ""},
		"a gap breaks rule 3":           {[]float64{14, 14, gap, 14}, Up, ""},
		"a jump":                        {[]float64{8, 15}, Up, "26:mr"},
		"no way is better":              {[]float64{17}, 0, "25:1"},
		"half way is nearer to neither": {[]float64{13.66, 13.66, 13.66}, Up, ""},
	}
	for name, tt := range tests {
		if got := said(NewChart(charted(t, append(flat[:24:24], tt.more...)...), ChartOptions{Direction: tt.dir})); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	rolling := NewChart(charted(t, append(flat[:24:24], 14, 14, 14, 14, 14, 14, 14, 14)...), ChartOptions{Direction: Up, Rolling: true})
	if said(rolling) != "" {
		t.Errorf("overlapping periods: %q", said(rolling))
	}
	got, err := json.Marshal([]Rule{Outside, RunOf8, Near3Of, Range})
	if err != nil || string(got) != `[1,2,3,"mr"]` {
		t.Errorf("%s, %v", got, err)
	}
	var back []Rule
	if err := json.Unmarshal(got, &back); err != nil || len(back) != 4 || back[3] != Range {
		t.Errorf("%v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`[4]`), &back); err == nil {
		t.Error("a fifth rule is read")
	}
}

// A phase takes a cause and, where a person speaks for it, six points.
func TestPhases(t *testing.T) {
	values := []float64{10, 12, 10, 12, 10, 12, 10, 12, 10, 12, 20, 22, 20, 22, 20, 22}
	points := charted(t, values...)
	phase := func(i int, cause, by string) ChartOptions {
		return ChartOptions{Direction: Up, Phases: []Phase{{Starts: points[i].Period, Cause: cause, By: by}}}
	}
	c := NewChart(points, phase(10, "new billing", "p.nair"))
	if len(c.Segments) != 2 || c.Segments[1].Cause != "new billing" || c.Limits().Centre != 21 || said(c) != "" {
		t.Errorf("%+v, signals %q", c.Segments, said(c))
	}
	for why, o := range map[string]ChartOptions{"it names no cause": phase(10, "", "p.nair"), "fewer than six points yet": phase(11, "new billing", "p.nair")} {
		c := NewChart(points, o)
		if len(c.Segments) != 1 || len(c.Refused) != 1 || !strings.Contains(c.Refused[0].Why, why) {
			t.Errorf("%s: %+v", why, c.Refused)
		}
	}
	if c := NewChart(points, phase(13, "definition 2", "")); len(c.Segments) != 2 || c.Limits() != nil {
		t.Error("a changed definition begins a segment, however short")
	}
}

func TestMedianAndGrowth(t *testing.T) {
	spoiled := charted(t, 10, 11, 10, 11, 10, 11, 10, 60, 10, 11, 10, 11)
	usual, robust := NewChart(spoiled, ChartOptions{}).Limits(), NewChart(spoiled, ChartOptions{Median: true}).Limits()
	near(t, "median range", robust.MRMean, 1, 1e-9)
	near(t, "its limit", robust.Upper-robust.Centre, 3.145, 1e-9)
	if usual.MRMean < 9 {
		t.Errorf("one outlier leaves the mean at %v", usual.MRMean)
	}
	var rising []float64
	for i := range 24 {
		rising = append(rising, 100+5*float64(i)+float64(i%2))
	}
	if c := NewChart(charted(t, rising...), ChartOptions{Direction: Up, Growth: true}); said(c) != "" || math.Abs(c.Limits().Slope-5) > 0.1 {
		t.Errorf("steady growth: %q, slope %v", said(c), c.Limits().Slope)
	}
	if c := NewChart(charted(t, rising...), ChartOptions{Direction: Up}); said(c) == "" {
		t.Error("against a level centre, growth is a signal")
	}
}

func TestSeasonalFactors(t *testing.T) {
	values := []float64{8, 12, 8, 12, 8, 12, 99} // the incomplete cycle is not counted
	f, ok := SeasonalFactors(values, 2)
	if diff := cmp.Diff([]float64{0.8, 1.2}, f); diff != "" || !ok {
		t.Error(diff)
	}
	if _, ok := SeasonalFactors(values[:3], 2); ok {
		t.Error("one cycle is enough")
	}
	flat := Deseasoned(charted(t, values[:6]...), 2)
	for i, p := range flat {
		if (p.Value == nil) != (i < 4) {
			t.Errorf("point %d: %v", i, p.Value)
		}
		if p.Value != nil {
			near(t, p.Period, *p.Value, 10, 1e-9)
		}
	}
}

func TestAssurance(t *testing.T) {
	l := Limits{Centre: 50, Lower: 40, Upper: 60}
	for line, want := range map[float64][2]Assurance{35: {Reliable, Beyond}, 50: {Chance, Chance}, 65: {Beyond, Reliable}} {
		if up, down := l.Assure(0, line, Up), l.Assure(0, line, Down); up != want[0] || down != want[1] {
			t.Errorf("%v: %s and %s, want %v", line, up, down, want)
		}
	}
}

// Once there are 24 points, those that follow move neither limits nor earlier
// signals; and a chart of another unit says the same.
func TestLockedLimits(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		value := rapid.Float64Range(-1000, 1000)
		values := rapid.SliceOfN(value, 24, 60).Draw(rt, "values")
		o := ChartOptions{Direction: Up}
		whole := NewChart(charted(t, values...), o)
		first := NewChart(charted(t, values[:24]...), o)
		if diff := cmp.Diff(first.Limits(), whole.Limits()); diff != "" {
			rt.Fatal(diff)
		}
		if !strings.HasPrefix(said(whole), said(first)) {
			rt.Fatalf("%q does not begin with %q", said(whole), said(first))
		}
		scaled := make([]float64, len(values))
		for i, v := range values {
			scaled[i] = 4*v + 1024 // exact, so no tie is broken by rounding
		}
		if got := said(NewChart(charted(t, scaled...), o)); got != said(whole) && !touches(whole) {
			rt.Fatalf("%q in another unit is %q", said(whole), got)
		}
	})
}

// touches says whether a point lies so near a line that rounding decides.
func touches(c Chart) bool {
	l := c.Limits()
	for _, p := range c.Points {
		for _, line := range []float64{l.Lower, l.Upper, l.Centre, l.Centre - (l.Upper-l.Centre)/2, l.Centre + (l.Upper-l.Centre)/2} {
			if math.Abs(*p.Value-line) < 1e-6 {
				return true
			}
		}
	}
	return false
}

// On stable data the three rules raise about two false episodes in 100 points.
func TestFalseSignalsAreFew(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	episodes, points := 0, 0
	for range 300 {
		values := make([]float64, 124)
		for i := range values {
			values[i] = random.NormFloat64()
		}
		last := -2
		for _, s := range NewChart(charted(t, values...), ChartOptions{Direction: Up}).Signals {
			if s.Index < 24 || s.Rule == Range {
				continue
			}
			if s.Index > last+1 {
				episodes++
			}
			last = s.Index
		}
		points += 100
	}
	if per := 100 * float64(episodes) / float64(points); per < 1 || per > 4 {
		t.Errorf("%.2f false episodes in 100 points", per)
	}
}

func TestMannKendall(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		s      int
		p      float64
	}{
		{[]float64{6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1}, -59, 0.00005},
		{[]float64{2, 3, 1, 2, 3, 2, 2, 3, 1, 2, 3, 2}, 2, 0.94},
		{[]float64{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}, 60, 0.00004},
		{[]float64{5, 5, 5, 5}, 0, 1}, {nil, 0, 1},
	} {
		got := MannKendall(tt.values)
		if got.S != tt.s || math.Abs(got.P-tt.p) > 0.005 {
			t.Errorf("%v: %+v, want S %d, p %v", tt.values, got, tt.s, tt.p)
		}
	}
	if slope, ok := TheilSen([]float64{1, 3, 5, 70, 9}); !ok || slope != 2 {
		t.Errorf("slope %v", slope)
	}
}

func TestSparse(t *testing.T) {
	rate := Measure{Agg: Share, Unit: "%"}
	if !rate.Sparse([]Observation{frac(t, "2026-01", 2, 100), frac(t, "2026-02", 6, 100)}) || rate.Sparse([]Observation{frac(t, "2026-01", 40, 100)}) || rate.Sparse(nil) {
		t.Error("a share is sparse below five cases a period")
	}
	count := Measure{Agg: Count}
	if !count.Sparse(months(t, "2026-01", 0, 1, 0, 1)) || count.Sparse(months(t, "2026-01", 1, 1, 2)) {
		t.Error("a count is sparse below one a period")
	}
	if diff := cmp.Diff([]float64{10, 5}, DaysBetween([]int64{100, 110, 115})); diff != "" {
		t.Error(diff)
	}
}

// What the chart says of real series; docs/signals.md repeats it in words.
func TestRealSeries(t *testing.T) {
	dir := os.Getenv("KPID_REALDATA")
	if dir == "" {
		t.Skip("KPID_REALDATA is not set: real series are not charted")
	}
	deaths := column(t, filepath.Join(dir, "series", "us_accidental_deaths_monthly.csv"))
	passengers := column(t, filepath.Join(dir, "series", "air_passengers_monthly.csv"))
	for name, got := range map[string]string{
		"deaths":               summary(NewChart(charted(t, deaths...), ChartOptions{})),
		"deaths, seasonal":     summary(NewChart(Deseasoned(charted(t, deaths...), 12), ChartOptions{})),
		"passengers":           summary(NewChart(charted(t, passengers...), ChartOptions{})),
		"passengers, seasonal": summary(NewChart(Deseasoned(charted(t, passengers...), 12), ChartOptions{Growth: true})),
		"incidents, days":      summary(NewChart(charted(t, DaysBetween(incidentDays(t, dir))...), ChartOptions{Direction: Up})),
		"passengers, trended":  summary(NewChart(charted(t, passengers...), ChartOptions{Growth: true})),
	} {
		if want := realSeries()[name]; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// summary counts the points that signal by rule.
func summary(c Chart) string {
	n := map[Rule]int{}
	for _, s := range c.Signals {
		n[s.Rule]++
	}
	return fmt.Sprintf("%d points, rule 1 %d, rule 2 %d, rule 3 %d, jumps %d", len(c.Points), n[Outside], n[RunOf8], n[Near3Of], n[Range])
}

// realSeries are the findings. Deaths peak every summer, which a chart without
// factors takes for signals. Passengers grow by a share of themselves, which
// neither a level nor a straight centre fits: year on year is the question there.
func realSeries() map[string]string {
	return map[string]string{
		"deaths":               "72 points, rule 1 6, rule 2 9, rule 3 16, jumps 0",
		"deaths, seasonal":     "72 points, rule 1 1, rule 2 2, rule 3 1, jumps 0",
		"passengers":           "144 points, rule 1 116, rule 2 114, rule 3 117, jumps 33",
		"passengers, seasonal": "144 points, rule 1 103, rule 2 103, rule 3 105, jumps 10",
		"passengers, trended":  "144 points, rule 1 91, rule 2 96, rule 3 102, jumps 33",
		"incidents, days":      "129 points, rule 1 0, rule 2 46, rule 3 0, jumps 0",
	}
}

// incidentDays are the days of the major and critical incidents.
func incidentDays(t *testing.T, dir string) []int64 {
	records := read(t, filepath.Join(dir, "incidents", "github_incidents_2023_2026.csv"))
	var out []int64
	for _, r := range records[1:] {
		if r[2] == "major" || r[2] == "critical" {
			out = append(out, utc.Day(at(t, r[3])))
		}
	}
	slices.Sort(out)
	return out
}

// column reads the last column of a CSV file with a header.
func column(t *testing.T, path string) []float64 {
	records := read(t, path)
	var out []float64
	for _, r := range records[1:] {
		v, err := strconv.ParseFloat(r[len(r)-1], 64)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, v)
	}
	return out
}

// read gives the records of a CSV file, header first.
func read(t *testing.T, path string) [][]string {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}
