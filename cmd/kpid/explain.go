package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/spf13/cobra"
)

func explainCommand(o *options) *cobra.Command {
	var q dashboards.Question
	var asJSON, sql bool
	var csv, unit string
	c := &cobra.Command{
		Use:   "explain KPI",
		Short: "Open a number down to the rows it is made of",
		Long: `Print one number with everything it rests on: the fraction, the interval, the
verdict, the definition with its version and parameters, the run that wrote it,
and the units that were counted or left out, each with its reason. --csv writes
all units; they add up to the numerator and the denominator exactly. --unit
prints the source records of one unit.`,
		Example: "  kpid explain activation_rate --portfolio core\n  kpid explain gross_retention --portfolio core --measure grr --period 2026-08 --csv rows.csv\n" +
			"  kpid explain nrr_influence --portfolio all --segment plan=team --sql\n  kpid explain ticket_rate --portfolio core --unit A-1017",
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: o.completeKPI,
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), true, func(a *app) error {
				q.KPI = args[0]
				r := newReader(a)
				if err := r.checkQuestion(&q); err != nil {
					return misuse(err)
				}
				if csv != "" || unit != "" {
					q.Limit = 0
				}
				x, err := r.Explain(cmd.Context(), q)
				if err != nil {
					return err
				}
				switch {
				case csv != "":
					return writeRows(o.term.out, csv, x)
				case unit != "":
					return a.printEvidence(cmd.Context(), o.term.out, x, unit, asJSON)
				case asJSON:
					enc := json.NewEncoder(o.term.out)
					enc.SetIndent("", "  ")
					return enc.Encode(x)
				}
				return scorecard.ExplainText(o.term.out, x, sql)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&q.Portfolio, "portfolio", "", "node of the tree; left out: the first one with a scorecard")
	f.StringVar(&q.Product, "product", "", "one product of it")
	f.StringVar(&q.Segment, "segment", "", "a segment such as plan=team; one that is not kept is worked out now")
	f.StringVar(&q.Measure, "measure", "", "a measure of the KPI; left out: the one that is judged")
	f.StringVar(&q.Period, "period", "", "such as 2026-W36, 2026-08 or 2026-Q3; left out: the newest settled one")
	f.IntVar(&q.Limit, "rows", 20, "how many units to print; 0 prints all")
	f.StringVar(&q.After, "after", "", "print the units after this one")
	f.StringVar(&csv, "csv", "", "write all units to a file, - for standard output")
	f.StringVar(&unit, "unit", "", "print the source records of one unit")
	f.BoolVar(&sql, "sql", false, "print the SQL, too")
	f.BoolVar(&asJSON, "json", false, "print JSON as the API gives it")
	return c
}

// completeKPI offers the KPIs of the configuration for the shell's completion.
func (o *options) completeKPI(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	cfg, err := o.loadConfig()
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defs, err := definitions(cfg)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	var out []string
	for _, d := range defs {
		out = append(out, d.ID+"\t"+d.Name)
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// checkQuestion fills in the portfolio and refuses names that do not exist.
func (r *reader) checkQuestion(q *dashboards.Question) error {
	a := r.app
	if judged := r.Site().Judged; q.Portfolio == "" && len(judged) > 0 {
		q.Portfolio = judged[0]
	}
	if _, ok := a.tree.Portfolio(q.Portfolio); !ok {
		return fmt.Errorf("there is no portfolio %q; there are %s", q.Portfolio, strings.Join(portfolioIDs(a.tree), ", "))
	}
	d, ok := r.Definition(q.KPI)
	if !ok {
		ids := definitionIDs(a.shown())
		return fmt.Errorf("there is no KPI %q%s", q.KPI, cmp.Or(near.Hint(q.KPI, ids), "; there are "+strings.Join(ids, ", ")))
	}
	if _, ok := d.Measure(q.Measure); !ok {
		return fmt.Errorf("%s has no measure %q; it has %s", q.KPI, q.Measure, strings.Join(measureIDs(d), ", "))
	}
	if q.Period != "" {
		p, err := a.cal.Period(q.Period)
		if err != nil {
			return err
		}
		if m, _ := d.Measure(q.Measure); !d.Keeps(m, p.Grain) {
			return fmt.Errorf("%s is not kept by %s; it is kept by %s and coarser", q.KPI, p.Grain, d.CadenceOf(m))
		}
	}
	return nil
}

func definitionIDs(defs []*kpi.Definition) []string {
	var out []string
	for _, d := range defs {
		out = append(out, d.ID)
	}
	return out
}

func measureIDs(d *kpi.Definition) []string {
	var out []string
	for _, m := range d.Measures {
		out = append(out, m.ID)
	}
	return out
}

// writeRows writes the units to a file that appears whole or not at all.
func writeRows(out io.Writer, path string, x *scorecard.Explanation) error {
	body, err := scorecard.RowsCSV(x)
	if err != nil {
		return err
	}
	if path == "-" {
		_, err := out.Write(body)
		return err
	}
	if err := os.WriteFile(path, body, 0o600); err != nil {
		return err
	}
	fmt.Fprintf(out, "%d units written to %s; %s\n", len(x.Rows), path, x.Check.Says)
	return nil
}

// printEvidence prints the source records of a unit.
func (a *app) printEvidence(ctx context.Context, w io.Writer, x *scorecard.Explanation, unit string, asJSON bool) error {
	var row *scorecard.UnitRow
	for i := range x.Rows {
		if x.Rows[i].Unit == unit {
			row = &x.Rows[i]
		}
	}
	if row == nil {
		return misuse(fmt.Errorf("%s has no unit %q in %s", x.KPI, unit, x.Period))
	}
	ref := ""
	if row.Ref != nil {
		ref = *row.Ref
	}
	d, _ := newReader(a).Definition(x.KPI)
	found, err := a.store.Evidence(ctx, d.Facts, unit, ref, evidenceLimit)
	if err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		return enc.Encode(found)
	}
	fmt.Fprintln(w, scorecard.UnitText(*row))
	for _, e := range found {
		fmt.Fprintf(w, "%s %s/%s, run %d\n  %s\n", e.Fact, e.Source, e.ID, e.Run, e.Body)
	}
	return nil
}

// evidenceLimit keeps a busy account from filling the screen.
const evidenceLimit = 50
