package store

import (
	"context"
	"fmt"
	"slices"
	"sort"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// span is a stretch of time in which an account belongs to a segment.
type span struct{ from, to int64 }

// noteAccounts collects the accounts whose segments an upsert may have changed.
func noteAccounts(into map[string]bool, u *upsert) {
	switch u.table.spec.Name {
	case "account":
		for _, e := range append(append([]*entry(nil), u.added...), u.changed...) {
			into[e.row.ID] = true
		}
	case "account_attribute":
		for _, e := range append(append([]*entry(nil), u.added...), u.changed...) {
			into[e.row.Values[0].(string)] = true
			if e.old != nil {
				into[e.old[0].(string)] = true
			}
		}
	}
}

// rebuildSegments derives account_segment anew for some accounts: `all`, each
// attribute=value for as long as it held, and the named segments.
func (p *page) rebuildSegments(ctx context.Context, accounts []string) error {
	return chunks(accounts, 500, func(part []string) error {
		held, err := p.attributes(ctx, part)
		if err != nil {
			return fmt.Errorf("segments: %w", err)
		}
		if _, err := p.tx.ExecContext(ctx, p.tx.Rebind("DELETE FROM account_segment WHERE account_id IN ("+marks(len(part))+")"), anys(part)...); err != nil {
			return err
		}
		var rows [][]any
		for _, a := range part {
			segments := segmentsOf(held[a], p.run.cfg.Segments)
			for _, name := range sortedKeys(segments) {
				for _, s := range segments[name] {
					rows = append(rows, []any{a, name, s.from, s.to})
				}
			}
		}
		return insertMany(ctx, p.tx, "account_segment", []string{"account_id", "segment", "valid_from", "valid_to"}, rows, "")
	})
}

// attributes reads account -> attribute -> value -> spans.
func (p *page) attributes(ctx context.Context, accounts []string) (map[string]map[string]map[string][]span, error) {
	var rows []struct {
		AccountID string `db:"account_id"`
		Name      string `db:"name"`
		Value     string `db:"value"`
		From      int64  `db:"valid_from"`
		To        int64  `db:"valid_to"`
	}
	q := "SELECT account_id, name, value, valid_from, valid_to FROM account_attribute WHERE account_id IN (" + marks(len(accounts)) + ") ORDER BY account_id, name, value, valid_from"
	if err := p.tx.SelectContext(ctx, &rows, p.tx.Rebind(q), anys(accounts)...); err != nil {
		return nil, err
	}
	out := map[string]map[string]map[string][]span{}
	for _, r := range rows {
		if out[r.AccountID] == nil {
			out[r.AccountID] = map[string]map[string][]span{}
		}
		if out[r.AccountID][r.Name] == nil {
			out[r.AccountID][r.Name] = map[string][]span{}
		}
		out[r.AccountID][r.Name][r.Value] = append(out[r.AccountID][r.Name][r.Value], span{r.From, r.To})
	}
	return out, nil
}

func segmentsOf(held map[string]map[string][]span, rules []kpi.SegmentRule) map[string][]span {
	out := map[string][]span{"all": {{0, int64(kpi.Forever)}}}
	for name, values := range held {
		for value, spans := range values {
			out[name+"="+value] = union(spans)
		}
	}
	for _, rule := range rules {
		in := []span{{0, int64(kpi.Forever)}}
		for name, allowed := range rule.Where {
			var any []span
			for _, v := range allowed {
				any = append(any, held[name][v]...)
			}
			in = intersect(in, union(any))
		}
		if len(in) > 0 {
			out[rule.ID] = in
		}
	}
	return out
}

// union merges overlapping and touching spans, in time order; an empty one is none.
func union(in []span) []span {
	in = slices.DeleteFunc(slices.Clone(in), func(s span) bool { return s.from >= s.to })
	sort.Slice(in, func(i, j int) bool { return in[i].from < in[j].from })
	var out []span
	for _, s := range in {
		if n := len(out); n > 0 && s.from <= out[n-1].to {
			out[n-1].to = max(out[n-1].to, s.to)
			continue
		}
		out = append(out, s)
	}
	return out
}

// intersect of two unions.
func intersect(a, b []span) []span {
	var out []span
	for _, x := range a {
		for _, y := range b {
			if from, to := max(x.from, y.from), min(x.to, y.to); from < to {
				out = append(out, span{from, to})
			}
		}
	}
	return out
}

// flatAttributes turns attributes that came with an account row into rows of
// account_attribute. Such a source knows only today's value: the first one seen
// reaches back to created_at, a later one holds from now on and closes the other.
// A stale row, older than what was known of the account, says nothing of today.
func (p *page) flatAttributes(ctx context.Context, rows []*fact.Row, stale map[*fact.Row]bool) ([]fact.Row, error) {
	var out []fact.Row
	open := map[[2]string]attribute{}
	var asked []string
	for _, r := range rows {
		if len(r.Attribute) > 0 {
			asked = append(asked, r.ID)
		}
	}
	if err := p.openAttributes(ctx, asked, open); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if stale[r] {
			continue
		}
		for _, name := range sortedKeys(r.Attribute) {
			key := [2]string{r.ID, name}
			was, known := open[key]
			now := attribute{Account: r.ID, Name: name, Value: r.Attribute[name], From: int64(p.now), To: int64(kpi.Forever)}
			switch {
			case !known:
				now.From = r.Values[2].(int64) // created_at
			case was.Value == now.Value:
				continue
			case was.From >= now.From: // changed twice in one instant: the later value stands
				now.From = was.From
			default:
				was.To = now.From
				out = append(out, was.row(r.Locator))
			}
			out = append(out, now.row(r.Locator))
			open[key] = now
		}
	}
	return out, nil
}

type attribute struct {
	Account string `db:"account_id"`
	Name    string `db:"name"`
	Value   string `db:"value"`
	From    int64  `db:"valid_from"`
	To      int64  `db:"valid_to"`
}

func (a attribute) row(locator string) fact.Row {
	return fact.Row{Fact: "account_attribute", ID: fmt.Sprintf("%s:%s:%d", a.Account, a.Name, a.From), Locator: locator,
		Values: []any{a.Account, a.Name, a.Value, a.From, a.To}}
}

func (p *page) openAttributes(ctx context.Context, accounts []string, into map[[2]string]attribute) error {
	return chunks(accounts, 500, func(part []string) error {
		var rows []attribute
		q := "SELECT account_id, name, value, valid_from, valid_to FROM account_attribute_row WHERE source = ? AND valid_to = ? AND account_id IN (" + marks(len(part)) + ")"
		args := append([]any{p.run.source, int64(kpi.Forever)}, anys(part)...)
		if err := p.tx.SelectContext(ctx, &rows, p.tx.Rebind(q), args...); err != nil {
			return err
		}
		for _, a := range rows {
			into[[2]string{a.Account, a.Name}] = a
		}
		return nil
	})
}
