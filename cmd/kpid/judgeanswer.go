package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// answer is what kpid judge prints. What does not apply is null. Values and lines
// are in the unit of the input.
type answer struct {
	Status          kpi.Status    `json:"status"`
	RawStatus       kpi.Status    `json:"raw_status"`
	Pending         *kpi.Status   `json:"pending"`
	Reason          *string       `json:"reason"`
	Period          string        `json:"period"`
	Value           *tidy         `json:"value"`
	Num             *tidy         `json:"num"`
	Den             *tidy         `json:"den"`
	N               *int64        `json:"n"`
	CI              *[2]tidy      `json:"ci"`
	Bounds          *[2]tidy      `json:"bounds"`
	Uncertain       bool          `json:"uncertain"`
	FloorNow        *tidy         `json:"floor_now"`
	StretchNow      *tidy         `json:"stretch_now"`
	WarnNow         *tidy         `json:"warn_now"`
	FloorFinal      *tidy         `json:"floor_final"`
	StretchFinal    *tidy         `json:"stretch_final"`
	Baseline        *tidy         `json:"baseline"`
	BaselinePeriods []string      `json:"baseline_periods"`
	Pace            *tidy         `json:"pace"`
	Attainment      *tidy         `json:"attainment"`
	BudgetUsed      *tidy         `json:"budget_used"`
	Parts           []answerPart  `json:"parts"`
	Resolved        string        `json:"resolved"`
	Sentence        string        `json:"sentence"`
	XmR             *processChart `json:"xmr"`
}

// answerPart is one part of a composite.
type answerPart struct {
	Name     string     `json:"name"`
	Status   kpi.Status `json:"status"`
	Reason   *string    `json:"reason"`
	Sentence string     `json:"sentence"`
}

// processChart is the XmR chart of the whole series.
type processChart struct {
	Centre      *tidy          `json:"centre"`
	MRMean      *tidy          `json:"mr_mean"`
	Lower       *tidy          `json:"lower"`
	Upper       *tidy          `json:"upper"`
	MRLimit     *tidy          `json:"mr_limit"`
	Points      int            `json:"points"`
	Provisional *bool          `json:"provisional"`
	Signals     []signalAnswer `json:"signals"`
}

type signalAnswer struct {
	Period     string   `json:"period"`
	Rule       kpi.Rule `json:"rule"`
	Favourable *bool    `json:"favourable"`
}

// tidy is a number written with twelve significant digits: 41.8 that went
// through a division is not 41.800000000000004.
type tidy float64

// MarshalJSON writes the number.
func (t tidy) MarshalJSON() ([]byte, error) {
	v, err := strconv.ParseFloat(strconv.FormatFloat(float64(t), 'g', 12, 64), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, v, 'f', -1, 64), nil
}

func tidied(v *float64) *tidy {
	if v == nil {
		return nil
	}
	t := tidy(*v)
	return &t
}

func pair(i *kpi.Interval) *[2]tidy {
	if i == nil {
		return nil
	}
	return &[2]tidy{tidy(i[0]), tidy(i[1])}
}

// answer puts a verdict into the form that is printed.
func (f *judgeFlags) answer(in kpi.Input, v kpi.Verdict) answer {
	a := answer{
		Status: v.Published, RawStatus: v.Raw, Period: v.Period, Value: tidied(v.Value), Num: tidied(v.Num), Den: tidied(v.Den), N: v.N,
		CI: pair(v.CI), Bounds: pair(v.Bounds), Uncertain: v.Uncertain,
		FloorNow: tidied(v.FloorNow), StretchNow: tidied(v.StretchNow), WarnNow: tidied(v.WarnNow),
		FloorFinal: tidied(v.FloorFinal), StretchFinal: tidied(v.StretchFinal),
		Pace: tidied(v.Pace), Attainment: tidied(v.Attainment), BudgetUsed: tidied(v.Budget),
		Resolved: v.Resolved(in.Measure), Sentence: v.Sentence, XmR: f.chart(in, v),
	}
	if v.Pending != "" {
		a.Pending = &v.Pending
	}
	a.Reason = reasonOf(v)
	if v.Baseline != nil {
		a.Baseline, a.BaselinePeriods = tidied(&v.Baseline.Value), v.Baseline.Periods
	}
	for _, p := range v.Parts {
		a.Parts = append(a.Parts, answerPart{p.Name, p.Raw, reasonOf(p.Verdict), p.Sentence})
	}
	return a
}

func reasonOf(v kpi.Verdict) *string {
	if v.Reason == "" {
		return nil
	}
	return &v.Reason
}

// chart is the process chart of the final single periods up to the judged one.
func (f *judgeFlags) chart(in kpi.Input, v kpi.Verdict) *processChart {
	points := kpi.ChartPoints(in, v.Ends)
	c := kpi.NewChart(points, kpi.ChartOptions{Direction: in.Measure.Direction, Base: f.base})
	out := &processChart{Signals: []signalAnswer{}}
	for _, p := range points {
		if p.Value != nil {
			out.Points++
		}
	}
	if l := c.Limits(); l != nil {
		out.Centre, out.MRMean, out.MRLimit = tidied(&l.Centre), tidied(&l.MRMean), tidied(&l.MRLimit)
		out.Lower, out.Upper, out.Provisional = tidied(&l.Lower), tidied(&l.Upper), &l.Provisional
	}
	for _, s := range c.Signals {
		out.Signals = append(out.Signals, signalAnswer{s.Period, s.Rule, s.Favourable})
	}
	return out
}

// words says the chart in a line.
func (c *processChart) words(m kpi.Measure) string {
	if c.Centre == nil {
		return fmt.Sprintf("Process chart: too few points for limits, %d of 6.", c.Points)
	}
	text := fmt.Sprintf("Process chart: centre %s, limits %s to %s over %d points", m.Format(float64(*c.Centre)),
		m.Format(float64(*c.Lower)), m.Format(float64(*c.Upper)), c.Points)
	if *c.Provisional {
		text += ", provisional"
	}
	if len(c.Signals) == 0 {
		return text + "; no signal."
	}
	var signals []string
	for _, s := range c.Signals {
		way := ""
		if s.Favourable != nil && *s.Favourable {
			way = ", favourable"
		} else if s.Favourable != nil {
			way = ", adverse"
		}
		signals = append(signals, fmt.Sprintf("%s (rule %v%s)", s.Period, s.Rule, way))
	}
	return text + "; signals: " + strings.Join(signals, ", ") + "."
}
