package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	kpid "github.com/kpid/kpid"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/sample"
	"github.com/spf13/cobra"
)

func initCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "init [FILE]",
		Short:   "Write a commented config.toml to start from",
		Example: "  kpid init\n  kpid init /etc/kpid/config.toml",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			path := o.config
			if len(args) == 1 {
				path = args[0]
			}
			f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
			if errors.Is(err, os.ErrExist) {
				return &failure{status: exitFailed, err: fmt.Errorf("%s is there already and is left as it is; name another file: kpid init FILE", path)}
			}
			if err != nil {
				return &failure{status: exitFailed, err: err}
			}
			_, err = io.WriteString(f, config.Starter())
			if err = errors.Join(err, f.Close()); err != nil {
				return &failure{status: exitFailed, err: err}
			}
			fmt.Fprintf(o.term.out, "wrote %s; fill it in, then run: kpid check\n", path)
			return nil
		},
	}
}

func configCommand(o *options) *cobra.Command {
	var defaults bool
	c := &cobra.Command{
		Use:     "config",
		Short:   "Print the reference configuration",
		Long:    "Print the reference: the sample company's config.toml, with every key, its default and its reason.",
		Example: "  kpid config --defaults > reference.toml",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !defaults {
				return cmd.Help()
			}
			_, err := io.WriteString(o.term.out, kpid.ReferenceConfig)
			return err
		},
	}
	c.Flags().BoolVar(&defaults, "defaults", false, "print it")
	return c
}

func sampleCommand(o *options) *cobra.Command {
	var dir string
	var seed uint64
	c := &cobra.Command{
		Use:     "sample",
		Short:   "Write the exports of the sample company",
		Long:    "Write the files the systems of a B2B SaaS firm would export, blemishes included. The same seed gives the same bytes.",
		Example: "  kpid sample --dir sample/data",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := sample.Generate(dir, sample.Options{Seed: seed})
			if err != nil {
				return &failure{status: exitFailed, err: err}
			}
			fmt.Fprintf(o.term.out, "%d files below %s: %d accounts, %d events\n", len(s.Files), dir, s.Accounts, s.Events)
			return nil
		},
	}
	c.Flags().StringVar(&dir, "dir", "sample/data", "folder to write to")
	c.Flags().Uint64Var(&seed, "seed", 0, "another company; 0 is the usual one")
	return c
}

func versionCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(o.term.out, "kpid %s\n", version)
			return err
		},
	}
}
