package main

import (
	"context"
	"slices"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
)

// asKnown is the reader of what was known at an instant: numbers, targets, baselines and
// versions that had been recorded by then, and a clock that stands there. Nothing is
// computed again. Zero is now.
func (r *reader) asKnown(ctx context.Context, at kpi.Millis) (*reader, error) {
	a := r.app
	if at == 0 || a.knownAt != 0 {
		return r, nil
	}
	cfg := *a.cfg
	var err error
	if cfg.Targets, err = a.targetsKnown(ctx, at); err != nil {
		return nil, err
	}
	return newReader(&app{cfg: &cfg, cal: a.cal, tree: a.tree, defs: a.defs, sources: a.sources, identity: a.identity,
		store: a.store, engine: a.engine, now: func() kpi.Millis { return at }, knownAt: at}), nil
}

// targetsKnown are the targets as they had been recorded by an instant: one that was
// recorded later is not there, one that was changed later stands as it was written then.
// A target that was taken out of the file since is not brought back: nothing records
// when that was.
func (a *app) targetsKnown(ctx context.Context, at kpi.Millis) ([]kpi.Target, error) {
	all, err := a.store.Versions(ctx, "target")
	if err != nil {
		return nil, err
	}
	then := map[string]store.ConfigVersion{}
	for _, v := range known(all, at) {
		then[v.Key] = v
	}
	var out []kpi.Target
	for i, v := range a.cfg.TargetVersions() {
		was, ok := then[v.Key]
		switch {
		case !ok:
		case was.Hash == v.Hash:
			out = append(out, a.cfg.Targets[i])
		default:
			if t, ok := a.cfg.ReadTarget(was.Body, a.cfg.Targets[i]); ok {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// known leaves the versions that had been recorded by an instant; 0 is now.
func known(all []store.ConfigVersion, at kpi.Millis) []store.ConfigVersion {
	if at == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(v store.ConfigVersion) bool { return v.RecordedAt > at })
}

// observations of a KPI in a scope: the newest, or those the app knows of.
func (a *app) observations(ctx context.Context, kpiID string, scope int64) ([]kpi.Observation, error) {
	if a.knownAt != 0 {
		return a.store.ObservationsAt(ctx, kpiID, scope, a.knownAt)
	}
	return a.store.Observations(ctx, kpiID, scope, nil)
}

// versionsOf a key that the app knows of, oldest first.
func (a *app) versionsOf(ctx context.Context, kind, key string) ([]store.ConfigVersion, error) {
	all, err := a.store.VersionsOf(ctx, kind, key)
	return known(all, a.knownAt), err
}

// lastEvaluation is the run behind what the app knows.
func (a *app) lastEvaluation(ctx context.Context) (int64, error) {
	if a.knownAt != 0 {
		return a.store.EvaluatedBy(ctx, a.knownAt)
	}
	return a.store.LastEvaluation(ctx)
}
