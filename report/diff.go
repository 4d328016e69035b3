package report

import (
	"slices"

	"github.com/kpid/kpid/kpi"
)

// Diff is what became of a frozen pack: what was reported, what is known now, and why
// they differ.
type Diff struct {
	Portfolio   string       `json:"portfolio"`
	Period      string       `json:"period"`
	Freeze      Frozen       `json:"freeze"`
	KnownAt     string       `json:"known_at"`
	Differences []Difference `json:"differences"` // in the order of the page
	Gone        []string     `json:"gone"`        // names of KPIs that are not in the review any more
	New         []string     `json:"new"`         // names of KPIs that were not in it
}

// Frozen names a freeze.
type Frozen struct {
	ID         string `json:"id"`
	SHA256     string `json:"sha256"`
	RecordedAt string `json:"recorded_at"` // RFC 3339
	By         string `json:"by"`
}

// Difference is a KPI that is not as it was reported.
type Difference struct {
	KPI     string  `json:"kpi"`
	Measure string  `json:"measure"`
	Name    string  `json:"name"`
	URL     string  `json:"url"`
	First   Side    `json:"first"` // as it was frozen
	Now     Side    `json:"now"`
	Change  string  `json:"change"`  // now against first: "+0.4 pts"; "" where one is not known
	Flipped bool    `json:"flipped"` // the verdict is another one
	Causes  []Cause `json:"causes"`
}

// Side is a KPI in one of the two packs.
type Side struct {
	Status kpi.Status `json:"status"`
	Value  *float64   `json:"value"`
	Shown  string     `json:"shown"`
	Target string     `json:"target"` // its expression, "" without one
}

// Kinds of a cause.
const (
	CauseRows       = "rows"       // records came late or were corrected
	CauseDefinition = "definition" // the KPI means something else
	CauseTarget     = "target"     // the promise is another one
	CauseBaseline   = "baseline"   // what the target counts from is another number
	CauseSettled    = "settled"    // the number was not final when it was frozen
	CauseRecomputed = "recomputed" // computed again, from the same records
	CauseGuardrail  = "guardrail"  // a guardrail broke, or mended
	CauseUnknown    = "unknown"    // nobody recorded one
)

// Cause is one thing that came after a freeze.
type Cause struct {
	Kind   string `json:"kind"`
	Says   string `json:"says"`   // a sentence
	Period string `json:"period"` // whose number it changed; "" for none
	Was    string `json:"was"`
	Now    string `json:"now"`
	At     string `json:"at"` // RFC 3339 when it was recorded; "" when that is not known
	By     string `json:"by"` // who decided it; "" for records
	Reason string `json:"reason"`
}

// Compare lists what is not as it was frozen. since are the causes that the store
// recorded after the freeze, by KPI and measure; those of targets, baselines and
// guardrails follow from the two packs. change writes the difference of two values.
func Compare(then, now *Pack, since func(KPI) ([]Cause, error), change func(was, is KPI) string) (*Diff, error) {
	d := &Diff{Portfolio: now.Portfolio.ID, Period: now.Period.ID, KnownAt: now.KnownAt, Differences: []Difference{}, Gone: []string{}, New: []string{}}
	for _, was := range then.KPIs {
		is, ok := now.KPI(was.ID, was.Measure)
		if !ok {
			d.Gone = append(d.Gone, was.Name)
			continue
		}
		causes, err := since(was)
		if err != nil {
			return nil, err
		}
		out := Difference{KPI: is.ID, Measure: is.Measure, Name: is.Name, URL: is.URL, First: side(was.Now), Now: side(is.Now),
			Flipped: was.Now.Status != is.Now.Status, Causes: append(causes, decided(was.Now, is.Now, causes)...)}
		differs := out.Flipped || out.First.Shown != out.Now.Shown
		if !differs && len(out.Causes) == 0 {
			continue
		}
		if len(out.Causes) == 0 {
			out.Causes = []Cause{{Kind: CauseUnknown, Says: "Nobody recorded why."}}
		}
		out.Change = change(was, is)
		d.Differences = append(d.Differences, out)
	}
	for _, is := range now.KPIs {
		if _, ok := then.KPI(is.ID, is.Measure); !ok {
			d.New = append(d.New, is.Name)
		}
	}
	return d, nil
}

func side(s Standing) Side {
	out := Side{Status: s.Status, Value: s.Value, Shown: s.Shown}
	if s.Target != nil {
		out.Target = s.Target.Expr
	}
	return out
}

// decided are the causes that follow from the two standings. A baseline that moved
// because the target or the definition is another one is no cause of its own.
func decided(was, is Standing, causes []Cause) []Cause {
	var out []Cause
	old, promised := side(was).Target, side(is).Target
	switch {
	case old != promised && promised == "":
		out = append(out, Cause{Kind: CauseTarget, Says: "The target " + old + " was taken out.", Was: old})
	case old != promised && old == "":
		out = append(out, Cause{Kind: CauseTarget, Says: "The target " + promised + " is new.", Now: promised})
	case old != promised:
		out = append(out, Cause{Kind: CauseTarget, Says: "The target was " + old + " and is " + promised + ".", Was: old, Now: promised})
	case was.Target != nil && was.Target.Baseline != nil && is.Target.Baseline != nil && was.Target.Baseline.Shown != is.Target.Baseline.Shown &&
		!slices.ContainsFunc(causes, func(c Cause) bool { return c.Kind == CauseDefinition }):
		a, b := was.Target.Baseline.Shown, is.Target.Baseline.Shown
		out = append(out, Cause{Kind: CauseBaseline, Says: "The baseline was " + a + " and is " + b + ".", Was: a, Now: b})
	}
	if was.Period != is.Period && is.Period != "" {
		says := "No period was settled then; the number is that of " + short(is.Period) + " now."
		if was.Period != "" {
			says = "The number was that of " + short(was.Period) + "; it is that of " + short(is.Period) + " now."
		}
		out = append(out, Cause{Kind: CauseSettled, Says: says, Period: is.Period, Was: was.Shown, Now: is.Shown})
	}
	if was.Status != is.Status && !slices.Equal(was.Caps, is.Caps) {
		out = append(out, Cause{Kind: CauseGuardrail, Says: "What its guardrails say of it changed."})
	}
	return out
}

// short is the name of a period where the year is clear.
func short(id string) string {
	return kpi.PeriodShort(kpi.Period{ID: id, Grain: kpi.GrainOf(id)})
}
