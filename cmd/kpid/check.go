package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/sqlsrc"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/store"
	"github.com/spf13/cobra"
)

func checkCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Find every mistake in configuration, definitions and manifests",
		Long: `Read the configuration, every KPI definition and every manifest, and prepare each
KPI's SQL against an empty store. All mistakes are told at once, as
file:line:column. Exit status 1 when there is one.`,
		Example: "  kpid check\n  kpid --config /etc/kpid/config.toml check",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			found, summary := o.check(cmd.Context())
			for _, err := range found {
				fmt.Fprintln(o.term.out, err)
			}
			if len(found) > 0 {
				return &failure{status: exitFailed, silent: true, err: fmt.Errorf("%d mistakes", len(found))}
			}
			fmt.Fprint(o.term.out, summary)
			return nil
		},
	}
}

// check gives every mistake, one error each, and what was found otherwise.
func (o *options) check(ctx context.Context) (found []error, summary string) {
	cfg, err := config.Load(o.config)
	found = append(found, each(err)...)
	if cfg == nil {
		return found, ""
	}
	a := &app{cfg: cfg, cal: cfg.Calendar(), tree: cfg.Tree(), now: clock(cfg)}
	var defsErr, srcErr error
	a.defs, defsErr = definitions(cfg)
	a.sources, srcErr = loadSources(cfg)
	_, idErr := identity(cfg, a.sources)
	found = append(found, each(errors.Join(defsErr, srcErr, idErr))...)
	if defsErr == nil && err == nil {
		found = append(found, each(a.prepare(ctx))...)
	}
	for _, s := range a.sources {
		found = append(found, each(a.fits(s))...)
	}
	var b strings.Builder
	for _, s := range a.sources {
		if _, err := cfg.SourcePath(s.Source); err != nil {
			fmt.Fprintf(&b, "warning: source %s: %v\n", s.ID, err)
		}
		for name, secret := range s.Secrets {
			if _, err := secret.Reveal(cfg.Dir); err != nil {
				fmt.Fprintf(&b, "warning: source %s: secret %s: %v\n", s.ID, name, err)
			}
		}
	}
	for _, d := range a.defs {
		if cfg.KPIs[d.ID].Confidential {
			fmt.Fprintf(&b, "warning: %s is confidential: it is computed and, while this version signs nobody in, shown to nobody\n", d.ID)
		}
	}
	unset(&b, cfg)
	if cfg.Auth.OIDC != nil || cfg.Auth.Proxy != nil || cfg.Auth.Tokens {
		fmt.Fprintln(&b, "warning: [auth] is read and checked, but this version signs nobody in and serves loopback only")
	}
	if len(cfg.Portfolios) == 0 && len(cfg.Sources) == 0 {
		fmt.Fprintf(&b, "%s is valid; nothing is configured yet. Run kpid init for a commented start.\n", o.config)
		return found, b.String()
	}
	fmt.Fprintf(&b, "%s is valid: %d portfolios, %d products, %d KPIs, %d targets, %d sources\n",
		o.config, len(cfg.Portfolios), len(cfg.Products), len(a.defs), len(cfg.Targets), len(a.sources))
	return found, b.String()
}

// fits holds a manifest against the values of its source. Secrets are only
// named here: whether they can be read is for the run.
func (a *app) fits(s source) error {
	if s.pushed() {
		return a.sendable(s)
	}
	switch {
	case s.manifest.SQL != nil:
		_, err := sqlsrc.New(sqlsrc.Config{Source: s.ID, Manifest: s.manifest, Values: s.Config, DSN: "given", Config: a.mapping(s, make([]byte, 32))})
		return err
	case s.manifest.HTTP == nil:
		_, err := filesrc.New(filesrc.Config{Source: s.ID, Manifest: s.manifest, Values: s.Config, Dir: "given", Config: a.mapping(s, make([]byte, 32))})
		return err
	}
	secrets := map[string]string{}
	for name := range s.Secrets {
		secrets[name] = "given"
	}
	_, err := a.overHTTPSource(s, secrets, make([]byte, 32), reading{})
	return err
}

// prepare holds every KPI's SQL against an empty migrated schema.
func (a *app) prepare(ctx context.Context) error {
	dir, err := os.MkdirTemp("", "kpid-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := store.Open(ctx, store.Config{DSN: "sqlite:" + filepath.Join(dir, "check.db"), Now: a.now, Calendar: a.cal})
	if err != nil {
		return err
	}
	defer s.Close()
	_, err = a.newEngine(ctx, s, nil)
	return err
}

// each takes a joined error apart.
func each(err error) []error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range many.Unwrap() {
			out = append(out, each(e)...)
		}
		return out
	}
	return []error{err}
}
