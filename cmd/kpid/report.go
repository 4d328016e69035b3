package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
	"github.com/kpid/kpid/report/pdf"
	"github.com/kpid/kpid/report/xlsx"
	"github.com/spf13/cobra"
)

// formats are the ways to write a report, in the order pages offer them.
func formats() []dashboards.Format {
	return []dashboards.Format{
		{Name: "pdf", Label: "PDF", Type: "application/pdf", Write: onPaper(pdf.A4)},
		{Name: "letter.pdf", Label: "PDF, Letter", Type: "application/pdf", Write: onPaper(pdf.Letter)},
		{Name: "html", Label: "HTML", Type: "text/html; charset=utf-8", Write: dashboards.WriteHTML},
		{Name: "md", Label: "Markdown", Type: "text/markdown; charset=utf-8", Write: report.Markdown},
		{Name: "xlsx", Label: "XLSX", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Write: xlsx.Write},
	}
}

func onPaper(p pdf.Paper) func(io.Writer, *report.Document) error {
	return func(w io.Writer, d *report.Document) error { return pdf.Write(w, d, p) }
}

// reporting is what the report commands share.
type reporting struct {
	o                      *options
	portfolio, format, out string
	paper                  string
	first, all             bool
	week, knownAt, freeze  string
}

func reportCommand(o *options) *cobra.Command {
	r := &reporting{o: o}
	c := &cobra.Command{
		Use:   "report",
		Short: "Write the weekly page, a monthly update or a review as a file",
		Long: `Write a report as HTML, PDF, Markdown, CSV, XLSX or JSON. The same store, configuration
and clock give the same bytes.`,
		Example: "  kpid report weekly --portfolio core --format md\n  kpid report weekly --portfolio core --week 2026-W36 --known-at 2026-09-08T12:00:00Z\n" +
			"  kpid report monthly 2026-08 --portfolio core --out august.html\n  kpid report qbr 2026-Q2 --portfolio core --out core.xlsx",
	}
	weekly := &cobra.Command{Use: "weekly", Short: "The weekly page", Args: cobra.NoArgs, Example: "  kpid report weekly --portfolio core --out monday.html",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return r.run(cmd.Context(), func(a *app) error { return r.weekly(cmd.Context(), a) })
		}}
	weekly.Flags().StringVar(&r.week, "week", "", "such as 2026-W36; left out: the last whole week")
	weekly.Flags().StringVar(&r.knownAt, "known-at", "", "as it was known at an instant, such as 2026-09-08 or 2026-09-08T12:00:00Z")
	monthly := &cobra.Command{Use: "monthly MONTH", Short: "The update of a month", Args: cobra.ExactArgs(1), Example: "  kpid report monthly 2026-08 --portfolio core",
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.run(cmd.Context(), func(a *app) error { return r.monthly(cmd.Context(), a, args[0]) })
		}}
	qbr := &cobra.Command{Use: "qbr QUARTER", Short: "The review of a quarter", Args: cobra.ExactArgs(1), Example: "  kpid report qbr 2026-Q2 --portfolio core --out core.xlsx\n  kpid report qbr 2026-Q2 --all --out everyone.pdf\n  kpid report qbr 2026-Q2 --freeze 4f1c…",
		RunE: func(cmd *cobra.Command, args []string) error {
			return r.run(cmd.Context(), func(a *app) error { return r.qbr(cmd.Context(), a, args[0]) })
		}}
	qbr.Flags().StringVar(&r.freeze, "freeze", "", "id of a freeze: the review as it was frozen")
	qbr.Flags().BoolVar(&r.all, "all", false, "every portfolio with a scorecard in one report, after a sheet that compares them")
	qbr.Flags().BoolVar(&r.first, "first", false, "lead with what was first reported")
	for _, sub := range []*cobra.Command{weekly, monthly, qbr} {
		f := sub.Flags()
		f.StringVar(&r.portfolio, "portfolio", "", "node of the tree; left out: the first one with a scorecard")
		f.StringVar(&r.format, "format", "", "html, pdf, md, csv, xlsx or json; left out: as --out ends, else md")
		f.StringVar(&r.paper, "paper", "A4", "A4 or Letter, of a PDF")
		f.StringVar(&r.out, "out", "", "file to write; left out or -: standard output")
		c.AddCommand(sub)
	}
	return c
}

// run opens the store to read and checks the portfolio.
func (r *reporting) run(ctx context.Context, do func(*app) error) error {
	return r.o.with(ctx, true, func(a *app) error {
		if err := a.known(r.portfolio, r.week); err != nil {
			return err
		}
		if judged := newReader(a).Site().Judged; r.portfolio == "" {
			if len(judged) == 0 {
				return errors.New("no portfolio has a scorecard; add [[scorecard]] and [[target]] tables to the configuration")
			}
			r.portfolio = judged[0]
		}
		if r.format == "" {
			r.format = "md"
			if i := strings.LastIndex(r.out, "."); i >= 0 {
				r.format = r.out[i+1:]
			}
		}
		switch paper := strings.ToLower(r.paper); {
		case paper != "a4" && paper != "letter":
			return misuse(fmt.Errorf("there is no paper %q; there are A4 and Letter", r.paper))
		case paper == "letter" && r.format == "pdf":
			r.format = "letter.pdf"
		}
		return do(a)
	})
}

func (r *reporting) weekly(ctx context.Context, a *app) error {
	q := dashboards.Query{Portfolio: r.portfolio, Week: r.week}
	if r.knownAt != "" {
		at, err := a.instant(r.knownAt)
		if err != nil {
			return misuse(fmt.Errorf("--known-at %q is no day and no instant; write 2026-09-08 or 2026-09-08T12:00:00Z", r.knownAt))
		}
		q.KnownAt = at
	}
	read := newReader(a)
	card, err := read.Scorecard(ctx, q)
	if err != nil {
		return err
	}
	d, err := dashboards.NewWeekly(ctx, read, q, a.cfg.Server.PublicURL)
	if err != nil {
		return err
	}
	return r.write(d, func() any { return card }, nil)
}

func (r *reporting) monthly(ctx context.Context, a *app, id string) error {
	month, err := a.cal.Period(id)
	if err != nil || month.Grain != kpi.Month {
		return misuse(fmt.Errorf("%q is no month; write 2026-08", id))
	}
	if month.Starts > a.now() {
		return misuse(fmt.Errorf("%s has not begun; the newest month is %s", id, a.cal.Containing(kpi.Month, a.now()).ID))
	}
	d, err := dashboards.NewMonthly(ctx, newReader(a), r.portfolio, month, a.cfg.Server.PublicURL)
	if err != nil {
		return err
	}
	return r.write(d, nil, nil)
}

func (r *reporting) qbr(ctx context.Context, a *app, id string) error {
	quarter, _, err := a.toReview(id, r.portfolio)
	if err != nil {
		return err
	}
	read := newReader(a)
	if r.all {
		return r.everyone(ctx, a, read, quarter)
	}
	var pack *report.Pack
	if r.freeze == "" {
		pack, err = dashboards.NewPack(ctx, read, r.portfolio, quarter)
	} else {
		var f kpi.Freeze
		if f, err = read.Frozen(ctx, r.freeze); err == nil && (f.Portfolio != r.portfolio || f.Period != id) {
			err = fmt.Errorf("the freeze %s is of %s of %s", r.freeze, f.Period, f.Portfolio)
		}
		if err == nil {
			pack, err = report.Decode(f.Body)
		}
	}
	if err != nil {
		return err
	}
	return r.write(pack.Document(r.first, a.cfg.Server.PublicURL), func() any { return pack }, pack.Rows)
}

// everyone writes the reviews of every portfolio as one report.
func (r *reporting) everyone(ctx context.Context, a *app, read *reader, quarter kpi.Period) error {
	if r.freeze != "" {
		return misuse(errors.New("--freeze is of one portfolio: leave out --all"))
	}
	var packs []*report.Pack
	for _, id := range read.Site().Judged {
		p, err := dashboards.NewPack(ctx, read, id, quarter)
		if err != nil {
			return err
		}
		packs = append(packs, p)
	}
	rows := func() [][]string {
		out := packs[0].Rows()
		for _, p := range packs[1:] {
			out = append(out, p.Rows()[1:]...)
		}
		return out
	}
	return r.write(report.Bundle(packs, r.first, a.cfg.Server.PublicURL), func() any { return packs }, rows)
}

// write writes a document in the format asked for; asJSON and rows are the report as data,
// nil where it has none.
func (r *reporting) write(d *report.Document, asJSON func() any, rows func() [][]string) error {
	to := func(write func(io.Writer) error) error {
		if r.out == "" || r.out == "-" {
			return write(r.o.term.out)
		}
		f, err := os.Create(r.out)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	names := []string{}
	for _, f := range formats() {
		if names = append(names, f.Name); f.Name == r.format {
			return to(func(w io.Writer) error { return f.Write(w, d) })
		}
	}
	switch {
	case r.format == "json" && asJSON != nil:
		return to(func(w io.Writer) error { return printJSON(w, asJSON()) })
	case r.format == "csv" && rows != nil:
		return to(func(w io.Writer) error {
			out := csv.NewWriter(w)
			return out.WriteAll(rows())
		})
	case r.format == "csv":
		return to(func(w io.Writer) error { return report.CSV(w, d) })
	}
	if names = append(names, "csv"); asJSON != nil {
		names = append(names, "json")
	}
	return misuse(fmt.Errorf("there is no format %q%s; there are %s", r.format, near.Hint(r.format, names), strings.Join(names, ", ")))
}
