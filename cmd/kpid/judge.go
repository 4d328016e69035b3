package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/spf13/cobra"
)

// judgeFlags are what a target table would carry, for a series in a file.
type judgeFlags struct {
	target, direction, unit, asOf, ga, maturing string
	baseline, warn, ceiling                     *float64
	minN, smooth                                *int
	base                                        int
	relative, strict, json                      bool
}

func judgeCommand(o *options) *cobra.Command {
	var f judgeFlags
	c := &cobra.Command{
		Use:   "judge --target EXPR FILE",
		Short: "Judge a series in a file against a target",
		Long: `Judge one series against one target, without a configuration or a store. FILE is
CSV with a header: period,value or period,num,den, and optionally n; "-" reads
standard input. A period is 2026-W05, 2026-03, 2026-Q1, 2026-H1 or 2026. An empty
cell is no data. Values of a percent series are 0 to 100; a judgement is green,
amber or red.

A period is final when it ends on or before --as-of, which is by default the end
of the last row. Later rows are not looked at, but for the open window of an slo.`,
		Example: `  kpid judge --target "up 3..10 pts in 2q from 2026-01-01" --direction up --unit % --as-of 2026-04-01 --json series.csv
  kpid judge --target "trend down toward 0 near 1 over 12m" incidents.csv
  kpid judge --target "level 60..80 %" --maturing 65,77.5 activation.csv`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := readSeries(args[0], o.term.in)
			if err != nil {
				return misuse(err)
			}
			f.given(cmd)
			return f.judge(s, o.term.out)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.target, "target", "", "the target, such as \"level 60..80 %\"")
	flags.StringVar(&f.direction, "direction", "", "which way is better, up or down; by default as the target says, else up")
	flags.StringVar(&f.unit, "unit", "", "of the values: %, pts, days, hours, /5 or a word; by default as the target says")
	flags.StringVar(&f.asOf, "as-of", "", "the day it is judged on, such as 2026-04-01; by default the end of the last row")
	flags.StringVar(&f.ga, "ga", "", "for a ramp from ga: the day of general availability")
	flags.StringVar(&f.maturing, "maturing", "", "low,high: the last period is not settled yet and will end between these")
	flags.Float64("baseline", 0, "take the change from this value instead of the series")
	flags.Float64("warn", 0, "distance of the warn line from the floor of a level")
	flags.Float64("ceiling", 0, "above it on track is the best there is")
	flags.Int("min-n", 0, "units below which nothing is judged; by default 30 of num,den and none of values")
	flags.Int("smooth", 0, "periods pooled into the value; by default 1")
	flags.IntVar(&f.base, "base", 0, "points that set the limits of the process chart; by default the first 24")
	flags.BoolVar(&f.relative, "relative", false, "percent means percent of the baseline, of a series in percent")
	flags.BoolVar(&f.strict, "strict", false, "equality with the floor is not enough")
	flags.BoolVar(&f.json, "json", false, "print one JSON object")
	_ = c.MarkFlagRequired("target")
	return c
}

// given reads the flags whose absence means something else than their zero.
func (f *judgeFlags) given(cmd *cobra.Command) {
	flags := cmd.Flags()
	real := func(name string) *float64 {
		v, err := flags.GetFloat64(name)
		if err != nil || !flags.Changed(name) {
			return nil
		}
		return &v
	}
	whole := func(name string) *int {
		v, err := flags.GetInt(name)
		if err != nil || !flags.Changed(name) {
			return nil
		}
		return &v
	}
	f.baseline, f.warn, f.ceiling = real("baseline"), real("warn"), real("ceiling")
	f.minN, f.smooth = whole("min-n"), whole("smooth")
}

// judge judges a series and prints the verdict.
func (f *judgeFlags) judge(s fileSeries, w io.Writer) error {
	in, err := f.input(s)
	if err != nil {
		return misuse(err)
	}
	verdicts := kpi.Judge(in)
	v := verdicts[len(verdicts)-1]
	if v.Reason == "span" {
		return misuse(fmt.Errorf("the span of %q is no whole number of the file's rows up to %s; choose a span that ends and begins with a row, such as 28d for weeks", f.target, v.Period))
	}
	answer := f.answer(in, v)
	if f.json {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(answer)
	}
	fmt.Fprintln(w, v.Sentence)
	fmt.Fprintln(w, v.Resolved(in.Measure))
	fmt.Fprintln(w, answer.XmR.words(in.Measure))
	return nil
}

// input makes what Judge asks for of a series and the flags.
func (f *judgeFlags) input(s fileSeries) (kpi.Input, error) {
	expr, err := kpi.ParseExpr(f.target)
	if err != nil {
		return kpi.Input{}, pointed(err)
	}
	nameParts(expr)
	m, err := f.measure(s, expr)
	if err != nil {
		return kpi.Input{}, err
	}
	target := kpi.Target{Text: f.target, Expr: expr, Hash: f.target, Relative: f.relative, Strict: f.strict,
		Warn: f.warn, Ceiling: f.ceiling, MinN: f.minN, Smooth: f.smooth}
	if f.baseline != nil {
		target.Baseline = &kpi.BaselineSpec{Method: "value", Value: f.baseline}
	}
	parts := f.partMeasures(s, expr, m)
	if err := target.Check(m, parts...); err != nil {
		return kpi.Input{}, err
	}
	if target.Smooth == nil && !hasParts(expr) {
		one := 1 // nothing is smoothed unless it is asked for
		target.Smooth = &one
	}
	in := kpi.Input{Measure: m, Targets: []kpi.Target{target}, Definition: &kpi.Definition{Cadence: s.grain}}
	in.Calendar = s.calendar
	if in.AsOf, err = f.clock(s); err != nil {
		return in, err
	}
	if f.ga != "" {
		if in.GA, err = kpi.ParseDate(f.ga); err != nil {
			return in, fmt.Errorf("--ga %q is no day; write 2026-01-01", f.ga)
		}
	}
	if needsGA(expr) && in.GA.IsZero() {
		return in, fmt.Errorf("%q starts at general availability, which a file does not tell; write from 2026-01-01, or give --ga 2026-01-01", f.target)
	}
	in.Observations = s.observations(m, in.AsOf)
	for _, p := range parts {
		in.Others = append(in.Others, kpi.Series{Measure: p, Observations: s.observations(p, in.AsOf)})
	}
	return in, f.mature(&in)
}

// clock is --as-of, by default the end of the last row.
func (f *judgeFlags) clock(s fileSeries) (kpi.Millis, error) {
	if f.asOf == "" {
		return s.rows[len(s.rows)-1].period.Ends, nil
	}
	d, err := kpi.ParseDate(f.asOf)
	if err != nil {
		return 0, fmt.Errorf("--as-of %q is no day; write 2026-04-01", f.asOf)
	}
	return s.calendar.Midnight(d), nil
}

// mature turns the last row that has ended into a maturing one.
func (f *judgeFlags) mature(in *kpi.Input) error {
	if f.maturing == "" {
		return nil
	}
	lo, hi, ok := strings.Cut(f.maturing, ",")
	low, err1 := strconv.ParseFloat(strings.TrimSpace(lo), 64)
	high, err2 := strconv.ParseFloat(strings.TrimSpace(hi), 64)
	if !ok || err1 != nil || err2 != nil || !(low <= high) {
		return fmt.Errorf("--maturing %q are no bounds; write low,high in the unit of the series, such as 65,77.5", f.maturing)
	}
	for i := len(in.Observations) - 1; i >= 0; i-- {
		o := &in.Observations[i]
		if o.Ends > in.AsOf {
			continue
		}
		low, high = stored(in.Measure, low), stored(in.Measure, high)
		o.State, o.Value, o.CILo, o.CIHi, o.BoundLo, o.BoundHi = kpi.Maturing, nil, nil, nil, &low, &high
		in.Young = true
		return nil
	}
	return errors.New("--maturing is of the last period that has ended, and the file has none")
}

// measure is what the file's numbers are.
func (f *judgeFlags) measure(s fileSeries, e *kpi.Expr) (kpi.Measure, error) {
	m := kpi.Measure{ID: "value", Agg: kpi.Sum, Unit: f.unit, Direction: kpi.Up, Digits: 2}
	if m.Unit == "" {
		m.Unit = unitOf(e)
	}
	if e.Part != "" {
		m.ID = e.Part
	}
	if e.Kind == kpi.CountKind {
		m.Agg, m.Digits = kpi.Count, 0
	}
	way := kpi.Direction(0) // of a composite the first one that is said
	e.Each(func(e *kpi.Expr) {
		if way == 0 {
			way = e.Dir
		}
	})
	if way != 0 {
		m.Direction = way
	}
	if s.fractions {
		m.Agg, m.MinN = kpi.Ratio, 30
		if m.Unit == "%" {
			m.Agg, m.Digits = kpi.Share, 1
		}
		if e.Kind == kpi.SLOKind {
			m.MinN = 0
		}
	}
	switch f.direction {
	case "":
	case "up":
		m.Direction = kpi.Up
	case "down":
		m.Direction = kpi.Down
	default:
		return m, fmt.Errorf("--direction %q: want up or down", f.direction)
	}
	return m, nil
}

// unitOf is the unit a target implies.
func unitOf(e *kpi.Expr) (unit string) {
	e.Each(func(e *kpi.Expr) {
		switch {
		case unit != "":
		case e.Kind == kpi.LevelKind:
			unit = e.Unit
		case e.Kind == kpi.RampKind, e.Kind == kpi.SLOKind, e.Kind == kpi.ChangeKind && e.Unit == "pts":
			unit = "%"
		case e.Kind == kpi.JudgedKind:
			unit = kpi.Rag
		}
	})
	return unit
}

func hasParts(e *kpi.Expr) bool { return len(e.Parts) > 0 }

// nameParts names the parts of a composite that have no name by their kind, for
// each reads the file in its own way.
func nameParts(e *kpi.Expr) {
	if !hasParts(e) {
		return
	}
	seen := map[string]int{}
	e.Each(func(part *kpi.Expr) {
		if hasParts(part) || part.Part != "" {
			return
		}
		part.Part = string(part.Kind)
		if seen[part.Part]++; seen[part.Part] > 1 {
			part.Part += strconv.Itoa(seen[part.Part])
		}
	})
}

// partMeasures are the measures that the parts of a composite name: all of them
// the numbers of the one file, each with the unit and the way of its part.
func (f *judgeFlags) partMeasures(s fileSeries, e *kpi.Expr, m kpi.Measure) []kpi.Measure {
	var out []kpi.Measure
	e.Each(func(part *kpi.Expr) {
		if part == e || hasParts(part) {
			return
		}
		p, err := (&judgeFlags{unit: f.unit}).measure(s, part)
		if err != nil {
			return // only a direction can be wrong, and none was given
		}
		if p.Unit == "" {
			p.Unit = m.Unit
		}
		out = append(out, p)
	})
	return out
}

func needsGA(e *kpi.Expr) (needs bool) {
	e.Each(func(e *kpi.Expr) { needs = needs || e.Kind == kpi.RampKind && e.From.IsZero() })
	return needs
}

// pointed puts a mark under the place of a mistake in an expression.
func pointed(err error) error {
	var e *kpi.ExprError
	if !errors.As(err, &e) {
		return err
	}
	return fmt.Errorf("--target: column %d: %s\n  %s\n  %s^", e.Pos+1, e.Msg, e.Text, strings.Repeat(" ", len([]rune(e.Text[:e.Pos]))))
}
