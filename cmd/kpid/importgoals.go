package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/kpid/kpid/kpi"
	"github.com/spf13/cobra"
)

func importGoals(o *options) *cobra.Command {
	portfolio := ""
	c := &cobra.Command{
		Use:   "goals FILE",
		Short: "Write down objectives, milestones and register entries that stand in a file",
		Long: `Read a TOML file of [[objective]] with [[objective.key_result]], [[milestone]]
and [[entry]] tables and keep each as if it were typed into its form, signed by
[server] person. The keys are the fields of the forms: see docs/director.md.

What stands already is not written again, so the same file may be read twice.
The first table that cannot be kept ends the import, and is named; those before
it are kept. What is to be changed later is changed on the page.`,
		Example: "  kpid import goals goals.toml --portfolio core",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			file, err := readGoals(args[0])
			if err != nil {
				return misuse(err)
			}
			return o.with(cmd.Context(), false, func(a *app) error {
				w := goalWriter{app: a, reader: newReader(a), portfolio: portfolio, counts: map[string]int{}}
				if portfolio == "" && len(w.reader.Site().Judged) > 0 {
					w.portfolio = w.reader.Site().Judged[0]
				}
				err := w.all(cmd.Context(), file)
				_, _ = fmt.Fprintf(o.term.out, "%s: %s, %s, %s and %d in the register stand in the portfolio %s\n", filepath.Base(args[0]), plural(w.counts["objective"], "objective"),
					plural(w.counts["result"], "key result"), plural(w.counts["milestone"], "milestone"), w.counts["entry"], w.portfolio)
				return err
			})
		},
	}
	c.Flags().StringVar(&portfolio, "portfolio", "", "the portfolio they belong to; left out: the first with a scorecard")
	return c
}

func readGoals(name string) (*tomldoc.Table, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	var mistakes tomldoc.Mistakes
	file, ok := tomldoc.Parse(filepath.Base(name), data, &mistakes)
	if !ok {
		return nil, mistakes.Err()
	}
	for _, key := range []string{"objective", "milestone", "entry"} {
		_ = file.Subs(key)
	}
	file.Done()
	return file, mistakes.Err()
}

// goalWriter keeps the tables of a file, one after the other.
type goalWriter struct {
	app       *app
	reader    *reader
	portfolio string
	counts    map[string]int // that stand, by kind
}

func (w *goalWriter) all(ctx context.Context, file *tomldoc.Table) error {
	for _, t := range file.Subs("objective") {
		id, err := w.one(ctx, "objective", t, nil)
		if err != nil {
			return err
		}
		for _, k := range t.Subs("key_result") {
			if _, err := w.one(ctx, "result", k, map[string]string{"objective": strconv.FormatInt(id, 10)}); err != nil {
				return err
			}
		}
	}
	for _, kind := range []string{"milestone", "entry"} {
		for _, t := range file.Subs(kind) {
			if _, err := w.one(ctx, kind, t, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// one keeps a table; a mistake says where in the file it is.
func (w *goalWriter) one(ctx context.Context, kind string, t *tomldoc.Table, fields map[string]string) (int64, error) {
	if fields == nil {
		fields = map[string]string{}
	}
	for _, key := range t.Keys() {
		v, _ := t.Scalar(key)
		switch x := v.(type) {
		case []any:
			if key == "key_result" {
				continue
			}
			fields[key] = strings.Join(t.Texts(key), "\n")
		case map[string]any, bool:
			m := t.Mistake(key, key+" is no text, number or day", "", "")
			return 0, &m
		default:
			fields[key] = strings.TrimSpace(fmt.Sprint(x))
		}
	}
	kept, err := dashboards.Write(ctx, w.reader, w.app.store, dashboards.Sheet{Kind: kind, Portfolio: w.portfolio, Fields: fields})
	if err == nil {
		w.counts[kind]++
		return kept.ID, nil
	}
	if errors.Is(err, kpi.ErrStale) {
		err = errors.New("this was written about otherwise already; change it on the page")
	}
	key, text := "", err.Error()
	var wrong dashboards.FieldErrors
	if errors.As(err, &wrong) {
		key, text = wrong[0].Field, strings.TrimSuffix(wrong[0].Text, ".")
	}
	if !slices.Contains(t.Keys(), key) {
		key = slices.Concat(t.Keys(), []string{""})[0]
	}
	m := t.Mistake(key, text, "", "")
	return 0, &m
}
