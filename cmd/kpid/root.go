package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/kpid/kpid/internal/config"
	"github.com/spf13/cobra"
)

// Exit statuses.
const (
	exitFine   = 0
	exitFailed = 1 // the thing asked about failed
	exitUsage  = 2 // bad usage or configuration
)

// terminal is where a command reads and writes.
type terminal struct {
	in       io.Reader
	out, err io.Writer
}

// failure carries an exit status. Its text was printed already when silent.
type failure struct {
	status int
	err    error
	silent bool
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// misuse is a mistake of the caller or in the configuration.
func misuse(err error) error { return &failure{status: exitUsage, err: err} }

// options are the flags every command has.
type options struct {
	config string
	term   terminal
}

func run(ctx context.Context, args []string, t terminal) int {
	o := &options{term: t}
	root := command(o)
	root.SetArgs(args)
	root.SetIn(t.in)
	root.SetOut(t.out)
	root.SetErr(t.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitFine
	}
	status, silent := exitUsage, false // what cobra itself refuses is bad usage
	var f *failure
	if errors.As(err, &f) {
		status, silent = f.status, f.silent
	}
	if !silent {
		fmt.Fprintf(t.err, "kpid: %v\n", err)
	}
	return status
}

func command(o *options) *cobra.Command {
	root := &cobra.Command{
		Use:   "kpid",
		Short: "Director KPIs: what was promised, what was reached, and how sure we are",
		Long: `kpid pulls records from the systems a product organisation uses, computes KPIs
from them, judges each against its target, keeps everything it ever reported,
and shows it: pages, an API, Prometheus metrics.`,
		Example: `  kpid init                       write a commented config.toml
  kpid check                      every mistake in config, definitions and manifests
  kpid test                       the tests of KPI definitions
  kpid serve                      ingest on schedule, pages, API and /metrics
  kpid evaluate --portfolio core  the scorecard in the terminal`,
		SilenceUsage: true, SilenceErrors: true,
	}
	root.PersistentFlags().StringVar(&o.config, "config", "config.toml", "configuration file; its paths are relative to its folder")
	root.AddCommand(serveCommand(o), ingestCommand(o), accountsCommand(o), evaluateCommand(o), checkCommand(o), testCommand(o), judgeCommand(o), backtestCommand(o), initCommand(o), configCommand(o), explainCommand(o), freezeCommand(o), diffCommand(o), reportCommand(o), importCommand(o), notifyCommand(o), publishCommand(o), sampleCommand(o), versionCommand(o))
	return root
}

// loadConfig reads the configuration; its mistakes are the caller's to mend.
func (o *options) loadConfig() (*config.Config, error) {
	c, err := config.Load(o.config)
	if err != nil {
		return c, misuse(err)
	}
	return c, nil
}
