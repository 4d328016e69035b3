package main

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// settle keeps the verdicts of the last evaluation, in case a process ended
// between computing its numbers and judging them. It reads no fact and, when
// all is kept, writes nothing.
func (a *app) settle(ctx context.Context) error {
	run, err := a.store.LastEvaluation(ctx)
	if err != nil || run == 0 {
		return err
	}
	return errors.Join(a.freezeBaselines(ctx), a.keepVerdicts(ctx, run))
}

// freezeBaselines stores, once for each target and scope, the baseline it is
// measured from. From then on a restated past moves no promise by itself.
func (a *app) freezeBaselines(ctx context.Context) error {
	frozen, err := a.baselines(ctx)
	if err != nil {
		return err
	}
	for _, c := range a.cfg.Scorecards {
		for _, d := range a.defs {
			for _, t := range a.targetsFor(d.ID, c.Portfolio, "", "") {
				for _, part := range t.Single() {
					if err := a.freeze(ctx, frozen, d, part, c.Portfolio); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

func (a *app) freeze(ctx context.Context, frozen map[string]kpi.Baseline, d *kpi.Definition, t kpi.Target, portfolio string) error {
	m, ok := d.Measure(t.Measure)
	s, known := a.engine.Scope(d.ID, portfolio, t.Product, t.Segment)
	if !ok || !known {
		return nil
	}
	key := baselineKey(d.ID, m.ID, s.ID, t.Hash)
	if _, done := frozen[key]; done {
		return nil
	}
	obs, err := a.series(ctx, d, m, portfolio, t.Product, t.Segment, d.CadenceOf(m))
	if err != nil {
		return err
	}
	judged := *d
	judged.Cadence = d.CadenceOf(m)
	b, ok := kpi.TakeBaseline(kpi.Input{Calendar: a.cal, Definition: &judged, Measure: m, Targets: []kpi.Target{t}, Observations: obs, AsOf: a.now()}, t)
	if !ok {
		return nil
	}
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = a.store.RecordVersion(ctx, store.ConfigVersion{Kind: "baseline", Key: key, Hash: digest(b), Body: string(body),
		Since: a.now(), By: "kpid", Reason: "the target began"})
	return err
}

// keepVerdicts stores what the current pages show, where it differs from what
// they showed last, and the configuration it was judged by.
func (a *app) keepVerdicts(ctx context.Context, run int64) error {
	for _, v := range a.cfg.Versions() {
		if _, err := a.store.RecordVersion(ctx, store.ConfigVersion{Kind: v.Kind, Key: v.Key, Hash: v.Hash, Body: v.Body, Since: v.Since, By: v.By, Reason: v.Reason}); err != nil {
			return err
		}
	}
	r := newReader(a)
	for _, c := range a.cfg.Scorecards {
		card, err := r.Scorecard(ctx, dashboards.Query{Portfolio: c.Portfolio})
		if err != nil {
			return err
		}
		var out []store.Verdict
		for _, row := range card.KPIs {
			if row.Period == nil || row.Verdict == nil {
				continue
			}
			segment, hash := "all", ""
			if t := row.Verdict.Target; t != nil {
				segment, hash = t.Segment, t.Hash
			}
			s, ok := a.engine.Scope(row.ID, c.Portfolio, "", segment)
			if !ok {
				continue
			}
			caps, err := json.Marshal(row.Caps)
			if err != nil {
				return err
			}
			detail, err := json.Marshal(row)
			if err != nil {
				return err
			}
			v := store.Verdict{KPI: row.ID, Measure: row.Measure, Scope: s.ID, Period: *row.Period, TargetHash: hash,
				Raw: string(row.Raw), Status: string(row.Published), Displayed: string(row.Status),
				Caps: string(caps), Detail: string(detail), Sentence: row.Sentence, Run: run}
			if row.Pending != nil {
				p := string(*row.Pending)
				v.Pending = &p
			}
			out = append(out, v)
		}
		if _, err := a.store.SaveVerdicts(ctx, out); err != nil {
			return err
		}
	}
	return nil
}
