package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// betOutcome is the relation in which KPI SQL finds what became of each bet.
const betOutcome = "bet_outcome"

// needsBets says whether a KPI counts bets: then it comes after all others,
// whose series the bets are judged by.
func needsBets(d *kpi.Definition) bool { return slices.Contains(d.Facts, betOutcome) }

// measureBets judges every bet and keeps what is new.
func (e *Engine) measureBets(ctx context.Context, run int64, st instantState) error {
	if !slices.ContainsFunc(e.cfg.Definitions, needsBets) {
		return nil
	}
	bets, err := e.cfg.Store.Bets(ctx)
	if err != nil || len(bets) == 0 {
		return err
	}
	r := reading{engine: e, st: st, known: map[string][]kpi.Observation{}}
	judged := make([]kpi.Judged, len(bets))
	for i, b := range bets {
		var seen *kpi.Reading
		why := ""
		if b.Measured == nil && b.Recorded == "" && b.MeasureBy <= st.asOf {
			if seen, why, err = r.of(ctx, b); err != nil {
				return err
			}
		}
		judged[i] = b.Judge(seen, why, st.asOf)
	}
	reach := e.Reach(st.asOf)
	_, err = e.cfg.Store.SaveBets(ctx, run, bets, judged, func(b kpi.Bet) []kpi.Cell {
		cells := reach("initiative", b.Product, b.MeasureBy, b.MeasureBy+1)
		return slices.DeleteFunc(cells, func(c kpi.Cell) bool { return !needsBets(e.byID[c.KPI]) })
	})
	return err
}

// reading looks into the series that bets name.
type reading struct {
	engine *Engine
	st     instantState
	known  map[string][]kpi.Observation // final ones at the judged grain, by KPI/measure/scope
}

// of gives what the KPI's own series said between a bet's release and its date,
// or the reason why it says nothing.
func (r reading) of(ctx context.Context, b kpi.Bet) (*kpi.Reading, string, error) {
	d, ok := r.engine.byID[b.KPI]
	if !ok {
		return nil, fmt.Sprintf("there is no KPI %q", b.KPI), nil
	}
	m, ok := d.Measure(b.Measure)
	if !ok {
		return nil, fmt.Sprintf("%s has no measure %q", b.KPI, b.Measure), nil
	}
	if b.ReleasedAt == nil || *b.ReleasedAt >= b.MeasureBy {
		return nil, "not released before its date", nil
	}
	obs, ok, err := r.series(ctx, d, m, b.Product, b.Segment)
	if err != nil {
		return nil, "", err
	}
	if !ok {
		return nil, fmt.Sprintf("no series of %s is kept for %s, segment %s", b.KPI, b.Product, b.Segment), nil
	}
	within := between(obs, *b.ReleasedAt, b.MeasureBy)
	if len(within) == 0 {
		return nil, "no settled " + string(d.CadenceOf(m)) + " of " + b.KPI + " lies between the release and its date", nil
	}
	within = within[max(0, len(within)-smooth(d, m)):]
	value, ci, ok := m.Pool(within)
	if !ok {
		return nil, b.KPI + " has no number there", nil
	}
	out := &kpi.Reading{Value: value, CI: ci, Direction: m.Direction, Period: within[len(within)-1].Period}
	out.Worse, err = r.worse(ctx, b)
	return out, "", err
}

// smooth is how many periods are pooled, as for a verdict: four weeks, else one.
func smooth(d *kpi.Definition, m kpi.Measure) int {
	if d.CadenceOf(m) == kpi.Week {
		return 4
	}
	return 1
}

// worse lists the guardrails whose interval at the date lies wholly on the bad
// side of their last value before the release.
func (r reading) worse(ctx context.Context, b kpi.Bet) ([]string, error) {
	var out []string
	for _, id := range b.Guardrails {
		d, ok := r.engine.byID[id]
		if !ok {
			continue
		}
		m := d.Primary()
		obs, ok, err := r.series(ctx, d, m, b.Product, "all")
		if err != nil {
			return nil, err
		}
		before, after := between(obs, 0, *b.ReleasedAt), between(obs, *b.ReleasedAt, b.MeasureBy)
		if !ok || len(before) == 0 || len(after) == 0 {
			continue
		}
		was, now := before[len(before)-1], after[len(after)-1]
		if was.Value == nil || now.CILo == nil || now.CIHi == nil {
			continue
		}
		if m.Direction == kpi.Up && *now.CIHi < *was.Value || m.Direction == kpi.Down && *now.CILo > *was.Value {
			out = append(out, id)
		}
	}
	return out, nil
}

// between keeps the periods that lie in [from, to).
func between(obs []kpi.Observation, from, to kpi.Millis) []kpi.Observation {
	var out []kpi.Observation
	for _, o := range obs {
		if o.Starts >= from && o.Ends <= to {
			out = append(out, o)
		}
	}
	return out
}

// series reads the final observations of a product (or a node, for a fact about
// one) at the grain that is judged; ok is false when that series is not kept.
func (r reading) series(ctx context.Context, d *kpi.Definition, m kpi.Measure, product, segment string) ([]kpi.Observation, bool, error) {
	node, leaf := strings.TrimPrefix(product, "@"), ""
	if node == product {
		leaf = product
		for _, p := range r.engine.cfg.Tree.Products {
			if p.ID == product {
				node = p.Portfolio
			}
		}
	}
	s, ok := r.engine.Scope(d.ID, node, leaf, segment)
	if !ok {
		return nil, false, nil
	}
	key := fmt.Sprintf("%s/%s/%d", d.ID, m.ID, s.ID)
	if obs, ok := r.known[key]; ok {
		return obs, true, nil
	}
	all, err := r.engine.cfg.Store.Observations(ctx, d.ID, s.ID, nil)
	if err != nil {
		return nil, false, err
	}
	obs := []kpi.Observation{}
	for _, o := range all {
		p, err := r.engine.cfg.Calendar.Period(o.Period)
		if err == nil && o.Measure == m.ID && o.State == kpi.Final && p.Grain == d.CadenceOf(m) {
			obs = append(obs, o)
		}
	}
	r.known[key] = obs
	return obs, true, nil
}
