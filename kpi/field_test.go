package kpi_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/kpid/kpid/kpi"
)

func TestBridge(t *testing.T) {
	// A grew by 50, B pays 30 less, C left, D pays in two currencies and loses one of them
	// (-40 in all), E came back, F pays the same
	flows := []kpi.Flow{{"A", 100, 150}, {"B", 80, 50}, {"C", 70, 0}, {"D", 60, 20}, {"D", 40, 40}, {"E", 0, 25}, {"F", 10, 10}}
	b := kpi.NewBridge(flows)
	want := kpi.Bridge{Opening: 360, Expansion: 50, Returned: 25, Contraction: 70, Churn: 70, Closing: 295,
		Accounts: 5, Expanded: 1, CameBack: 1, Contracted: 2, Churned: 1}
	if b != want {
		t.Errorf("\ngot  %+v\nwant %+v", b, want)
	}
	if b.Opening+b.Expansion+b.Returned-b.Contraction-b.Churn != b.Closing {
		t.Error("the bridge does not close")
	}
	if r, ok := b.Ratio(); !ok || r != 295.0/360 {
		t.Errorf("ratio %v", r)
	}
	if _, ok := kpi.NewBridge([]kpi.Flow{{"E", 0, 25}}).Ratio(); ok {
		t.Error("of nothing there is no share")
	}
}

// FuzzBridge: whatever the amounts, the parts lead from the opening to the closing and
// none of the losses is below zero.
func FuzzBridge(f *testing.F) {
	f.Add(int64(100), int64(0), int64(-5), int64(7))
	f.Fuzz(func(t *testing.T, a, b, c, d int64) {
		const most = 1 << 50
		b1 := kpi.NewBridge([]kpi.Flow{{"A", a % most, b % most}, {"A", c % most, d % most}, {"B", b % most, c % most}})
		if b1.Opening+b1.Expansion+b1.Returned-b1.Contraction-b1.Churn != b1.Closing || b1.Expansion < 0 || b1.Contraction < 0 || b1.Churn < 0 {
			t.Errorf("%+v", b1)
		}
	})
}

func TestHistogram(t *testing.T) {
	write := func(bins []kpi.Bin) string {
		s := ""
		for _, b := range bins {
			s += fmt.Sprintf("%g-%g:%d ", b.Lo, b.Hi, b.Count)
		}
		return s
	}
	for _, test := range []struct {
		name   string
		values []float64
		want   string
	}{
		// quartiles 2.75 and 6.25, 2·3.5/∛8 = 3.5, rounded up to 5; 5 itself is in the second
		{"one to eight", []float64{8, 7, 6, 5, 4, 3, 2, 1}, "0-5:4 5-10:4 "},
		{"none", nil, ""},
		{"zeros", []float64{0, 0}, "0-1:2 "},
		{"not numbers", []float64{-1, nan(), 0}, "0-1:1 "},
	} {
		if got := write(kpi.Histogram(test.values)); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	// one far value does not make a thousand bins: 1000/24 = 41.7, rounded up to 50
	wide := []float64{1, 1, 1, 1, 2, 2, 2, 2, 1000}
	if bins := kpi.Histogram(wide); len(bins) != 21 || bins[0].Count != 8 || bins[20].Count != 1 {
		t.Errorf("%s", write(bins))
	}
	// three alike: no quartile distance and no range, so the width is 3/24 rounded up to 0.2
	if bins := kpi.Histogram([]float64{3, 3, 3}); len(bins) != 16 || bins[15].Count != 3 {
		t.Errorf("all alike: %s", write(bins))
	}
}

func nan() float64 { zero := 0.0; return zero / zero }

func TestRetention(t *testing.T) {
	cal := kpi.Calendar{Zone: time.UTC, WeekStarts: time.Monday, FiscalStart: time.January}
	day := func(m time.Month, d int) kpi.Millis { return kpi.At(time.Date(2026, m, d, 0, 0, 0, 0, time.UTC)) }
	payments := []kpi.Payment{
		{"old", kpi.At(time.Date(2025, 5, 1, 0, 0, 0, 0, time.UTC)), 10}, // before the grid
		{"A", day(1, 5), 10}, {"A", day(3, 10), -10}, // January, gone in March
		{"B", day(1, 31), 10},                                             // January, stays
		{"C", day(2, 1), 10}, {"C", day(2, 20), -10}, {"C", day(4, 2), 5}, // February, left at once, comes back in April
		{"D", day(2, 28), 10}, {"D", day(4, 1), -10}, // gone on the first instant of April: pays at the end of March
		{"E", day(3, 1), -5},  // a credit without a payment is no customer
		{"F", day(4, 10), 10}, // April, which is running
		{"G", day(4, 20), 10}, // after what is known
	}
	g := kpi.Retention(cal, kpi.Month, payments, day(4, 15), 5)
	got := ""
	for _, c := range g.Cohorts {
		got += fmt.Sprintf("%s n%d %v | ", c.Period.ID, c.Size, c.Kept)
	}
	// December is empty, so the grid begins in January
	if want := "2026-01 n2 [2 2 1 1] | 2026-02 n2 [1 1 1] | 2026-03 n0 [0 0] | 2026-04 n1 [1] | "; got != want {
		t.Errorf("\ngot  %s\nwant %s", got, want)
	}
	// at the end of March: old, B and D pay; the diagonal is 1 + 1 + 0
	if g.Paying != 3 || g.Earlier != 1 || g.Ends != day(4, 1) {
		t.Errorf("paying %d, of them earlier %d", g.Paying, g.Earlier)
	}
	if !g.Cohorts[0].Open {
		t.Error("April is not over")
	}
	// on the last instant of March nothing is running: the same diagonal, whole
	if g := kpi.Retention(cal, kpi.Month, payments, day(4, 1), 3); g.Cohorts[0].Open || len(g.Cohorts) != 3 || g.Paying != 3 || g.Earlier != 1 || g.Ends != day(4, 1) {
		t.Errorf("%+v", g)
	}
}

func TestDrivers(t *testing.T) {
	before := func(n int) *int { return &n }
	all := []kpi.Driver{{Name: "price", Count: 1, Amount: 5, Before: before(1)}, {Name: "", Count: 3, Out: true}, {Name: "price", Count: 1, Less: 1, Amount: 7, Before: before(2)},
		{Name: "gone", Before: before(0)}, {Name: "b", Count: 1}, {Name: "a", Count: 1}, {Name: "late", Count: 1, Amount: 9}, {Name: "", Count: 1}}
	got, count, amount := "", 0, int64(0)
	for _, d := range kpi.Drivers(all, 2, false) {
		got += fmt.Sprintf("%s:%d:%d:%d ", d.Name, d.Count, d.Amount, d.Folded)
		count, amount = count+d.Count, amount+d.Amount
	}
	if want := "price:2:12:0 late:1:9:0 :2:0:2 :4:0:0 "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if count != 9 || amount != 21 {
		t.Errorf("%d units, %d", count, amount)
	}
	if d := kpi.Drivers(append(all, kpi.Driver{Name: "late", Amount: 4}), 2, true); d[0].Name != "late" || d[0].Amount != 13 || d[1].Name != "price" {
		t.Errorf("by amount: %+v", d)
	}
	if d := kpi.Drivers(all, 3, false); len(d) != 5 || d[0].Before == nil || *d[0].Before != 3 || d[4].Out {
		t.Errorf("one more reason than fits stands by itself: %+v", d)
	}
}
