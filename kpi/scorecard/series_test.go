package scorecard

import (
	"math"
	"testing"

	"github.com/kpid/kpid/kpi"
)

// series is a KPI of any measure and grain with the stored values of its last
// periods; the periods end with the last one before week 38.
func series(t testing.TB, m kpi.Measure, g kpi.Grain, values ...float64) KPI {
	t.Helper()
	k := share(t, "kpi", "", "2026-W38")
	m.ID, m.Direction = "m", kpi.Up
	k.Measure, k.Definition.Measures, k.Definition.Cadence = m, []kpi.Measure{m}, g
	c := calendar(t)
	p := c.Prev(c.Containing(g, week(t, "2026-W38").Ends))
	for i := len(values) - 1; i >= 0; i-- {
		o := observe(m, "kpi", p, 1, 1)
		o.Value = ptr(values[i])
		k.Observations = append([]kpi.Observation{o}, k.Observations...)
		p = c.Prev(p)
	}
	return k
}

func TestChange(t *testing.T) {
	for name, c := range map[string]struct {
		measure  kpi.Measure
		grain    kpi.Grain
		was, now float64 // stored units
		abs      float64
		unit     string
		shown    string
		tag      string
	}{
		// 42.74 to 41.82 is shown as 42.7 to 41.8; the change is of the unrounded values.
		"rate":        {kpi.Measure{Agg: kpi.Share, Unit: "%", Digits: 1}, kpi.Week, .4274, .4182, -0.92, "pts", "−0.9 pts", "WoW"},
		"rate, still": {kpi.Measure{Agg: kpi.Share, Unit: "%", Digits: 1}, kpi.Week, .4274, .4274, 0, "pts", "±0.0 pts", "WoW"},
		"large count": {kpi.Measure{Agg: kpi.Distinct}, kpi.Week, 18_201, 18_420, 100 * 219.0 / 18_201, "%", "+1.2%", "WoW"},
		"small count": {kpi.Measure{Agg: kpi.Count}, kpi.Month, 4, 5, 1, "", "+1", "MoM"},
		"from zero":   {kpi.Measure{Agg: kpi.Count}, kpi.Month, 0, 5, 5, "", "+5", "MoM"},
		"duration":    {kpi.Measure{Agg: kpi.Median, Unit: "days", Digits: 1}, kpi.Quarter, 6.6 * 86_400_000, 6.8 * 86_400_000, 0.2, "days", "+0.2 d", "QoQ"},
		"nps":         {kpi.Measure{Agg: kpi.NPS, Unit: "pts"}, kpi.Quarter, 32, 34, 2, "pts", "+2", "QoQ"},
	} {
		t.Run(name, func(t *testing.T) {
			k := series(t, c.measure, c.grain, c.was, c.now)
			k.Targets = nil
			in := page(t, k)
			d := in.delta(k, judged{Verdict: kpi.Verdict{Published: kpi.OnTrack}})
			if d == nil {
				t.Fatal("no change")
			}
			if math.Abs(d.Abs-c.abs) > 1e-9 || d.Unit != c.unit || d.Shown != c.shown || d.Tag != c.tag || d.Signal != nil {
				t.Errorf("change is %+v, want %v %q, shown %q %s", *d, c.abs, c.unit, c.shown, c.tag)
			}
			if want := k.Observations[0].Period; d.Against != want {
				t.Errorf("against %s, want %s", d.Against, want)
			}
		})
	}
}

func TestNoChangeAcrossAGap(t *testing.T) {
	for name, k := range map[string]KPI{
		"one period":    share(t, "rate", "level 60..80 %", "2026-W38", .7),
		"a week absent": share(t, "rate", "level 60..80 %", "2026-W38", .7, -1, .7),
		"a week without a value": func() KPI {
			k := share(t, "rate", "level 60..80 %", "2026-W38", .7, .6)
			k.Observations[0].Value = nil
			return k
		}(),
	} {
		if r := find(t, Build(page(t, k)), "rate"); r.Change != nil {
			t.Errorf("%s: change is %+v, want none", name, *r.Change)
		}
	}
}

func TestTrendKeepsGapsAndItsLength(t *testing.T) {
	values := make([]float64, 40)
	for i := range values {
		values[i] = .7
	}
	values[37] = -1
	trend := find(t, Build(page(t, share(t, "rate", "level 60..80 %", "2026-W38", values...))), "rate").Trend
	if len(trend) != 26 || trend[0].Period != "2026-W13" || trend[25].Period != "2026-W38" {
		t.Fatalf("trend has %d points from %s to %s, want 26 from 2026-W13 to 2026-W38", len(trend), trend[0].Period, trend[len(trend)-1].Period)
	}
	gap, last := trend[23], trend[25]
	if gap.Value != nil {
		t.Errorf("missing week %s has the value %v, want a gap", gap.Period, *gap.Value)
	}
	if last.Value == nil || math.Abs(*last.Value-70) > 1e-9 || last.Floor == nil || *last.Floor != 60 || last.Stretch == nil || *last.Stretch != 80 {
		t.Errorf("last point is %+v, want 70 between 60 and 80", last)
	}
	if got := find(t, Build(page(t, share(t, "rate", "", "2026-W38", .7, .7, .7))), "rate").Trend; len(got) != 3 {
		t.Errorf("a KPI three weeks old has %d points, want 3", len(got))
	}
}

func TestLatestIsTheNewestEndedPeriodThatIsNotFinal(t *testing.T) {
	k := share(t, "rate", "level 60..80 %", "2026-W39", .7, .7, .5, .4) // W39 has not ended
	k.Observations[2].State = kpi.Maturing
	k.Observations[2].BoundLo, k.Observations[2].BoundHi = ptr(.3), ptr(.6)
	k.Observations[3].State = kpi.Open
	r := find(t, Build(page(t, k)), "rate")
	if r.Latest == nil || r.Latest.Period != "2026-W38" || r.Latest.State != kpi.Maturing || r.Latest.Value != nil {
		t.Fatalf("latest is %+v, want 2026-W38 maturing without a value", r.Latest)
	}
	if b := r.Latest.Bounds; b == nil || math.Abs(b[0]-30) > 1e-9 || math.Abs(b[1]-60) > 1e-9 {
		t.Errorf("bounds are %v, want 30 and 60", b)
	}
	if *r.Period != "2026-W37" || r.Freshness.Shown != "W37 final" {
		t.Errorf("judged is %s, fresh %q; want 2026-W37, W37 final", *r.Period, r.Freshness.Shown)
	}
	k.Observations = k.Observations[:2]
	if r := find(t, Build(page(t, k)), "rate"); r.Latest != nil {
		t.Errorf("latest is %+v, want null when the newest ended period is final", r.Latest)
	}
}
