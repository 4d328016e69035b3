package scorecard

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kpid/kpid/kpi"
)

// steady is routine variation about 70 %, limits 69.4 to 70.7, and what follows.
func steady(more ...float64) []float64 {
	var out []float64
	for i := range 24 {
		out = append(out, .699+.002*float64(i%2)*1.25)
	}
	return append(out, more...)
}

// A value outside the limits is named where it is new, on the row and in the
// list of changes, though the status stays.
func TestSignalIsNamed(t *testing.T) {
	in := page(t, share(t, "rate", "level 60..90 %", "2026-W38", steady(.65)...))
	s := Build(in)
	r := find(t, s, "rate")
	if r.Change.Signal == nil || r.Change.Signal.Rule != 1 || r.Change.Signal.Favourable {
		t.Errorf("the row's signal is %+v", r.Change.Signal)
	}
	if len(s.Changed) != 1 || s.Changed[0].Tag != "Signal" || s.Changed[0].Kind != "signal" || !strings.Contains(s.Changed[0].Sentence, "65.0% in W38 lies outside the usual") || !strings.Contains(s.Changed[0].Sentence, "adverse signal") {
		t.Errorf("%+v", s.Changed)
	}
	if p := r.Process; p.Locked != true || p.Points != 24 || *p.Assurance != kpi.Reliable || len(p.Signals) == 0 || p.Signals[0].Period != "2026-W38" {
		t.Errorf("%+v", p)
	}
	if s := Build(page(t, share(t, "rate", "level 60..90 %", "2026-W38", steady(.70)...))); len(s.Changed) != 0 || find(t, s, "rate").Change.Signal != nil {
		t.Errorf("routine is named: %+v", s.Changed)
	}
}

// kpi-definitions 6.1: a guardrail that shows an adverse signal of rule 1 or 2 in
// its last four periods caps, on target though it is.
func TestSignalOfAGuardrailCaps(t *testing.T) {
	guarded := share(t, "main", "level 60..90 %", "2026-W38", steady(.70)...)
	guarded.Targets[0].Guardrails = []string{"guard"}
	for name, tt := range map[string]struct {
		more []float64
		want kpi.Status
	}{
		"three weeks ago": {[]float64{.65, .70, .70, .70}, kpi.AtRisk},
		"five weeks ago":  {[]float64{.65, .70, .70, .70, .70}, kpi.OnTrack},
		"favourable":      {[]float64{.75}, kpi.OnTrack},
		"routine":         {[]float64{.70}, kpi.OnTrack},
	} {
		r := find(t, Build(page(t, guarded, share(t, "guard", "level 60..90 %", "2026-W38", steady(tt.more...)...))), "main")
		if r.Status != tt.want {
			t.Errorf("%s: %s, want %s (%s)", name, r.Status, tt.want, r.Sentence)
		}
		if tt.want == kpi.AtRisk && !strings.HasSuffix(r.Sentence, "Shown at risk: its guardrail Guard is showing an adverse signal (W35).") {
			t.Errorf("%q", r.Sentence)
		}
	}
}

// Too few cases a week are chance, not signal.
func TestSparseHasNoChart(t *testing.T) {
	k := share(t, "rate", "level 60..90 %", "2026-W38", steady(.65)...)
	for i := range k.Observations {
		n, d := float64(i%3), 40.0
		k.Observations[i].Num, k.Observations[i].Den = &n, &d
	}
	if p := find(t, Build(page(t, k)), "rate").Process; p.Why == nil || *p.Why != "sparse" || p.Centre != nil {
		t.Errorf("%+v", p)
	}
}

// Before its source a ratio is 0 of its accounts, which is no process.
func TestChartBeginsWithItsSource(t *testing.T) {
	k := share(t, "rate", "level 60..90 %", "2026-W38", append(make([]float64, 30), steady()...)...)
	k.Measure.Agg = kpi.Ratio
	if r := find(t, Build(page(t, k)), "rate"); r.Change.Signal != nil || len(r.Process.Signals) != 0 || *r.Process.Centre < 60 {
		t.Errorf("%+v", r.Process)
	}
}

// A definition that changed begins a segment: what differs since is no signal.
func TestChangedDefinitionIsNoSignal(t *testing.T) {
	k := share(t, "rate", "level 60..90 %", "2026-W38", steady(.80, .80, .80, .80, .80, .80, .80)...)
	if find(t, Build(page(t, k)), "rate").Change.Signal == nil {
		t.Fatal("a jump is no signal")
	}
	k.Breaks = []Break{{Version: 2, Since: week(t, "2026-W32").Starts}}
	if r := find(t, Build(page(t, k)), "rate"); r.Change.Signal != nil || *r.Process.Centre != 80 {
		t.Errorf("%+v, %+v", r.Change.Signal, r.Process)
	}
}

// A change that somebody vouches for begins a stretch; one without six points waits.
func TestNamedPhase(t *testing.T) {
	k := share(t, "rate", "level 60..90 %", "2026-W38", steady(.80, .80, .80, .80, .80, .80, .80)...)
	k.Phases = []kpi.Phase{{Starts: "2026-W32", Cause: "new onboarding", By: "m.okafor"}}
	r := find(t, Build(page(t, k)), "rate")
	if r.Change.Signal != nil || *r.Process.Centre != 80 || *r.Process.Cause != "new onboarding" || len(r.Process.Refused) != 0 {
		t.Errorf("%+v", r.Process)
	}
	k.Phases[0].Starts = "2026-W36"
	if r := find(t, Build(page(t, k)), "rate"); r.Change.Signal == nil || len(r.Process.Refused) != 1 || !strings.Contains(r.Process.Refused[0], "2026-W36: it has fewer than six") {
		t.Errorf("%+v", r.Process)
	}
}

// Within the limits nothing is said to get better or worse, go up or down.
func TestRoutineIsNeverAMovement(t *testing.T) {
	movement := regexp.MustCompile(`(?i)\b(better|worse|improv\w*|declin\w*|rose|rising|fell|falling|dropp\w*|up|down|increas\w*|decreas\w*|signal)\b`)
	rapid.Check(t, func(rt *rapid.T) {
		values := steady()
		for range rapid.IntRange(0, 6).Draw(rt, "weeks") {
			values = append(values, .6995+.001*rapid.Float64Range(0, 1).Draw(rt, "v"))
		}
		expr := rapid.SampledFrom([]string{"level 60..90 %", "level 70.2..90 %", "level 90 %", "level 70..80 %"}).Draw(rt, "expr")
		s := Build(page(t, share(t, "rate", expr, "2026-W38", values...)))
		said := []string{s.Headline, s.Second, s.KPIs[0].Sentence}
		for _, c := range s.Changed {
			said = append(said, c.Sentence)
		}
		if found := movement.FindString(strings.Join(said, " ")); found != "" {
			rt.Fatalf("%q is said: %q", found, said)
		}
	})
}

// kpi-definitions 4.1, sparse data: a share with few cases a period is charted at
// the next coarser grain that has enough.
func TestSparseShareIsChartedCoarser(t *testing.T) {
	k := share(t, "rate", "level 60..90 %", "2026-W38", steady(.65)...)
	for i := range k.Observations {
		k.Observations[i].Num, k.Observations[i].Den = ptr(float64(i%3)), ptr(40.0)
	}
	k.Definition.Grains = []kpi.Grain{kpi.Week, kpi.Month}
	var months []kpi.Observation
	for m, num := range []float64{30, 31, 29, 30, 31, 29, 30, 90} {
		p, err := calendar(t).Period("2026-0" + string(rune('1'+m)))
		if err != nil {
			t.Fatal(err)
		}
		months = append(months, observe(k.Measure, "rate", p, num, 160))
	}
	k.Wider = []Wider{{Grain: kpi.Month, Observations: months}}
	in := page(t, k)
	p := find(t, Build(in), "rate").Process
	if p.Of != "month" || p.Points != 8 || len(p.Values) != 8 || len(p.Signals) == 0 || p.Signals[0].Period != "2026-08" {
		t.Errorf("%+v", p)
	}
	if c := find(t, Build(in), "rate").Change; c.Signal != nil {
		t.Errorf("W38 does not lie in August: %+v", c.Signal)
	}
	in.Week = week(t, "2026-W35")
	if c := in.chart(k, in.Week); c.new || len(c.Points) != 7 {
		t.Errorf("August is not over in week 35: %+v", c)
	}
}

// Rare events are charted by the days between them: fewer are adverse where an
// event is bad, and the event's own week names it.
func TestRareCountIsChartedByDays(t *testing.T) {
	k := share(t, "incidents", "count <= 1 per week", "2026-W38", make([]float64, 60)...)
	k.Measure.Agg, k.Measure.Unit, k.Measure.Direction = kpi.Count, "", kpi.Down
	k.Definition.Measures[0] = k.Measure
	for i := range k.Observations {
		k.Observations[i].Value, k.Observations[i].Num, k.Observations[i].Den = ptr(0.0), ptr(0.0), nil
	}
	at := k.Observations[0].Starts + 3_600_000
	for i := range 20 {
		k.Events = append(k.Events, at)
		at += kpi.Millis(20+i%3) * 86_400_000
	}
	last := k.Observations[len(k.Observations)-1]
	for _, hours := range []int64{30, 31, 32, 33} {
		k.Events = append(k.Events, last.Starts+kpi.Millis(hours*3_600_000))
	}
	r := find(t, Build(page(t, k)), "incidents")
	if r.Process.Of != "days_between" || len(r.Process.Values) != 23 || *r.Process.Upper < 21 || r.Process.Assurance != nil {
		t.Fatalf("%+v", r.Process)
	}
	if s := r.Process.Signals; len(s) == 0 || *s[len(s)-1].Favourable {
		t.Errorf("four in a day are no adverse signal: %+v", r.Process.Signals)
	}
	if r.Change == nil || r.Change.Signal == nil || r.Change.Signal.Favourable {
		t.Errorf("%+v", r.Change)
	}
	k.Events = k.Events[:20]
	if r := find(t, Build(page(t, k)), "incidents"); len(r.Process.Signals) != 0 || r.Change.Signal != nil {
		t.Errorf("even spacing signals: %+v", r.Process)
	}
}

// A year's shape is taken out where that narrows what is routine.
func TestSeasonIsTakenOut(t *testing.T) {
	k := monthly(t, func(i int) float64 { return .50 + .20*float64(i%12)/11 + .002*float64(i%2) })
	p := find(t, Build(page(t, k)), "rate").Process
	if p.Of != "season" || len(p.Values) != 12 || len(p.Signals) != 0 || *p.MRMean > 1 {
		t.Errorf("%s, %d values, %v", p.Of, len(p.Values), *p.MRMean)
	}
	flat := monthly(t, func(i int) float64 { return .50 + .01*float64(i*7%5) })
	if p := find(t, Build(page(t, flat)), "rate").Process; p.Of != "periods" {
		t.Errorf("no season is taken out: %s", p.Of)
	}
	k.Breaks = []Break{{Version: 2, Since: k.Observations[20].Starts}}
	if p := find(t, Build(page(t, k)), "rate").Process; p.Of != "periods" {
		t.Errorf("across definitions: %s", p.Of)
	}
}

// monthly is a KPI judged by the month with 36 final months up to August 2026.
func monthly(t *testing.T, value func(i int) float64) KPI {
	t.Helper()
	k := share(t, "rate", "level 10..90 %", "2026-W38")
	k.Definition.Cadence, k.Definition.Grains = kpi.Month, []kpi.Grain{kpi.Month}
	p, err := calendar(t).Period("2023-09")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 36 {
		k.Observations = append(k.Observations, observe(k.Measure, "rate", p, 100_000*value(i), 100_000))
		p = calendar(t).Next(p)
	}
	return k
}
