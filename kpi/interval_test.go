package kpi

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestWilson(t *testing.T) {
	// Newcombe 1998, table I, method 3.
	for _, tt := range []struct{ x, n, lo, hi float64 }{
		{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718},
		{29, 29, 0.8830, 1},
	} {
		lo, hi, ok := Wilson(tt.x, tt.n)
		if !ok {
			t.Errorf("Wilson(%v, %v) has no interval", tt.x, tt.n)
		}
		near(t, "lo", lo, tt.lo, 5e-5)
		near(t, "hi", hi, tt.hi, 5e-5)
	}
	for _, bad := range [][2]float64{{0, 0}, {1, 0}, {-1, 5}, {6, 5}, {math.NaN(), 5}, {1, math.NaN()}, {1, math.Inf(1)}} {
		if _, _, ok := Wilson(bad[0], bad[1]); ok {
			t.Errorf("Wilson(%v, %v) has an interval", bad[0], bad[1])
		}
	}
}

func TestNewcombe(t *testing.T) {
	d, lo, hi, ok := Newcombe(56, 70, 48, 80) // Newcombe 1998, table II, row a, method 10
	if !ok {
		t.Fatal("no interval")
	}
	near(t, "difference", d, 0.20, 1e-12)
	near(t, "lo", lo, 0.0524, 5e-5)
	near(t, "hi", hi, 0.3339, 5e-5)
	if _, _, _, ok := Newcombe(1, 2, 0, 0); ok {
		t.Error("an empty sample has an interval")
	}
}

func TestByar(t *testing.T) {
	for _, tt := range []struct{ x, lo, hi float64 }{{10, 4.79, 18.39}, {0, 0, 3.67}} {
		lo, hi := Byar(tt.x)
		near(t, "lo", lo, tt.lo, 5e-3)
		near(t, "hi", hi, tt.hi, 5e-3)
	}
	if lo, hi := Byar(-1); !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Errorf("Byar(-1) = %v, %v", lo, hi)
	}
	if lo, _ := Byar(0.01); lo != 0 {
		t.Errorf("the lower limit of 0.01 is %v", lo)
	}
}

func TestTQuantile(t *testing.T) {
	// Published table of Student's t, two-sided 95 %.
	for df, want := range map[int]float64{1: 12.7062, 2: 4.3027, 3: 3.1824, 4: 2.7764, 5: 2.5706, 10: 2.2281, 29: 2.0452, 30: 2.0423, 60: 2.0003, 120: 1.9799, 1000: 1.9623} {
		near(t, "t", TQuantile(0.975, df), want, 5e-5)
		near(t, "-t", TQuantile(0.025, df), -want, 5e-5)
	}
	near(t, "t 0.995, 10", TQuantile(0.995, 10), 3.1693, 5e-5)
	// The closed form and the expansion meet.
	near(t, "t at 1001", TQuantile(0.975, 1001), TQuantile(0.975, 1000), 1e-5)
	near(t, "t at a million", TQuantile(0.975, 1_000_000), z, 1e-5)
	for _, p := range []float64{0, 1, -1, math.NaN()} {
		if got := TQuantile(p, 5); !math.IsNaN(got) {
			t.Errorf("TQuantile(%v, 5) = %v", p, got)
		}
	}
}

func TestMeanT(t *testing.T) {
	// mean 5, SD 2.138090, SE 0.755929, t(7) 2.364624.
	xs := []float64{2, 4, 4, 4, 5, 5, 7, 9}
	mean, lo, hi, ok := MeanT(xs, 0)
	if !ok {
		t.Fatal("no interval")
	}
	near(t, "mean", mean, 5, 1e-12)
	near(t, "lo", lo, 5-1.787488, 1e-6)
	near(t, "hi", hi, 5+1.787488, 1e-6)
	_, lo, hi, _ = MeanT(xs, 15) // sqrt((15-8)/14) = sqrt(1/2)
	near(t, "half width of a finite population", (hi-lo)/2, 1.787488*math.Sqrt(0.5), 1e-6)
	if _, lo, hi, ok := MeanT(xs, 8); !ok || lo != hi {
		t.Errorf("everybody answered, interval %v..%v, %v", lo, hi, ok)
	}
	_, lo, _, _ = MeanT(xs, 3)
	near(t, "lo when the population is below the sample", lo, 5-1.787488, 1e-6)
	if mean, _, _, ok := MeanT([]float64{3}, 0); ok || mean != 3 {
		t.Errorf("one value: mean %v, interval %v", mean, ok)
	}
	if _, _, _, ok := MeanT(nil, 0); ok {
		t.Error("no value has an interval")
	}
}

func TestRatioT(t *testing.T) {
	// R = 10/20; residuals 0, -1, 1; SE = sqrt(3/2*2)/20 = 0.0866025; t(2) 4.302653.
	r, lo, hi, ok := RatioT([]float64{2, 3, 5}, []float64{4, 8, 8})
	if !ok {
		t.Fatal("no interval")
	}
	near(t, "r", r, 0.5, 1e-12)
	near(t, "lo", lo, 0.5-0.372620, 1e-6)
	near(t, "hi", hi, 0.5+0.372620, 1e-6)
	// The published roll-up: 31/47 and 36/49 make 69.79 %, not the mean 69.71 %.
	r, _, _, _ = RatioT([]float64{31, 36}, []float64{47, 49})
	near(t, "roll-up", r, 0.6979, 5e-5)
	if r, _, _, ok := RatioT([]float64{1}, []float64{4}); ok || r != 0.25 {
		t.Errorf("one cluster: %v, %v", r, ok)
	}
	for _, bad := range [][2][]float64{{{1, 2}, {0, 0}}, {{1}, {1, 2}}, {nil, nil}} {
		if _, _, _, ok := RatioT(bad[0], bad[1]); ok {
			t.Errorf("RatioT(%v) has an interval", bad)
		}
	}
}

func TestNPSInterval(t *testing.T) {
	nps, lo, hi, ok := NPSInterval(291, 476, 395)
	if !ok {
		t.Fatal("no interval")
	}
	near(t, "nps", nps, -8.95, 5e-3)
	near(t, "half width", (hi-lo)/2, 4.39, 5e-3)
	_, lo, hi, _ = NPSInterval(200, 120, 80) // n 400, NPS 30: 7.7 points
	near(t, "half width", (hi-lo)/2, 7.7, 0.06)
	if _, lo, hi, _ := NPSInterval(5, 0, 0); lo != 100 || hi != 100 {
		t.Errorf("all promoters: %v..%v", lo, hi)
	}
	if _, _, _, ok := NPSInterval(0, 0, 0); ok {
		t.Error("no response has an interval")
	}
}

func TestQuantile(t *testing.T) {
	xs := []float64{1, 2, 3, 4}
	for p, want := range map[float64]float64{0: 1, 0.25: 1.75, 0.5: 2.5, 0.75: 3.25, 1: 4} { // R, type 7
		if got, ok := Quantile(xs, p); !ok || got != want {
			t.Errorf("Quantile(%v) = %v, %v; want %v", p, got, ok, want)
		}
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if _, ok := Quantile(xs, p); ok {
			t.Errorf("Quantile(%v) is there", p)
		}
	}
	if _, ok := Quantile(nil, 0.5); ok {
		t.Error("nothing has a median")
	}
}

func TestMedianInterval(t *testing.T) {
	// Ranks from the published tables of binomial order statistics.
	for n, rank := range map[int]int{6: 1, 8: 1, 9: 2, 10: 2, 12: 3, 20: 6, 30: 10, 50: 18, 100: 40, 1000: 469} {
		xs := make([]float64, n)
		for i := range xs {
			xs[i] = float64(i + 1)
		}
		lo, hi, ok := MedianInterval(xs)
		if !ok || lo != float64(rank) || hi != float64(n+1-rank) {
			t.Errorf("n %d: %v..%v, want rank %d", n, lo, hi, rank)
		}
	}
	if _, _, ok := MedianInterval([]float64{1, 2, 3, 4, 5}); ok {
		t.Error("five values have an interval")
	}
}

// Every interval contains its own estimate.
func TestIntervalsContainTheirEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 100000).Draw(t, "n")
		x := rapid.IntRange(0, n).Draw(t, "x")
		lo, hi, ok := Wilson(float64(x), float64(n))
		if p := float64(x) / float64(n); !ok || lo > p || hi < p || lo < 0 || hi > 1 {
			t.Fatalf("Wilson(%d, %d) = %v..%v", x, n, lo, hi)
		}
		if lo, hi := Byar(float64(x)); lo > float64(x) || hi < float64(x) {
			t.Fatalf("Byar(%d) = %v..%v", x, lo, hi)
		}
		xs := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 2, 40).Draw(t, "xs")
		if mean, lo, hi, ok := MeanT(xs, 0); !ok || lo > mean || hi < mean {
			t.Fatalf("MeanT = %v in %v..%v, %v", mean, lo, hi, ok)
		}
	})
}
