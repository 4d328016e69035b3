package main

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
	"github.com/kpid/kpid/store"
)

// plans are initiatives, bets and releases of the whole company as of one data
// version. Stages depend on the clock and are worked out for each page.
type plans struct {
	mu          sync.Mutex
	version     string
	initiatives []store.Initiative
	bets        map[[2]string]kpi.Bet
	outcomes    map[[2]string]kpi.Judged
	signed      map[[2]string]string // who entered the newest lift of a bet
	releases    []store.Release
}

// releasesBack is how far back releases are listed.
const releasesBack = kpi.Millis(366 * 24 * 60 * 60 * 1000)

// Bets of the products of a node and below.
func (r *reader) Bets(ctx context.Context, portfolio string) ([]dashboards.Bet, error) {
	road, err := r.Roadmap(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	var out []dashboards.Bet
	for _, i := range road.Initiatives {
		if i.Bet != nil {
			out = append(out, *i.Bet)
		}
	}
	return out, nil
}

// Roadmap of the products of a node and below.
func (r *reader) Roadmap(ctx context.Context, portfolio string) (*dashboards.Roadmap, error) {
	p := &r.plans
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.load(ctx, r.app); err != nil {
		return nil, err
	}
	cases, err := r.app.cases(ctx) // what people say of a bet changes no number, so it is not remembered with them
	if err != nil {
		return nil, err
	}
	out := &dashboards.Roadmap{}
	at := r.app.now()
	for _, i := range p.initiatives {
		if under(r.app.tree, portfolio, i.Product) {
			one := p.initiative(i, at)
			if one.Bet != nil {
				one.Bet.Case = kpi.NewBusinessCase(cases[i.Source+"/"+i.ID], one.Bet.ReleasedAt)
			}
			out.Initiatives = append(out.Initiatives, one)
		}
	}
	for _, l := range p.releases {
		if under(r.app.tree, portfolio, l.Product) {
			out.Releases = append(out.Releases, dashboards.Release(l))
		}
	}
	return out, nil
}

// load reads everything once for a data version.
func (p *plans) load(ctx context.Context, a *app) error {
	version, err := a.store.DataVersion(ctx)
	if err != nil || version == p.version && p.bets != nil {
		return err
	}
	p.version = "" // until all of it is read
	if p.initiatives, err = a.store.Initiatives(ctx); err != nil {
		return err
	}
	p.initiatives = slices.DeleteFunc(p.initiatives, func(i store.Initiative) bool { return a.hidden(text(i.KPI)) })
	bets, err := a.store.Bets(ctx)
	if err != nil {
		return err
	}
	if p.outcomes, err = a.store.BetOutcomes(ctx); err != nil {
		return err
	}
	lifts, err := a.store.Lifts(ctx)
	if err != nil {
		return err
	}
	p.signed = map[[2]string]string{}
	for _, l := range lifts { // oldest first
		who, _ := a.cfg.Person(l.Author)
		p.signed[[2]string{l.Source, l.ID}] = cmp.Or(who.Name, l.Author)
	}
	if p.releases, err = a.store.Releases(ctx, a.now()-releasesBack); err != nil {
		return err
	}
	p.bets = make(map[[2]string]kpi.Bet, len(bets))
	for _, b := range bets {
		p.bets[[2]string{b.Source, b.ID}] = b
	}
	p.version = version
	return nil
}

func (p *plans) initiative(i store.Initiative, at kpi.Millis) dashboards.Initiative {
	out := dashboards.Initiative{Source: i.Source, ID: i.ID, Product: i.Product, Name: i.Name, Size: i.Size,
		Owner: text(i.Owner), Risk: text(i.Risk), Horizon: text(i.Horizon), KPI: text(i.KPI), URL: text(i.URL),
		MeasureBy: i.MeasureBy, Released: i.Released, Killed: i.Killed}
	for _, part := range []struct {
		name string
		has  bool
	}{{"KPI", i.KPI != nil}, {"baseline", i.Baseline != nil}, {"expected lift", i.Expected != nil}, {"date to measure by", i.MeasureBy != nil}} {
		if !part.has {
			out.Missing = append(out.Missing, part.name)
		}
	}
	key := [2]string{i.Source, i.ID}
	bet, ok := p.bets[key]
	if !ok {
		return out
	}
	seen, ok := p.outcomes[key]
	if !ok { // no evaluation has looked at it; what a person recorded holds all the same
		seen = bet.Judge(nil, "not evaluated yet", at)
	}
	out.Bet = &dashboards.Bet{Bet: bet, Name: i.Name, Owner: out.Owner, Size: i.Size, Risk: out.Risk, URL: out.URL,
		Registered: i.Registered, Killed: i.Killed, Seen: seen, SignedBy: p.signed[key], Stage: bet.Stage(seen.Outcome, i.Killed, i.Registered, at)}
	return out
}

// under says whether a product, or the pseudo-product "@node" of facts about a
// node, belongs to a node of the tree; those of the whole company to its root.
func under(tree kpi.Tree, node, product string) bool {
	if product == engine.Company {
		n, ok := tree.Portfolio(node)
		return ok && n.Parent == ""
	}
	if len(product) > 1 && product[0] == '@' {
		return slices.Contains(tree.Ancestors(product[1:]), node)
	}
	return slices.ContainsFunc(tree.Under(node), func(p kpi.Product) bool { return p.ID == product })
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
