package kpi

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

func TestForecastMethods(t *testing.T) {
	var flat, rising, seasonal, even []float64
	for i := range 48 {
		flat, even = append(flat, 50+float64(i*7%5)), append(even, 50)
		rising = append(rising, 100+3*float64(i)+float64(i%2))
		seasonal = append(seasonal, (100+float64(i/12)*10)*(1+0.4*math.Sin(float64(i)*math.Pi/6)))
	}
	tests := map[string]struct {
		values      []float64
		steps, year int
		method      Method
		value, tol  float64
	}{
		"stable":          {flat, 1, 0, Stable, 52, 0.2},
		"trend":           {rising, 4, 0, Drift, 100 + 3*51, 2},
		"season":          {seasonal, 2, 12, Seasonal, 140 * (1 + 0.4*math.Sin(49*math.Pi/6)), 3},
		"both do":         {even, 3, 12, Stable, 50, 1e-9}, // the simpler one
		"thirty weeks on": {rising, 20, 0, "", 0, 0},       // further than a third of the series
	}
	for name, tt := range tests {
		f := Project(tt.values, tt.steps, tt.year)
		if f.Method != tt.method || math.Abs(f.Value-tt.value) > tt.tol || (f.Why != "") != (tt.method == "") {
			t.Errorf("%s: %+v, want %s %v", name, f, tt.method, tt.value)
		}
		if f.Why == "" && (f.Interval[0] > f.Interval[1] || f.Origins < 8) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	for n := range 14 { // six to look from and eight to test on
		if f := Project(flat[:n], 1, 12); f.Why == "" {
			t.Errorf("%d periods give a forecast: %+v", n, f)
		}
	}
	if f := Project(flat[:14], 1, 0); f.Why != "" || f.Origins != 8 {
		t.Errorf("fourteen periods: %+v", f)
	}
}

func TestLanding(t *testing.T) {
	f := Forecast{Interval: Interval{40, 50}}
	for floor, want := range map[float64][2]Landing{35: {Lands, Misses}, 45: {TooClose, TooClose}, 55: {Misses, Lands}} {
		if up, down := f.Lands(floor, Up), f.Lands(floor, Down); up != want[0] || down != want[1] {
			t.Errorf("%v: %s, %s; want %v", floor, up, down, want)
		}
	}
}

// What the method says of its error is what it makes: passengers of 1960 from
// those before, one month ahead.
func TestForecastOfPassengers(t *testing.T) {
	dir := os.Getenv("KPID_REALDATA")
	if dir == "" {
		t.Skip("KPID_REALDATA is not set: no forecast of a real series")
	}
	values := column(t, filepath.Join(dir, "series", "air_passengers_monthly.csv"))
	inside := 0
	for n := 132; n < 144; n++ {
		f := Project(values[:n], 1, 12)
		if f.Method != Seasonal || f.Error > 0.05 {
			t.Fatalf("%d: %+v", n, f)
		}
		if values[n] >= f.Interval[0] && values[n] <= f.Interval[1] {
			inside++
		}
	}
	if inside < 7 {
		t.Errorf("%d of 12 within an interval of 80 %%", inside)
	}
}
