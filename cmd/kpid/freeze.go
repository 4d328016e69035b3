package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
	"github.com/spf13/cobra"
)

func freezeCommand(o *options) *cobra.Command {
	var portfolio, by string
	var asJSON, list bool
	c := &cobra.Command{
		Use:   "freeze PERIOD",
		Short: "Keep the review of a quarter as it is reported",
		Long: `Keep the review of a quarter as it is known now: verdicts, targets in force,
definitions, commentary and charts, with their SHA-256. Nothing that happens later
changes a byte of it; kpid diff tells what became of it. The same review again is not
kept a second time. A server that runs has the store to itself: use the button of its
page.`,
		Example: "  kpid freeze 2026-Q3\n  kpid freeze 2026-Q3 --portfolio core --by p.nair\n  kpid freeze 2026-Q3 --list",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), list, func(a *app) error {
				quarter, nodes, err := a.toReview(args[0], portfolio)
				if err != nil {
					return err
				}
				if list {
					return a.listFreezes(cmd.Context(), o.term.out, quarter, nodes, asJSON)
				}
				if by, err = a.signer(by); err != nil {
					return err
				}
				return a.freezeAll(cmd.Context(), o.term.out, quarter, nodes, by, asJSON)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&portfolio, "portfolio", "", "one node of the tree; left out: every one with a scorecard")
	f.StringVar(&by, "by", "", "id of the person who signs; left out: person of [server]")
	f.BoolVar(&list, "list", false, "print the freezes there are instead of making one")
	f.BoolVar(&asJSON, "json", false, "print JSON as the API gives it")
	return c
}

// toReview checks a quarter and the portfolios a command is about.
func (a *app) toReview(period, portfolio string) (kpi.Period, []string, error) {
	quarter, err := a.cal.Period(period)
	if err != nil || quarter.Grain != kpi.Quarter {
		return quarter, nil, misuse(fmt.Errorf("%q is no quarter; write 2026-Q3", period))
	}
	if quarter.Starts > a.now() {
		return quarter, nil, misuse(fmt.Errorf("%s has not begun; the newest quarter is %s", period, a.cal.Containing(kpi.Quarter, a.now()).ID))
	}
	if err := a.known(portfolio, ""); err != nil {
		return quarter, nil, err
	}
	if portfolio != "" {
		return quarter, []string{portfolio}, nil
	}
	return quarter, newReader(a).Site().Judged, nil
}

// signer is the person who signs: the one that was named, else [server] person.
func (a *app) signer(by string) (string, error) {
	if by == "" {
		by = a.cfg.Server.Person
	}
	if by == "" {
		return "", misuse(fmt.Errorf("nobody signs this: name a person with --by, or set person in [server]"))
	}
	if _, ok := a.cfg.Person(by); !ok {
		var ids []string
		for _, p := range a.cfg.People {
			ids = append(ids, p.ID)
		}
		return "", misuse(fmt.Errorf("there is no person %q%s", by, near.Hint(by, ids)))
	}
	return by, nil
}

func (a *app) freezeAll(ctx context.Context, w io.Writer, quarter kpi.Period, nodes []string, by string, asJSON bool) error {
	out := []report.Frozen{}
	for _, id := range nodes {
		f, added, err := (&reviewer{a}).Freeze(ctx, id, quarter, by)
		if err != nil {
			return err
		}
		out = append(out, report.Frozen{ID: f.ID, SHA256: f.SHA256, RecordedAt: f.RecordedAt.String(), By: f.By})
		if asJSON {
			continue
		}
		if added {
			fmt.Fprintf(w, "froze %s of %s as %s\n  sha256 %s, %d bytes\n", quarter.ID, id, f.ID, f.SHA256, len(f.Body))
		} else {
			fmt.Fprintf(w, "%s of %s is as it was frozen on %s: %s\n", quarter.ID, id, f.RecordedAt, f.ID)
		}
	}
	if asJSON {
		return printJSON(w, map[string]any{"freezes": out})
	}
	return nil
}

func (a *app) listFreezes(ctx context.Context, w io.Writer, quarter kpi.Period, nodes []string, asJSON bool) error {
	out := []report.Frozen{}
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, id := range nodes {
		all, err := newReader(a).Freezes(ctx, id, quarter.ID)
		if err != nil {
			return err
		}
		for _, f := range all {
			out = append(out, report.Frozen{ID: f.ID, SHA256: f.SHA256, RecordedAt: f.RecordedAt.String(), By: f.By})
			fmt.Fprintf(tab, "%s\t%s\t%s\t%s\t%s\n", id, f.ID, f.RecordedAt, f.By, f.SHA256)
		}
	}
	switch {
	case asJSON:
		return printJSON(w, map[string]any{"freezes": out})
	case len(out) == 0:
		fmt.Fprintf(w, "Nothing of %s was frozen.\n", quarter.ID)
		return nil
	}
	return tab.Flush()
}

func diffCommand(o *options) *cobra.Command {
	var portfolio, freeze string
	var asJSON bool
	c := &cobra.Command{
		Use:   "diff PERIOD",
		Short: "What changed since a review was frozen, and why",
		Long: `Compare a frozen review with what is known now: each number that is another one, the
difference, the cause (late or corrected rows, a new definition, another target or
baseline), and every verdict that flipped. Without --freeze it is the first freeze of
the quarter.`,
		Example: "  kpid diff 2026-Q3\n  kpid diff 2026-Q3 --portfolio core --freeze 4f1c…\n  kpid diff 2026-Q3 --json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.with(cmd.Context(), true, func(a *app) error {
				quarter, nodes, err := a.toReview(args[0], portfolio)
				if err != nil {
					return err
				}
				return a.diffAll(cmd.Context(), o.term.out, quarter, nodes, freeze, asJSON)
			})
		},
	}
	f := c.Flags()
	f.StringVar(&portfolio, "portfolio", "", "one node of the tree; left out: every one that was frozen")
	f.StringVar(&freeze, "freeze", "", "id of a freeze; left out: the first one of the quarter")
	f.BoolVar(&asJSON, "json", false, "print JSON as the API gives it")
	return c
}

func (a *app) diffAll(ctx context.Context, w io.Writer, quarter kpi.Period, nodes []string, freeze string, asJSON bool) error {
	r := newReader(a)
	all := []*report.Diff{}
	for _, id := range nodes {
		list, err := r.Freezes(ctx, id, quarter.ID)
		if err != nil {
			return err
		}
		for i, f := range list {
			if freeze == "" && i > 0 || freeze != "" && f.ID != freeze {
				continue
			}
			whole, err := r.Frozen(ctx, f.ID)
			if err != nil {
				return err
			}
			d, err := dashboards.NewDiff(ctx, r, whole)
			if err != nil {
				return err
			}
			all = append(all, d)
		}
	}
	switch {
	case len(all) == 0 && freeze != "":
		return fmt.Errorf("there is no freeze %s of %s; kpid freeze %s --list prints those there are", freeze, quarter.ID, quarter.ID)
	case len(all) == 0:
		return fmt.Errorf("nothing of %s was frozen; kpid freeze %s does it", quarter.ID, quarter.ID)
	case asJSON:
		return printJSON(w, map[string]any{"diffs": all})
	}
	for _, d := range all {
		report.DiffText(w, d)
	}
	return nil
}
