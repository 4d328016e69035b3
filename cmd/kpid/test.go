package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/kpitest"
	"github.com/kpid/kpid/store/trial"
	"github.com/spf13/cobra"
)

func testCommand(o *options) *cobra.Command {
	var flags testFlags
	c := &cobra.Command{
		Use:   "test [PATH...]",
		Short: "Run the tests of KPI definitions",
		Long: `Run the kpi.test of definitions: facts, and the numbers that must come of them.
A PATH is a KPI folder, a folder of KPI folders, or a KPI's id; without one all
that come with kpid and those of [catalog] dirs are tested. Each case has an
empty store of its own; that of the configuration is not touched.

What fails is told with its line, what was expected, what came, and the units the
number is made of. Exit status 1 when something fails.`,
		Example: "  kpid test\n  kpid test kpis/outcome/own_rate\n  kpid test kpis --run 'own_.*'\n  kpid test activation_rate --store postgres://kpid@localhost/kpid",
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return builtinIDs(), cobra.ShellCompDirectiveDefault // folders, too
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return o.test(cmd.Context(), args, flags, cmd.Flags().Changed("config"))
		},
	}
	c.Flags().StringVar(&flags.run, "run", "", "only KPIs whose id this regular expression matches")
	c.Flags().StringVar(&flags.store, "store", "sqlite:", "kind of database: sqlite: or postgres://… of a server on which databases may be made")
	c.Flags().BoolVar(&flags.strict, "strict", false, "a KPI without a test fails")
	c.Flags().BoolVar(&flags.json, "json", false, "print JSON")
	return c
}

type testFlags struct {
	run, store   string
	strict, json bool
}

func builtinIDs() []string {
	var out []string
	folders, _ := fs.Glob(catalog.Builtin(), "*/*/kpi.toml")
	for _, f := range folders {
		out = append(out, path.Base(path.Dir(f)))
	}
	return out
}

// tested is what came of one KPI.
type tested struct {
	ID           string            `json:"id"`
	Folder       string            `json:"folder"`
	Result       string            `json:"result"` // ok, failed, no_test
	Cases        int               `json:"cases"`
	Expectations int               `json:"expectations"`
	Failures     []kpitest.Failure `json:"failures"`
	Mistakes     []string          `json:"mistakes"` // in the definition or its test, as file:line: message
}

func (o *options) test(ctx context.Context, args []string, flags testFlags, configured bool) error {
	only, err := regexp.Compile(flags.run)
	if err != nil {
		return misuse(fmt.Errorf("--run %q is no regular expression: %w", flags.run, err))
	}
	picks, err := o.pick(args, only, configured)
	if err != nil {
		return misuse(err)
	}
	ground, err := trial.Prepare(ctx, flags.store)
	if err != nil {
		return &failure{status: exitFailed, err: fmt.Errorf("--store: %w", err)}
	}
	results, err := o.testAll(ctx, picks, flags, ground)
	if err = errors.Join(err, ground.Close()); err != nil {
		return &failure{status: exitFailed, err: err}
	}
	return o.testSummary(results, flags)
}

func (o *options) testAll(ctx context.Context, picks []picked, flags testFlags, ground *trial.Ground) ([]tested, error) {
	open := func(ctx context.Context, c kpi.Calendar, now kpi.Millis) (kpitest.Store, error) {
		return ground.Open(ctx, c, now)
	}
	results := make([]tested, 0, len(picks))
	for _, p := range picks {
		t := p.test(ctx, flags.strict, open)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if results = append(results, t); !flags.json {
			t.print(o.term.out, widest(picks))
		}
	}
	return results, nil
}

// test runs the kpi.test of one KPI.
func (p picked) test(ctx context.Context, strict bool, open kpitest.Open) tested {
	t := tested{ID: p.id, Folder: p.folder(), Result: "ok", Failures: []kpitest.Failure{}, Mistakes: []string{}}
	for _, m := range p.mistakes {
		t.Mistakes = append(t.Mistakes, m.Error())
	}
	if len(t.Mistakes) > 0 {
		t.Result = "failed"
		return t
	}
	text, err := fs.ReadFile(p.root.FS, path.Join(p.dir, "kpi.test"))
	if p.def.Warehouse != nil { // its facts are in a database that is not ours to fill
		if t.Result = "no_test"; err == nil {
			t.Result, t.Mistakes = "failed", []string{p.file("kpi.test") + `:1: a KPI with at = "warehouse" cannot be tested here; leave the file out`}
		}
		return t
	}
	if errors.Is(err, fs.ErrNotExist) {
		if t.Result = "no_test"; strict {
			t.Result, t.Mistakes = "failed", []string{p.file("kpi.test") + ": there is no test"}
		}
		return t
	}
	var res kpitest.Result
	if err == nil {
		res, err = kpitest.Run(ctx, string(text), p.def, open)
	}
	t.Cases, t.Expectations, t.Failures = res.Cases, res.Expectations, append(t.Failures, res.Failures...)
	mistakes, rest := kpitest.Mistakes(err)
	for _, m := range mistakes {
		t.Mistakes = append(t.Mistakes, fmt.Sprintf("%s:%v", p.file("kpi.test"), m))
	}
	for _, err := range rest {
		t.Mistakes = append(t.Mistakes, fmt.Sprintf("%s: %v", p.file("kpi.test"), err))
	}
	if len(t.Failures)+len(t.Mistakes) > 0 {
		t.Result = "failed"
	}
	return t
}

// print writes one line, and below it what is wrong.
func (t tested) print(w io.Writer, width int) {
	word := map[string]string{"ok": "ok", "failed": "FAIL", "no_test": "no test"}[t.Result]
	said := ""
	if t.Result == "failed" && t.Cases == 0 {
		said = "not run"
	} else if t.Result != "no_test" {
		said = plural(t.Cases, "case") + ", " + plural(t.Expectations, "expectation")
	}
	if n := len(t.Failures); n > 0 {
		said += fmt.Sprintf(", %d of them not met", n)
	}
	fmt.Fprintln(w, strings.TrimRight(fmt.Sprintf("%-7s  %-*s  %s", word, width, t.ID, said), " "))
	for _, m := range t.Mistakes {
		fmt.Fprintln(w, indent(m))
	}
	for _, f := range t.Failures {
		fmt.Fprintln(w, indent(path.Join(t.Folder, "kpi.test")+":"+f.String()))
	}
}

func (o *options) testSummary(results []tested, flags testFlags) error {
	counts := map[string]int{}
	for _, t := range results {
		counts[t.Result]++
	}
	if flags.json {
		enc := json.NewEncoder(o.term.out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(struct {
			KPIs   []tested `json:"kpis"`
			OK     int      `json:"ok"`
			Failed int      `json:"failed"`
			NoTest int      `json:"no_test"`
		}{results, counts["ok"], counts["failed"], counts["no_test"]}); err != nil {
			return &failure{status: exitFailed, err: err}
		}
	} else {
		text := fmt.Sprintf("%s: %d ok, %d failed", plural(len(results), "KPI"), counts["ok"], counts["failed"])
		if n := counts["no_test"]; n > 0 {
			text += fmt.Sprintf(", %d without a test", n)
		}
		fmt.Fprintln(o.term.out, text)
	}
	if n := counts["failed"]; n > 0 {
		return &failure{status: exitFailed, silent: true, err: fmt.Errorf("%d failed", n)}
	}
	return nil
}

func widest(picks []picked) int {
	width := 0
	for _, p := range picks {
		width = max(width, len(p.id))
	}
	return width
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }
