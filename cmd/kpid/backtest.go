package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/spf13/cobra"
)

func backtestCommand(o *options) *cobra.Command {
	var q dashboards.Question
	var target string
	var relative, strict, asJSON bool
	c := &cobra.Command{
		Use:   "backtest KPI --target EXPR",
		Short: "See how a target would have read before it is promised",
		Long: `Judge the stored past of a KPI by a proposed target: how often it would have been
met, and what the process chart says is within reach. A change over a span, such
as "up 3..10 pts in 2q from 2026-01-01", is promised anew at the start of each
past period and judged when its span was over; every other target is judged at
each past period. Nothing is stored.`,
		Example:           "  kpid backtest activation_rate --target \"level 60..80 %\" --portfolio core\n  kpid backtest ticket_rate --target \"down 10..25 % yoy\" --json",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.completeKPI,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), true, func(a *app) error {
				q.KPI = args[0]
				t := kpi.Target{Text: target, Relative: relative, Strict: strict}
				b, m, err := newReader(a).backtest(cmd.Context(), &q, t)
				if err != nil {
					return err
				}
				if asJSON {
					enc := json.NewEncoder(o.term.out)
					enc.SetIndent("", "  ")
					enc.SetEscapeHTML(false)
					return enc.Encode(newTried(b, q, target))
				}
				return printBacktest(o.term.out, b, m, target)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&target, "target", "", "the proposed target, such as \"level 60..80 %\"")
	f.StringVar(&q.Portfolio, "portfolio", "", "node of the tree; left out: the first one with a scorecard")
	f.StringVar(&q.Product, "product", "", "one product of it")
	f.StringVar(&q.Segment, "segment", "", "a segment that is kept, such as plan=team")
	f.StringVar(&q.Measure, "measure", "", "a measure of the KPI; left out: its first one")
	f.BoolVar(&relative, "relative", false, "percent means percent of the baseline, of a KPI in percent")
	f.BoolVar(&strict, "strict", false, "equality with the floor is not enough")
	f.BoolVar(&asJSON, "json", false, "print JSON")
	_ = c.MarkFlagRequired("target")
	return c
}

// backtest judges the stored series by a target nobody has promised yet.
func (r *reader) backtest(ctx context.Context, q *dashboards.Question, t kpi.Target) (b kpi.Backtest, m kpi.Measure, err error) {
	a := r.app
	if err := r.checkQuestion(q); err != nil {
		return b, m, misuse(err)
	}
	if q.Segment == "" {
		q.Segment = "all"
	}
	d, _ := r.Definition(q.KPI)
	m, _ = d.Measure(q.Measure)
	if t.Expr, err = kpi.ParseExpr(t.Text); err != nil {
		return b, m, misuse(pointed(err))
	}
	if err := t.Check(m, d.Measures...); err != nil {
		return b, m, misuse(err)
	}
	t.KPI, t.Measure, t.Segment, t.Hash = d.ID, m.ID, q.Segment, t.Text
	row, err := r.series(ctx, d, m, *q, t)
	if err != nil {
		return b, m, err
	}
	if len(row.Observations) == 0 {
		return b, m, &failure{status: exitFailed, err: fmt.Errorf("%s has no stored numbers for %s/%s, segment %s; segments that a target names are kept", d.ID, q.Portfolio, q.Product, q.Segment)}
	}
	judged := *d
	judged.Cadence = d.CadenceOf(m)
	return kpi.Try(kpi.Input{Calendar: a.cal, Definition: &judged, Measure: m, Observations: row.Observations,
		Others: row.Others, Units: row.Units, GA: row.GA, AsOf: a.now()}, t), m, nil
}

// tried is the JSON of a backtest.
type tried struct {
	KPI       string             `json:"kpi"`
	Measure   string             `json:"measure"`
	Portfolio string             `json:"portfolio"`
	Target    string             `json:"target"`
	Trials    []triedPeriod      `json:"trials"`
	Counts    map[kpi.Status]int `json:"counts"`
	Graded    int                `json:"graded"`
	Met       int                `json:"met"`
	MetShare  *tidy              `json:"met_share"`
	Lower     *tidy              `json:"lower"`
	Upper     *tidy              `json:"upper"`
	Floor     *tidy              `json:"floor"`
	Assurance *kpi.Assurance     `json:"assurance"`
	Signals   int                `json:"signals"`
}

type triedPeriod struct {
	Start    *string    `json:"start"`
	Period   string     `json:"period"`
	Status   kpi.Status `json:"status"`
	Value    *tidy      `json:"value"`
	Floor    *tidy      `json:"floor"`
	Sentence string     `json:"sentence"`
}

func newTried(b kpi.Backtest, q dashboards.Question, target string) tried {
	out := tried{KPI: q.KPI, Measure: q.Measure, Portfolio: q.Portfolio, Target: target, Trials: []triedPeriod{}, Counts: b.Counts,
		Graded: b.Graded, Met: b.Met, Floor: tidied(b.Line), Assurance: b.Allows, Signals: b.Signals}
	for _, t := range b.Trials {
		p := triedPeriod{Period: t.Verdict.Period, Status: t.Verdict.Raw, Value: tidied(t.Verdict.Value), Floor: tidied(t.Verdict.FloorNow), Sentence: t.Verdict.Sentence}
		if t.Start != "" {
			p.Start = &t.Start
		}
		out.Trials = append(out.Trials, p)
	}
	if b.Graded > 0 {
		share := float64(b.Met) / float64(b.Graded)
		out.MetShare = tidied(&share)
	}
	if b.Limits != nil {
		out.Lower, out.Upper = tidied(&b.Limits.Lower), tidied(&b.Limits.Upper)
	}
	return out
}

// printBacktest writes the trials and what they come to.
func printBacktest(w io.Writer, b kpi.Backtest, m kpi.Measure, target string) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, t := range b.Trials {
		start := ""
		if t.Start != "" {
			start = "promised " + t.Start
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", t.Verdict.Period, strings.ReplaceAll(string(t.Verdict.Raw), "_", " "), start, t.Verdict.Sentence)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%q would have been met in %d of %d periods that can be judged", target, b.Met, b.Graded)
	if more := len(b.Trials) - b.Graded; more > 0 {
		fmt.Fprintf(w, "; %d cannot", more)
	}
	fmt.Fprintln(w, ".")
	if b.Limits == nil {
		_, err := fmt.Fprintln(w, "There are too few periods to say what the process allows.")
		return err
	}
	fmt.Fprintf(w, "As it is, the process gives %s to %s a period", m.Format(m.Possible(b.Limits.Lower)), m.Format(m.Possible(b.Limits.Upper)))
	if b.Allows != nil {
		fmt.Fprintf(w, ": %s", map[kpi.Assurance]string{
			kpi.Reliable: "all of that meets " + m.Format(*b.Line),
			kpi.Chance:   m.Format(*b.Line) + " lies within, so single periods meet or miss it by chance",
			kpi.Beyond:   m.Format(*b.Line) + " lies beyond; something has to change first",
		}[*b.Allows])
	}
	fmt.Fprintln(w, ".")
	if b.Signals > 0 {
		fmt.Fprintf(w, "Points that stand out in it: %d. The past was not one process, so read this with care.\n", b.Signals)
	}
	return nil
}
