package scorecard

import (
	"cmp"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Build makes the scorecard of a week: each KPI judged as of that week and as
// of the week before, both with what is known now.
func Build(in Input) Scorecard {
	in.KPIs = sorted(in.KPIs)
	for i, k := range in.KPIs {
		in.KPIs[i].Observations = slices.SortedStableFunc(slices.Values(k.Observations), inTime)
	}
	before := in.Calendar.Prev(in.Week)
	now, was := in.judge(in.Week), in.judge(before)

	s := Scorecard{
		Portfolio: in.Portfolio, Week: in.Week.ID, WeekStarts: in.Week.Starts, WeekEnds: in.Week.Ends,
		Segment: in.segment(), Product: text(in.Product), AsOf: in.AsOf.String(),
		DataVersion: in.DataVersion, Sample: in.Sample, KPIs: make([]Row, 0, len(in.KPIs)),
	}
	if in.KnownAt != 0 {
		s.KnownAt = text(in.KnownAt.String())
	}
	for i := range in.KPIs {
		s.KPIs = append(s.KPIs, in.row(i, now))
	}
	s.Counts = count(now)
	if in.known(before) {
		c := count(was)
		s.Counts.Was = &c
		s.Changed = changes(in, s.KPIs, now, was)
	} else {
		s.Changed = []Change{}
	}
	s.Trust = in.trust(s.KPIs)
	s.Health = in.health(now)
	s.Headline, s.Second = in.headline(s)
	s.Second = strings.TrimSpace(s.Second + " " + s.Health.Says())
	return s
}

func inTime(a, b kpi.Observation) int {
	return cmp.Or(cmp.Compare(a.Starts, b.Starts), cmp.Compare(a.Revision, b.Revision))
}

// judged is a KPI's verdict at one week with the history that led to it.
type judged struct {
	kpi.Verdict
	History   []kpi.Verdict
	Chart     charted
	Displayed kpi.Status
	Caps      []string // guardrails that hold the displayed status down
	Held      []string // how each of them is broken
}

// judge gives the verdicts of all KPIs as a page of the week shows them.
func (in Input) judge(week kpi.Period) []judged {
	out := make([]judged, len(in.KPIs))
	broken := map[string]string{}
	for i, k := range in.KPIs {
		out[i].History = kpi.Judge(in.judgeInput(k, week))
		out[i].Verdict = kpi.Verdict{Raw: kpi.NoData, Published: kpi.NoData}
		if n := len(out[i].History); n > 0 {
			out[i].Verdict = out[i].History[n-1]
		}
		out[i].Chart = in.chart(k, week)
		if how := breach(out[i]); how != "" {
			broken[k.Definition.ID] = how
		}
	}
	// A guardrail counts by its own raw status, so caps can neither chain nor loop.
	for i, k := range in.KPIs {
		out[i].Displayed, out[i].Caps = capped(out[i].Published, in.guardrails(k, out[i].Verdict), broken)
		for _, id := range out[i].Caps {
			out[i].Held = append(out[i].Held, broken[id])
		}
	}
	return out
}

// judgeInput is what the verdicts of a KPI rest on as a page of the week sees it.
func (in Input) judgeInput(k KPI, week kpi.Period) kpi.Input {
	return kpi.Input{
		Calendar: in.Calendar, Definition: k.Definition, Measure: k.Measure,
		Targets: k.Targets, Observations: k.Observations, Baselines: k.Baselines, Others: k.Others, Units: k.Units, GA: k.GA,
		AsOf: in.AsOf, Through: week.Ends, Stale: in.anyStale(k, week),
	}
}

// capped is the worse of a published status and the cap that broken guardrails
// put on it, with the guardrails that made the difference. A status that is not
// graded has nothing to cap.
func capped(s kpi.Status, guardrails []string, broken map[string]string) (kpi.Status, []string) {
	caps := []string{}
	if !s.OnTarget() {
		return s, caps
	}
	for _, g := range guardrails {
		if broken[g] != "" && !slices.Contains(caps, g) {
			caps = append(caps, g)
		}
	}
	if len(caps) > 0 {
		s = kpi.AtRisk
	}
	return s, caps
}

// guardrails are those of the target in force, else those of the definition.
func (in Input) guardrails(k KPI, v kpi.Verdict) []string {
	if t := in.target(k, v); t != nil && len(t.Guardrails) > 0 {
		return t.Guardrails
	}
	return k.Definition.Guardrails
}

func (in Input) anyStale(k KPI, week kpi.Period) bool {
	return slices.ContainsFunc(in.sourcesOf(k), func(s Source) bool { return s.stateFor(week, in.AsOf) == stale })
}

// known says whether any number of a period that had ended by a week is there.
func (in Input) known(week kpi.Period) bool {
	return slices.ContainsFunc(in.KPIs, func(k KPI) bool {
		return slices.ContainsFunc(k.Observations, func(o kpi.Observation) bool { return o.Ends <= week.Ends })
	})
}

func count(all []judged) (c Counts) {
	for _, j := range all {
		switch j.Displayed {
		case kpi.OffTrack:
			c.OffTrack++
		case kpi.AtRisk:
			c.AtRisk++
		case kpi.OnTrack:
			c.OnTrack++
		case kpi.Exceeding:
			c.Exceeding++
		case kpi.MaturingNow:
			c.Maturing++
		case kpi.NotEnoughData:
			c.NotEnoughData++
		default:
			c.NoData++
		}
	}
	c.OnTarget = c.OnTrack + c.Exceeding
	c.Judged = c.OffTrack + c.AtRisk + c.OnTarget
	return c
}
