package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/spf13/cobra"
)

func evaluateCommand(o *options) *cobra.Command {
	var portfolio, week, asOf string
	var asJSON, full bool
	c := &cobra.Command{
		Use:   "evaluate",
		Short: "Compute what is due and print the scorecard",
		Long: `Compute the numbers that new records or the time since have reached, judge them,
and print the scorecard of each portfolio that has one (or of --portfolio).`,
		Example: "  kpid evaluate\n  kpid evaluate --portfolio core --week 2026-W36\n  kpid evaluate --portfolio core --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd.Context(), false, func(a *app) error {
				// a mistyped flag is refused before the work, not after it
				if err := a.known(portfolio, week); err != nil {
					return err
				}
				if err := a.setClock(cmd.Context(), asOf); err != nil {
					return err
				}
				if _, err := a.evaluateBy(cmd.Context(), o.term.err, full); err != nil {
					return err
				}
				return a.print(cmd.Context(), o.term.out, portfolio, week, asJSON)
			})
		},
	}
	c.Flags().StringVar(&portfolio, "portfolio", "", "one node of the tree; left out: every one with a scorecard")
	c.Flags().StringVar(&week, "week", "", "as the page of this week shows it, such as 2026-W36; left out: the last whole week")
	c.Flags().StringVar(&asOf, "as-of", "", "instead of now: a day or an instant such as 2026-09-28 or 2026-09-28T06:00:00Z, not before the last evaluation")
	c.Flags().BoolVar(&full, "full", false, "compute every number from the records again; what comes out the same is not written")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON as the API gives it")
	return c
}

// setClock moves the clock of this command. It never moves back: what was known
// at an earlier instant is stored, and computing it again would rewrite it.
func (a *app) setClock(ctx context.Context, text string) error {
	if text == "" {
		return nil
	}
	at, err := a.instant(text)
	if err != nil {
		return misuse(fmt.Errorf("--as-of %q is no day and no instant; write 2026-09-28 or 2026-09-28T06:00:00Z", text))
	}
	last, ok, err := a.store.Evaluated(ctx)
	if err != nil {
		return err
	}
	if ok && at < last {
		return misuse(fmt.Errorf("--as-of %s lies before the last evaluation, %s; the page of a past week is printed by --week", kpi.Millis(at), last))
	}
	a.now = func() kpi.Millis { return at }
	return nil
}

// instant reads a day, which is its midnight in the company's zone, or an instant.
func (a *app) instant(text string) (kpi.Millis, error) {
	if d, err := kpi.ParseDate(text); err == nil {
		return a.cal.Midnight(d), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	return kpi.At(t), err
}

// evaluate computes what is due and keeps the verdicts that follow.
func (a *app) evaluate(ctx context.Context, w io.Writer) (engine.Result, error) {
	return a.evaluateBy(ctx, w, false)
}

func (a *app) evaluateBy(ctx context.Context, w io.Writer, full bool) (engine.Result, error) {
	compute := a.engine.Evaluate
	if full {
		compute = a.engine.EvaluateAll
	}
	a.gate.Lock()
	defer a.gate.Unlock()
	res, err := compute(ctx, a.now())
	if w != nil {
		fmt.Fprintf(w, "evaluated %d numbers, %d of them new or changed\n", res.Cells, res.Written)
	}
	// KPIs that failed keep their old numbers; the verdicts of the others stand
	return res, errors.Join(err, a.freezeBaselines(ctx), a.keepVerdicts(ctx, res.Run))
}

// evaluating shows on a terminal which KPI is being computed.
func evaluating(w io.Writer) func(engine.Progress) {
	if !isTerminal(w) {
		return nil
	}
	return func(p engine.Progress) {
		fmt.Fprintf(w, "\r\033[Kevaluating: %d of %d KPIs", p.Done, p.Of)
		if p.Done == p.Of {
			fmt.Fprint(w, "\r\033[K")
		}
	}
}

// known checks the portfolio and the week asked for; "" is every portfolio and
// the last whole week.
func (a *app) known(portfolio, week string) error {
	if _, ok := a.tree.Portfolio(portfolio); portfolio != "" && !ok {
		return misuse(fmt.Errorf("there is no portfolio %q; there are %s", portfolio, strings.Join(portfolioIDs(a.tree), ", ")))
	}
	if p, err := a.cal.Period(week); week != "" && (err != nil || p.Grain != kpi.Week) {
		return misuse(fmt.Errorf("--week %q is no week; write 2026-W36", week))
	}
	return nil
}

// print writes scorecards to the terminal.
func (a *app) print(ctx context.Context, w io.Writer, portfolio, week string, asJSON bool) error {
	r := newReader(a)
	nodes := r.Site().Judged
	if portfolio != "" {
		nodes = []string{portfolio}
	}
	cards := []*scorecard.Scorecard{} // an empty list in JSON, never null
	for _, id := range nodes {
		s, err := r.Scorecard(ctx, dashboards.Query{Portfolio: id, Week: week})
		if err != nil {
			return err
		}
		cards = append(cards, s)
	}
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		if portfolio != "" {
			return enc.Encode(cards[0])
		}
		return enc.Encode(cards)
	}
	if len(cards) == 0 {
		fmt.Fprintln(w, "No portfolio has a scorecard. Add [[scorecard]] and [[target]] tables to the configuration.")
	}
	for i, s := range cards {
		if i > 0 {
			fmt.Fprintln(w)
		}
		if err := scorecard.Text(w, *s); err != nil {
			return err
		}
	}
	return nil
}

func portfolioIDs(t kpi.Tree) []string {
	var out []string
	for _, p := range t.Portfolios {
		out = append(out, p.ID)
	}
	return out
}
