package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/internal/near"
	"github.com/kpid/kpid/store"
	"github.com/spf13/cobra"
)

// identity says who names accounts: the first of [identity] account that delivers
// some, or the only source that does.
func identity(cfg *config.Config, sources []source) (store.Identity, error) {
	out := store.Identity{Rules: cfg.Identity.Match}
	deliver := feeds(sources)["account"]
	for _, id := range cfg.Identity.Account {
		if out.Namer == "" && slices.Contains(deliver, id) {
			out.Namer = id
		}
	}
	switch {
	case out.Namer != "":
	case len(deliver) == 1:
		out.Namer = deliver[0]
	case len(deliver) > 1:
		return out, fmt.Errorf("the sources %s all deliver the fact account: say which of them names accounts, account = [%q] under [identity]", strings.Join(deliver, ", "), deliver[0])
	}
	for _, id := range deliver {
		if id != out.Namer {
			out.Others = append(out.Others, id)
		}
	}
	if cfg.Identity.Map == "" {
		return out, nil
	}
	f, err := os.Open(cfg.Identity.Map)
	if err != nil {
		return out, fmt.Errorf("[identity] map cannot be read: %w", err)
	}
	defer f.Close()
	out.Map, err = accountMap(f, cfg)
	return out, err
}

// accountMap reads lines of source, alias, account. An account may be one that is not
// known yet; a line without one was left open, as kpid accounts prints it.
func accountMap(r io.Reader, cfg *config.Config) ([]store.Alias, error) {
	name, in := cfg.Identity.Map, csv.NewReader(r)
	in.Comment = '#'
	in.FieldsPerRecord = -1 // told apart below, with the line
	head, err := in.Read()
	if err != nil || len(head) < 3 || strings.Join(head[:3], ",") != "source,alias,account" {
		return nil, fmt.Errorf("%s:1:1: found the columns %q; the first line is source,alias,account", name, strings.Join(head, ","))
	}
	var ids []string
	for _, s := range cfg.Sources {
		ids = append(ids, s.ID)
	}
	var out []store.Alias
	var errs []error
	seen := map[string]int{}
	for {
		line, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out, errors.Join(errs...)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		at, _ := in.FieldPos(0)
		wrong := func(field int, format string, args ...any) {
			_, column := in.FieldPos(field)
			errs = append(errs, fmt.Errorf("%s:%d:%d: %s", name, at, column, fmt.Sprintf(format, args...)))
		}
		switch {
		case len(line) < 3:
			wrong(0, "found %d columns; there are at least three: source,alias,account", len(line))
			continue
		case !slices.Contains(ids, line[0]):
			wrong(0, "there is no [[source]] %q%s; there are %s", line[0], near.Hint(line[0], ids), strings.Join(ids, ", "))
			continue
		case line[1] == "":
			wrong(1, "alias is empty; it is what the source calls the account")
			continue
		case line[2] == "":
			continue
		}
		key := line[0] + "\x00" + line[1]
		if first, again := seen[key]; again {
			wrong(1, "%s of %s was mapped in line %d already", line[1], line[0], first)
			continue
		}
		seen[key] = at
		out = append(out, store.Alias{Source: line[0], Alias: line[1], Account: line[2]})
	}
}

// match finds accounts for what other sources call them, while no evaluation runs.
func (a *app) match(ctx context.Context, cfg store.SinkConfig) error {
	a.gate.RLock()
	defer a.gate.RUnlock()
	_, err := a.store.MatchAccounts(ctx, cfg, a.now())
	return err
}

// tellUnmatched says after a run how many accounts nothing matches.
func (a *app) tellUnmatched(ctx context.Context, w io.Writer) error {
	all, err := a.store.AccountMatches(ctx)
	if err != nil {
		return err
	}
	for _, m := range all {
		if n := len(m.Unmatched); n > 0 && slices.Contains(a.identity.Others, m.Source) {
			fmt.Fprintf(w, "%s: %d of its accounts match none of %s; kpid accounts lists them\n", m.Source, n, a.identity.Namer)
		}
	}
	return nil
}

func accountsCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "accounts",
		Short: "List the accounts of sources that match no account",
		Long: `One source names accounts ([identity] account). What another calls them is matched by
the map, then by each rule where exactly one account fits. The others are listed here
as lines of that map: write the account into the third column and name the file as
map under [identity]. Their rows are put right with the next run.`,
		Example: "  kpid accounts > accounts.csv",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return o.with(cmd.Context(), true, func(a *app) error { return a.printAccounts(cmd.Context(), o.term) })
		},
	}
}

func (a *app) printAccounts(ctx context.Context, t terminal) error {
	all, err := a.store.AccountMatches(ctx)
	if err != nil {
		return err
	}
	out := csv.NewWriter(t.out)
	if err := out.Write([]string{"source", "alias", "account", "name", "domain"}); err != nil {
		return err
	}
	for _, m := range all {
		var by []string
		for _, rule := range append([]string{"map"}, a.identity.Rules...) {
			by = append(by, fmt.Sprintf("%d by %s", m.Matched[rule], rule))
		}
		fmt.Fprintf(t.err, "%s: %s, %d by nothing\n", m.Source, strings.Join(by, ", "), len(m.Unmatched))
		for _, u := range m.Unmatched {
			if err := out.Write([]string{m.Source, u.Alias, "", deref(u.Name), deref(u.Domain)}); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
