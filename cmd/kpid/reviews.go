package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// freezeTries is how often a review is gathered again when something was written
// meanwhile, before kpid gives up.
const freezeTries = 5

// reviewer keeps what is written on reviews, and freezes them.
type reviewer struct{ app *app }

// SaveNarrative keeps what a person wrote in place of a generated section.
func (w *reviewer) SaveNarrative(ctx context.Context, n kpi.Narrative) (kpi.Narrative, error) {
	return w.app.store.SaveNarrative(context.WithoutCancel(ctx), n)
}

// Freeze keeps the review of a quarter as it is known now, of one state of the store: no
// run is under way meanwhile, and when somebody writes, it is gathered again. A review
// that says what the newest freeze says is that freeze, whatever the clock says.
func (w *reviewer) Freeze(ctx context.Context, portfolio string, quarter kpi.Period, by string) (kpi.Freeze, bool, error) {
	w.app.gate.Lock()
	defer w.app.gate.Unlock()
	for range freezeTries {
		before, err := w.app.store.Version(ctx)
		if err != nil {
			return kpi.Freeze{}, false, err
		}
		pack, err := dashboards.NewPack(ctx, newReader(w.app), portfolio, quarter)
		if err != nil {
			return kpi.Freeze{}, false, err
		}
		after, err := w.app.store.Version(ctx)
		if err != nil {
			return kpi.Freeze{}, false, err
		}
		if before != after {
			continue
		}
		if last, ok := w.newest(ctx, portfolio, quarter.ID); ok && pack.Same(last.pack) {
			return last.Freeze, false, nil
		}
		body, err := pack.Encode()
		if err != nil {
			return kpi.Freeze{}, false, err
		}
		return w.app.store.Freeze(context.WithoutCancel(ctx), kpi.Freeze{Portfolio: portfolio, Period: quarter.ID, Body: body, By: by})
	}
	return kpi.Freeze{}, false, fmt.Errorf("somebody wrote %d times while the review of %s was gathered; nothing was frozen, freeze it again", freezeTries, quarter.ID)
}

// thawed is a freeze with what it holds.
type thawed struct {
	kpi.Freeze
	pack *report.Pack
}

// newest is the last freeze of a quarter. ok is false when there is none, and when it
// cannot be read: a freeze that was damaged keeps nobody from making another.
func (w *reviewer) newest(ctx context.Context, portfolio, period string) (last thawed, ok bool) {
	all, err := w.app.store.Freezes(ctx, portfolio, period)
	if err != nil || len(all) == 0 {
		return last, false
	}
	if last.Freeze, err = w.app.store.Frozen(ctx, all[len(all)-1].ID); err != nil {
		return last, false
	}
	last.pack, err = report.Decode(last.Body)
	return last, err == nil
}

// Narratives of a review.
func (r *reader) Narratives(ctx context.Context, portfolio, period string) ([]kpi.Narrative, error) {
	return r.app.store.Narratives(ctx, portfolio, period)
}

// Freezes of a portfolio. One that says something of a KPI which is confidential by now
// is left out: its bytes cannot be taken apart.
func (r *reader) Freezes(ctx context.Context, portfolio, period string) ([]kpi.Freeze, error) {
	all, err := r.app.store.Freezes(ctx, portfolio, period)
	if err != nil || !r.app.hides() {
		return all, err
	}
	var out []kpi.Freeze
	for _, f := range all {
		switch _, err := r.Frozen(ctx, f.ID); {
		case errors.Is(err, kpi.ErrNoFreeze):
		case err != nil:
			return nil, err
		default:
			out = append(out, f)
		}
	}
	return out, nil
}

// Frozen is a freeze whole, if nothing in it is confidential by now.
func (r *reader) Frozen(ctx context.Context, id string) (kpi.Freeze, error) {
	f, err := r.app.store.Frozen(ctx, id)
	if err != nil || !r.app.hides() {
		return f, err
	}
	pack, err := report.Decode(f.Body)
	if err != nil {
		return f, err
	}
	for _, k := range pack.KPIs {
		if r.app.hidden(k.ID) {
			return kpi.Freeze{}, fmt.Errorf("%w that may be shown: it holds figures that are confidential now", kpi.ErrNoFreeze)
		}
	}
	return f, nil
}

// Since are the changes of what a row of a frozen pack rests on that came after it.
func (r *reader) Since(ctx context.Context, portfolio string, k report.KPI) ([]report.Cause, error) {
	a := r.app
	d, ok := r.Definition(k.ID)
	if !ok {
		return nil, nil
	}
	m, ok := d.Measure(k.Measure)
	scope, kept := a.engine.Scope(d.ID, portfolio, "", k.Segment)
	if !ok || !kept {
		return nil, nil
	}
	remade, err := a.remade(ctx, d, m, scope.ID, k.Now.Made)
	if err != nil {
		return nil, err
	}
	all, err := a.store.VersionsOf(ctx, "definition", d.ID)
	var versions []report.DefinitionVersion
	for i, v := range all {
		versions = append(versions, report.DefinitionVersion{Number: i + 1, Hash: v.Hash, By: v.By, Reason: v.Reason, RecordedAt: v.RecordedAt})
	}
	return report.Since(k.Now, remade, versions), err
}

// remade reads the revisions of the observations behind a number, by measure.
func (a *app) remade(ctx context.Context, d *kpi.Definition, own kpi.Measure, scope int64, made []report.Observed) ([]report.Remade, error) {
	var out []report.Remade
	for _, o := range made {
		m, ok := d.Measure(o.Measure)
		if !ok {
			continue
		}
		of, err := a.store.Revisions(ctx, d.ID, m.ID, scope, o.Period)
		if err != nil {
			return nil, err
		}
		if n := len(out); n == 0 || out[n-1].Measure.ID != m.ID {
			out = append(out, report.Remade{Measure: m, Part: m.ID != own.ID})
		}
		last := &out[len(out)-1]
		last.Revisions = append(last.Revisions, of...)
	}
	return out, nil
}
