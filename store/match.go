package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
)

// matcher looks for the accounts of candidates within one transaction.
type matcher struct {
	tx       *sqlx.Tx
	identity Identity
}

// candidate is an account as another source knows it.
type candidate struct {
	Source string  `db:"source"`
	Alias  string  `db:"alias"`
	Name   *string `db:"name"`
	Domain *string `db:"domain"`
	CRM    *string `db:"crm_id"`
}

// knownAccount is one that was named.
type knownAccount struct {
	ID     string  `db:"id"`
	Name   *string `db:"name"`
	Domain *string `db:"domain"`
	CRM    *string `db:"crm_id"`
}

// match gives candidates their accounts and tells the aliases whose rows are not put
// right yet: those that are new, and those of a process that ended before it was done.
func (m *matcher) match(ctx context.Context) ([]Alias, error) {
	if err := m.written(ctx); err != nil {
		return nil, err
	}
	if err := m.byRule(ctx); err != nil {
		return nil, err
	}
	var out []Alias
	err := m.tx.SelectContext(ctx, &out, "SELECT source, alias, canonical_id, rule FROM account_alias WHERE run = 0 ORDER BY source, alias")
	return out, err
}

func (m *matcher) byRule(ctx context.Context) error {
	var open []candidate
	err := m.tx.SelectContext(ctx, &open, `SELECT c.source, c.alias, c.name, c.domain, c.crm_id FROM account_candidate c
		WHERE NOT EXISTS (SELECT 1 FROM account_alias a WHERE a.source = c.source AND a.alias = c.alias) ORDER BY c.source, c.alias`)
	if err != nil || len(open) == 0 {
		return err
	}
	var accounts []knownAccount
	err = m.tx.SelectContext(ctx, &accounts, m.tx.Rebind(`SELECT a.id, a.name, a.domain,
		(SELECT MAX(t.value) FROM account_attribute t WHERE t.account_id = a.id AND t.name = 'crm_id') AS crm_id FROM account a WHERE a.source = ? ORDER BY a.id`), m.identity.Namer)
	if err != nil {
		return err
	}
	var found []Alias
	for _, rule := range m.identity.Rules {
		index := indexed(accounts, rule)
		rest := open[:0:0]
		for _, c := range open {
			if fits := index[c.by(rule)]; c.by(rule) != "" && len(fits) == 1 {
				found = append(found, Alias{c.Source, c.Alias, fits[0], rule})
				continue
			}
			rest = append(rest, c)
		}
		open = rest
	}
	return m.save(ctx, found)
}

// written takes over the lines of the map. An alias whose line is gone is kept until
// its rows are nobody's again.
func (m *matcher) written(ctx context.Context) error {
	var stored []Alias
	if err := m.tx.SelectContext(ctx, &stored, "SELECT source, alias, canonical_id, rule FROM account_alias ORDER BY source, alias"); err != nil {
		return err
	}
	type key struct{ source, alias string }
	was, now := map[key]Alias{}, map[key]bool{}
	for _, a := range stored {
		was[key{a.Source, a.Alias}] = a
	}
	var save []Alias
	for _, line := range m.identity.Map {
		k := key{line.Source, line.Alias}
		line.Rule, now[k] = "map", true
		if was[k] != line {
			save = append(save, line)
		}
	}
	for _, a := range stored {
		if a.Rule != "map" || now[key{a.Source, a.Alias}] {
			continue
		}
		save = append(save, Alias{a.Source, a.Alias, m.identity.unmatched(a.Source, a.Alias), "removed"})
	}
	return m.save(ctx, save)
}

// save keeps aliases as not put right yet: their run is 0.
func (m *matcher) save(ctx context.Context, aliases []Alias) error {
	rows := make([][]any, 0, len(aliases))
	for _, a := range aliases {
		rows = append(rows, []any{a.Source, a.Alias, a.Account, a.Rule, 0})
	}
	return insertMany(ctx, m.tx, "account_alias", []string{"source", "alias", "canonical_id", "rule", "run"}, rows,
		"ON CONFLICT (source, alias) DO UPDATE SET canonical_id = excluded.canonical_id, rule = excluded.rule, run = excluded.run")
}

// indexed lists the accounts by what a rule compares.
func indexed(accounts []knownAccount, rule string) map[string][]string {
	out := map[string][]string{}
	for _, a := range accounts {
		keys := []string{compared(rule, a.Name, a.Domain, a.CRM)}
		if rule == "crm_id" { // the CRM may name accounts itself
			keys = append(keys, a.ID)
		}
		slices.Sort(keys)
		for _, key := range slices.Compact(keys) {
			if key != "" {
				out[key] = append(out[key], a.ID)
			}
		}
	}
	return out
}

func (c candidate) by(rule string) string { return compared(rule, c.Name, c.Domain, c.CRM) }

// compared is what a rule compares, in one form on both sides.
func compared(rule string, name, host, crm *string) string {
	switch {
	case rule == "crm_id" && crm != nil:
		return *crm
	case rule == "domain" && host != nil:
		s, _ := domain(*host).(string)
		return s
	case rule == "name" && name != nil:
		return strings.ToLower(strings.Join(strings.Fields(*name), " "))
	}
	return ""
}

// AccountMatch says how the accounts of a source stand.
type AccountMatch struct {
	Source    string
	Matched   map[string]int // by rule
	Unmatched []Unmatched    // in alphabetical order
}

// Unmatched is an account that nothing matches.
type Unmatched struct {
	Alias  string  `db:"alias"`
	Name   *string `db:"name"`
	Domain *string `db:"domain"`
}

// AccountMatches of every source that does not name accounts.
func (s *Store) AccountMatches(ctx context.Context) ([]AccountMatch, error) {
	var sources []string
	if err := s.r.SelectContext(ctx, &sources, "SELECT DISTINCT source FROM account_candidate ORDER BY source"); err != nil {
		return nil, err
	}
	var out []AccountMatch
	for _, source := range sources {
		m := AccountMatch{Source: source, Matched: map[string]int{}}
		var by []struct {
			Rule string `db:"rule"`
			N    int    `db:"n"`
		}
		if err := s.r.SelectContext(ctx, &by, s.r.Rebind("SELECT rule, COUNT(*) AS n FROM account_alias WHERE source = ? GROUP BY rule"), source); err != nil {
			return nil, err
		}
		for _, b := range by {
			m.Matched[b.Rule] = b.N
		}
		err := s.r.SelectContext(ctx, &m.Unmatched, s.r.Rebind(`SELECT c.alias, c.name, c.domain FROM account_candidate c WHERE c.source = ?
			AND NOT EXISTS (SELECT 1 FROM account_alias a WHERE a.source = c.source AND a.alias = c.alias) ORDER BY c.alias`), source)
		if err != nil {
			return nil, fmt.Errorf("unmatched accounts of %s: %w", source, err)
		}
		out = append(out, m)
	}
	return out, nil
}
