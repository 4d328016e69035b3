package scorecard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Evidence is what the data says of a milestone. It never ticks one: a person does.
type Evidence struct {
	Kind     kpi.EvidenceKind `json:"kind"`
	Holds    bool             `json:"holds"` // the data says that the milestone is reached
	Sentence string           `json:"sentence"`
	KPIs     []string         `json:"kpis"` // ids the sentence speaks of
}

// evidenceNamed is how many KPIs a sentence names.
const evidenceNamed = 3

// EvidenceOf asks a scorecard for the evidence of a kind; nil for a kind that there is
// none of. first is when the first evaluation was stored, nil while none was; stable is
// the row that tells how predictable the roadmap is, nil where the scorecard has none.
func (s *Scorecard) EvidenceOf(kind kpi.EvidenceKind, first *kpi.Date, stable *Row) *Evidence {
	switch kind {
	case kpi.EvidencePublished:
		return s.published(first)
	case kpi.EvidenceOwned:
		return s.owned()
	case kpi.EvidenceImproved:
		return s.improved()
	case kpi.EvidenceStable:
		return predictable(stable)
	}
	return nil
}

func (s *Scorecard) published(first *kpi.Date) *Evidence {
	e := &Evidence{Kind: kpi.EvidencePublished, KPIs: []string{}, Sentence: "No evaluation has been stored yet."}
	if first == nil {
		return e
	}
	valued := 0
	for _, r := range s.KPIs {
		if r.Value != nil {
			valued++
		}
	}
	e.Holds = valued > 0
	e.Sentence = fmt.Sprintf("The first evaluation was stored on %s; %d of %s on the page have a number.", first, valued, several(len(s.KPIs), "KPI", "KPIs"))
	return e
}

func (s *Scorecard) owned() *Evidence {
	e := &Evidence{Kind: kpi.EvidenceOwned, KPIs: []string{}}
	var missing []string
	for _, r := range s.KPIs {
		if r.Owner == "" || r.Target == nil {
			missing, e.KPIs = append(missing, r.Name), append(e.KPIs, r.ID)
		}
	}
	if len(s.KPIs) == 0 {
		e.Sentence = "The scorecard has no KPI yet."
		return e
	}
	e.Holds = len(missing) == 0
	e.Sentence = fmt.Sprintf("%d of %s %s an owner and a target", len(s.KPIs)-len(missing), several(len(s.KPIs), "KPI", "KPIs"), has(len(s.KPIs)))
	if len(missing) > 0 {
		e.Sentence += "; " + some(missing) + " " + map[bool]string{true: "lacks", false: "lack"}[len(missing) == 1] + " one or both"
	}
	e.Sentence += "."
	return e
}

func (s *Scorecard) improved() *Evidence {
	e := &Evidence{Kind: kpi.EvidenceImproved, KPIs: []string{}}
	var better []string
	compared := 0
	for _, r := range s.KPIs {
		if r.Def == nil || r.Target == nil || r.Target.Baseline == nil {
			continue
		}
		m := r.measure()
		diff, interval, ok := m.Since(*r.Target.Baseline, r.Value, r.Num, r.Den, r.CI)
		if !ok {
			continue
		}
		compared++
		if m.Better(interval) {
			e.KPIs = append(e.KPIs, r.ID)
			value, was := m.FormatPair(*r.Value, r.Target.Baseline.Value)
			better = append(better, fmt.Sprintf("%s (%s, was %s: %s, 95%% interval %s to %s)", r.Name, value, was,
				m.FormatChange(diff, nil), m.FormatChange(interval[0], nil), m.FormatChange(interval[1], nil)))
		}
	}
	switch {
	case compared == 0:
		e.Sentence = "No KPI has a baseline and an interval yet, so none can be said to have improved."
	case len(better) == 0:
		e.Sentence = fmt.Sprintf("Of %s with a baseline and an interval none is better than its baseline beyond doubt.", several(compared, "KPI", "KPIs"))
	default:
		e.Holds = true
		e.Sentence = fmt.Sprintf("%d of %s with a baseline and an interval %s better than the baseline, no change being outside of the interval: %s.",
			len(better), several(compared, "KPI", "KPIs"), map[bool]string{true: "is", false: "are"}[len(better) == 1], some(better))
	}
	return e
}

// steadyPeriods is in how many of the newest periods no signal may stand.
const steadyPeriods = 6

// predictable says whether the process chart of a row is without a signal in its newest
// periods.
func predictable(r *Row) *Evidence {
	e := &Evidence{Kind: kpi.EvidenceStable, KPIs: []string{}}
	if r == nil {
		e.Sentence = "The scorecard has no KPI that tells how predictable the roadmap is."
		return e
	}
	e.KPIs = []string{r.ID}
	var newest []string
	if r.Process != nil {
		for _, v := range slices.Backward(r.Process.Values) {
			if v.Value != nil && len(newest) < steadyPeriods {
				newest = append(newest, v.Period)
			}
		}
	}
	if r.Process == nil || r.Process.Centre == nil || len(newest) < steadyPeriods {
		e.Sentence = fmt.Sprintf("%s has %s with a number; %d are needed before its process chart can say that it is stable.", r.Name, several(len(newest), "period", "periods"), steadyPeriods)
		return e
	}
	var signals []string
	for _, s := range r.Process.Signals {
		if slices.Contains(newest, s.Period) && !slices.Contains(signals, period(s.Period)) {
			signals = append(signals, period(s.Period))
		}
	}
	e.Holds = len(signals) == 0
	of := fmt.Sprintf("of the last %d periods of %s (%s around %s)", steadyPeriods, r.Name, r.Process.limits(r.measure()), r.Process.Measure(r.measure()).Format(*r.Process.Centre))
	if e.Holds {
		e.Sentence = "None " + of + " is a signal."
	} else {
		e.Sentence = fmt.Sprintf("%d %s %s a signal: %s.", len(signals), of, map[bool]string{true: "is", false: "are"}[len(signals) == 1], some(signals))
	}
	return e
}

// limits writes the natural limits of a chart: "72.1% to 96.4%".
func (p *Process) limits(m kpi.Measure) string {
	m = p.Measure(m)
	if p.Lower == nil || p.Upper == nil {
		return "without limits"
	}
	return m.Format(*p.Lower) + " to " + m.Format(*p.Upper)
}

func has(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

// several counts things.
func several(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return kpi.FormatCount(int64(n)) + " " + many
}

// some names a few and counts the rest: "a, b, c and 4 more".
func some(names []string) string {
	if len(names) > evidenceNamed+1 {
		return strings.Join(names[:evidenceNamed], ", ") + " and " + kpi.FormatCount(int64(len(names)-evidenceNamed)) + " more"
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}
