package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/kpid/kpid/internal/gitlabpi"
	"github.com/kpid/kpid/internal/tomldoc"
	"github.com/spf13/cobra"
)

func importCommand(o *options) *cobra.Command {
	c := &cobra.Command{
		Use:     "import",
		Short:   "Bring in KPI definitions that others publish, and goals from a file",
		Example: "  kpid import gitlab-pi data/performance_indicators/*.yml\n  kpid import goals goals.toml --portfolio core",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	c.AddCommand(importGitLab(o), importGoals(o))
	return c
}

type importFlags struct {
	dir, site, licence string
	json               bool
}

func importGitLab(o *options) *cobra.Command {
	var flags importFlags
	c := &cobra.Command{
		Use:   "gitlab-pi FILE...",
		Short: "Make KPI folders of GitLab's performance indicators",
		Long: `Read performance indicators as GitLab publishes them in its handbook
(data/performance_indicators/*.yml) and list them: owner, health, target, and as
what the target can be judged, or why not. With --dir each becomes a KPI folder
there; its numbers come as rows of metric_point that carry its id. The targets
that can be judged are written beside them, into targets.toml, to be included.

A folder that is there is brought up to date if it was brought in before, and left
alone if it was written by hand.`,
		Example: "  kpid import gitlab-pi data/performance_indicators/*.yml\n  kpid import gitlab-pi ux_department.yml --dir kpis",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			all, err := readIndicators(args)
			if err != nil {
				return err
			}
			kpis, err := gitlabpi.Convert(all, gitlabpi.Options{Site: flags.site, Licence: flags.licence, Taken: builtinIDs()})
			if err != nil {
				return &failure{status: exitFailed, err: err}
			}
			if flags.dir != "" {
				if err := gitlabpi.Write(flags.dir, kpis); err != nil {
					return &failure{status: exitFailed, err: err}
				}
			}
			return o.printImport(kpis, flags)
		},
	}
	c.Flags().StringVar(&flags.dir, "dir", "", "folder of KPI folders to write to; left out: nothing is written")
	c.Flags().StringVar(&flags.site, "site", "https://about.gitlab.com", "what the addresses of pages begin with")
	c.Flags().StringVar(&flags.licence, "licence", "CC BY-SA 4.0, GitLab handbook", "licence of the texts")
	c.Flags().BoolVar(&flags.json, "json", false, "print JSON")
	return c
}

func readIndicators(files []string) ([]gitlabpi.Indicator, error) {
	var all []gitlabpi.Indicator
	var errs tomldoc.Mistakes
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, misuse(err)
		}
		list, err := gitlabpi.Read(filepath.ToSlash(file), data)
		var mistakes tomldoc.Mistakes
		if errors.As(err, &mistakes) {
			errs = append(errs, mistakes...)
		}
		all = append(all, list...)
	}
	if err := errs.Err(); err != nil {
		return nil, &failure{status: exitFailed, err: err}
	}
	return all, nil
}

// imported is an indicator as printed.
type imported struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Owner     string  `json:"owner"`
	Folder    string  `json:"folder"`
	Key       bool    `json:"key"`
	Public    bool    `json:"public"`
	Health    *int    `json:"health"`
	Target    *string `json:"target"`
	Expr      *string `json:"expr"`
	NotJudged *string `json:"not_judged"`
	Why       *string `json:"why"` // a word to count by
	Agg       string  `json:"agg"`
	Unit      string  `json:"unit"`
	Direction string  `json:"direction"`
	Cadence   string  `json:"cadence"`
}

func (o *options) printImport(kpis []gitlabpi.KPI, flags importFlags) error {
	if flags.json {
		out := make([]imported, len(kpis))
		for i, k := range kpis {
			out[i] = importedOf(k)
		}
		enc := json.NewEncoder(o.term.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(out)
	}
	if flags.dir == "" {
		if err := importTable(o.term.out, kpis); err != nil {
			return err
		}
	}
	judged, why := 0, map[string]int{}
	var order []string
	for _, k := range kpis {
		if k.Refused == nil {
			judged++
			continue
		}
		if why[k.Refused.Says]++; why[k.Refused.Says] == 1 {
			order = append(order, k.Refused.Says)
		}
	}
	fmt.Fprintf(o.term.out, "%s: %d with a target that can be judged, %d without\n", plural(len(kpis), "indicator"), judged, len(kpis)-judged)
	for _, says := range order {
		fmt.Fprintf(o.term.out, "  %3d  %s\n", why[says], says)
	}
	if flags.dir != "" {
		beside := filepath.ToSlash(o.beside(flags.dir))
		fmt.Fprintf(o.term.out, "wrote %s below %s\nadd to %s: include = [\"%s/targets.toml\"] and [catalog] dirs = [\"%s\"]; then run: kpid check, kpid test %s\n",
			plural(len(kpis), "KPI folder"), flags.dir, o.config, beside, beside, flags.dir)
	}
	return nil
}

// beside is a path as the configuration would write it: relative to its folder.
func (o *options) beside(dir string) string {
	if rel, err := filepath.Rel(absolute(filepath.Dir(o.config)), absolute(dir)); err == nil {
		return rel
	}
	return dir
}

func importTable(w io.Writer, kpis []gitlabpi.KPI) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NAME\tOWNER\tHEALTH\tTARGET\tJUDGED AS")
	for _, k := range kpis {
		judged := k.Expr
		if k.Refused != nil {
			judged = "not judged: " + k.Refused.Says
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", short(k.Name, 48), short(k.Org, 30), gitlabpi.HealthWord(k.Health), short(k.Target, 40), judged)
	}
	return t.Flush()
}

// short cuts a text for a table; the line feeds of a file are no line feeds here.
func short(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		r = append(r[:most-1], '…')
	}
	return string(r)
}

func importedOf(k gitlabpi.KPI) imported {
	m := k.Measure()
	out := imported{ID: k.ID, Name: k.Name, Owner: k.Org, Folder: k.Dir(), Key: k.Key, Public: k.Public, Health: k.Health,
		Target: given(k.Target), Expr: given(k.Expr), Agg: string(m.Agg), Unit: m.Unit, Direction: "up", Cadence: string(k.Cadence())}
	if m.Direction < 0 {
		out.Direction = "down"
	}
	if k.Refused != nil {
		out.NotJudged, out.Why = &k.Refused.Says, &k.Refused.Code
	}
	return out
}
