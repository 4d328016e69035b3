package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// Identity says who names accounts and how those of other sources are matched with
// them. The zero value lets every source name its own.
type Identity struct {
	Namer  string   // the source that names accounts
	Others []string // sources that deliver accounts, too, and call them by words of their own
	Rules  []string // in order: crm_id, domain, name
	Map    []Alias  // what somebody wrote down; it comes before every rule
}

// Alias is an account as a source calls it.
type Alias struct {
	Source  string `db:"source"`
	Alias   string `db:"alias"`
	Account string `db:"canonical_id"`
	Rule    string `db:"rule"`
}

// other says that a source calls accounts by words of its own.
func (i Identity) other(source string) bool { return slices.Contains(i.Others, source) }

// unmatched is what an account is called that nothing matches. Words of another
// source carry its name, so that its 17 is never taken for the 17 of the source that
// names accounts; that account does not exist, which is a fault that is listed.
func (i Identity) unmatched(source, alias string) string {
	if i.other(source) {
		return source + ":" + alias
	}
	return alias
}

// canonical puts the accounts' own ids into rows of a source that calls them
// otherwise, and takes its account rows aside as candidates of a match.
func (p *page) canonical(ctx context.Context, rows []fact.Row) ([]fact.Row, error) {
	identity, source := p.run.cfg.Identity, p.run.source
	if !p.run.aliasing() {
		return rows, nil
	}
	var out []fact.Row
	var candidates [][]any
	for _, r := range rows {
		spec, ok := fact.Find(r.Fact)
		if !ok {
			return nil, fmt.Errorf("no fact is called %q", r.Fact)
		}
		if r.Fact == "account" && identity.other(source) {
			candidates = append(candidates, []any{source, r.ID, r.Values[spec.Index("name")], domain(r.Values[spec.Index("domain")]), textOr(r.Attribute["crm_id"]), p.run.id})
			continue
		}
		out = append(out, p.named(spec, r))
	}
	return out, insertMany(ctx, p.tx, "account_candidate", []string{"source", "alias", "name", "domain", "crm_id", "run"}, lastOf(candidates),
		"ON CONFLICT (source, alias) DO UPDATE SET name = excluded.name, domain = excluded.domain, crm_id = excluded.crm_id, run = excluded.run")
}

// aliasing says that the source calls accounts otherwise than they are called here.
func (r *run) aliasing() bool { return r.cfg.Identity.other(r.source) || len(r.aliases) > 0 }

// named is a row with its account's own id, and what the source said instead.
func (p *page) named(spec *fact.Spec, r fact.Row) fact.Row {
	i := spec.Index("account_id")
	if i < 0 {
		return r
	}
	alias, ok := r.Values[i].(string)
	if !ok {
		return r
	}
	account := p.run.aliases[alias]
	if account == "" {
		account = p.run.cfg.Identity.unmatched(p.run.source, alias)
	}
	if account != alias {
		r.Values, r.Said = slices.Clone(r.Values), alias
		r.Values[i] = account
	}
	return r
}

// keepSaid remembers what the source calls the accounts of the rows that stand now.
func (p *page) keepSaid(ctx context.Context, u *upsert, rows []*fact.Row) error {
	spec := u.table.spec
	if !p.run.aliasing() || spec.Index("account_id") < 0 {
		return nil
	}
	now := map[string]string{}
	for _, r := range rows {
		if !u.stale[r] {
			now[r.ID] = r.Said
		}
	}
	key := []any{p.run.source, spec.Name}
	return chunks(sortedKeys(now), 500, func(part []string) error {
		var have []struct{ ID, Alias string }
		here := " FROM account_said WHERE source = ? AND fact = ? AND id IN (" + marks(len(part)) + ")"
		if err := p.tx.SelectContext(ctx, &have, p.tx.Rebind("SELECT id, alias"+here), append(key[:2:2], anys(part)...)...); err != nil {
			return err
		}
		was := map[string]string{}
		for _, h := range have {
			was[h.ID] = h.Alias
		}
		var said [][]any
		var unsaid []string
		for _, id := range part {
			switch {
			case was[id] == now[id]:
			case now[id] == "":
				unsaid = append(unsaid, id)
			default:
				said = append(said, []any{p.run.source, spec.Name, id, now[id]})
			}
		}
		if len(unsaid) > 0 {
			if _, err := p.tx.ExecContext(ctx, p.tx.Rebind("DELETE FROM account_said WHERE source = ? AND fact = ? AND id IN ("+marks(len(unsaid))+")"), append(key[:2:2], anys(unsaid)...)...); err != nil {
				return err
			}
		}
		return insertMany(ctx, p.tx, "account_said", []string{"source", "fact", "id", "alias"}, said, "ON CONFLICT (source, fact, id) DO UPDATE SET alias = excluded.alias")
	})
}

// lastOf keeps the last candidate of each alias: one statement may not name a row
// twice.
func lastOf(rows [][]any) [][]any {
	at := map[any]int{}
	var out [][]any
	for _, r := range rows {
		if i, ok := at[r[1]]; ok {
			out[i] = r
			continue
		}
		at[r[1]] = len(out)
		out = append(out, r)
	}
	return out
}

func textOr(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// domain is a host name to compare by: without scheme, www and path, in small letters.
func domain(v any) any {
	s, _ := v.(string)
	s = strings.ToLower(strings.TrimSpace(s))
	if _, after, ok := strings.Cut(s, "://"); ok {
		s = after
	}
	s, _, _ = strings.Cut(s, "/")
	s = strings.TrimSuffix(strings.TrimPrefix(s, "www."), ".")
	if s == "" || shared(s) {
		return nil
	}
	return s
}

// shared are domains of everybody's mail: they name nobody.
func shared(s string) bool {
	const all = " gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com me.com aol.com gmx.de gmx.net web.de proton.me protonmail.com mail.com qq.com 163.com "
	return strings.Contains(all, " "+s+" ")
}

func (r *run) loadAliases(ctx context.Context, tx *sqlx.Tx) error {
	var all []Alias
	if err := tx.SelectContext(ctx, &all, tx.Rebind("SELECT source, alias, canonical_id, rule FROM account_alias WHERE source = ?"), r.source); err != nil {
		return err
	}
	r.aliases = map[string]string{}
	for _, a := range all {
		r.aliases[a.Alias] = a.Account
	}
	return nil
}

// MatchAccounts finds the accounts of candidates that have none yet, by what was
// written down and then by each rule where exactly one account fits, and puts right
// their rows. It says of how many. A line of the map that was changed or taken out
// moves the rows of its alias; no source is asked for that.
func (s *Store) MatchAccounts(ctx context.Context, cfg SinkConfig, asOf kpi.Millis) (found int, err error) {
	if cfg.Identity.Namer == "" {
		return 0, nil
	}
	var fresh []Alias
	err = s.transact(ctx, func(tx *sqlx.Tx) error {
		m := &matcher{tx: tx, identity: cfg.Identity}
		fresh, err = m.match(ctx)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("match accounts: %w", err)
	}
	bySource := map[string][]string{}
	for _, a := range fresh {
		bySource[a.Source] = append(bySource[a.Source], a.Alias)
	}
	for _, source := range sortedKeys(bySource) {
		if err := s.heal(ctx, cfg, source, bySource[source], asOf); err != nil {
			return 0, fmt.Errorf("put right the accounts of %s: %w", source, err)
		}
	}
	return len(fresh), nil
}

// healPage is how many rows are put right in one transaction.
const healPage = 2000

// heal delivers the rows of aliases again, as the source said them: what they reach is
// computed anew, their history has both.
func (s *Store) heal(ctx context.Context, cfg SinkConfig, source string, aliases []string, asOf kpi.Millis) error {
	k := &sink{store: s, cfg: cfg}
	begun, err := k.begin(ctx, source, "replay", asOf)
	if err != nil {
		return err
	}
	rep := ingest.Report{Source: source, Result: ingest.OK, Summary: ingest.Summary{Complete: true, Message: fmt.Sprintf("%d accounts matched", len(aliases))}}
	for _, spec := range fact.All() {
		if spec.Index("account_id") >= 0 && rep.Err == nil {
			rep.Err = chunks(aliases, 200, func(part []string) error { return begun.again(ctx, spec, part, &rep.Counts) })
		}
	}
	if rep.Err == nil {
		rep.Err = begun.healed(ctx, aliases)
	}
	if rep.Err != nil {
		rep.Result = ingest.Failed
	}
	if err := begun.Finish(context.WithoutCancel(ctx), rep); err != nil {
		return err
	}
	return rep.Err
}

// again delivers the rows of a fact whose account is one of the aliases, page by page.
func (r *run) again(ctx context.Context, spec *fact.Spec, aliases []string, total *ingest.Counts) error {
	for after, more := "", true; more; {
		rows, last, err := r.saying(ctx, spec, aliases, after)
		if err != nil {
			return err
		}
		more, after = last != "", last
		if len(rows) == 0 {
			continue
		}
		counts, err := r.Commit(ctx, ingest.Page{Stream: "identity", Records: len(rows), Rows: rows})
		total.Add(counts)
		if err != nil {
			return err
		}
	}
	return nil
}

// healed remembers that the rows of aliases are put right, and by which run. What was
// taken out of the map is forgotten then.
func (r *run) healed(ctx context.Context, aliases []string) error {
	return chunks(aliases, 500, func(part []string) error {
		return r.store.transact(ctx, func(tx *sqlx.Tx) error {
			these := " source = ? AND alias IN (" + marks(len(part)) + ")"
			if _, err := tx.ExecContext(ctx, tx.Rebind("DELETE FROM account_alias WHERE rule = 'removed' AND"+these), append([]any{r.source}, anys(part)...)...); err != nil {
				return err
			}
			_, err := tx.ExecContext(ctx, tx.Rebind("UPDATE account_alias SET run = ? WHERE"+these), append([]any{r.id, r.source}, anys(part)...)...)
			return err
		})
	})
}

// saying gives the next rows of a fact, by id, whose account the source calls by one
// of the aliases, as it said them; last is "" when there are no more. Rows that came
// before anybody matched the source carry the alias itself.
func (r *run) saying(ctx context.Context, spec *fact.Spec, aliases []string, after string) (out []fact.Row, last string, err error) {
	t, bare := plainTable(spec), "r.account_id IN ("+marks(len(aliases))+")"
	if spec.Name == "product_event" {
		t = (&page{run: r}).eventTable(spec)
		bare = "r.account IN (SELECT c.id FROM code c WHERE c.kind = 'account' AND c.text IN (" + marks(len(aliases)) + "))"
	}
	query := "SELECT r.id, r.updated_at, r.gone_at, COALESCE((SELECT s.alias FROM account_said s WHERE s.source = r.source AND s.fact = ? AND s.id = r.id), ''), " + strings.Join(t.selects, ", ") +
		" FROM " + t.name + " r WHERE r.source = ? AND r.id > ? AND (r.id IN (SELECT s.id FROM account_said s WHERE s.source = ? AND s.fact = ? AND s.alias IN (" + marks(len(aliases)) + ")) OR " + bare + ") ORDER BY r.id LIMIT ?"
	args := []any{spec.Name, r.source, after, r.source, spec.Name}
	args = append(append(append(args, anys(aliases)...), anys(aliases)...), healPage)
	found, err := r.store.r.QueryContext(ctx, r.store.r.Rebind(query), args...)
	if err != nil {
		return nil, "", err
	}
	defer found.Close()
	n := 0
	for ; found.Next(); n++ {
		row := fact.Row{Fact: spec.Name}
		var said string
		if row.Values, err = t.scan(found, &row.ID, &row.UpdatedAt, &row.Gone, &said); err != nil {
			return nil, "", err
		}
		last = row.ID
		if said != "" && !slices.Contains(aliases, said) {
			continue // it is called like an alias, and came by another
		}
		if said != "" {
			row.Values[spec.Index("account_id")] = said
		}
		out = append(out, row)
	}
	if n < healPage {
		last = ""
	}
	return out, last, found.Err()
}
