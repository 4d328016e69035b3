package main

import (
	"context"
	"slices"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
)

// enteredAssessments shows of a member the beginning of the hash, and of an assessor
// who is known the id; nothing while every KPI they count in is confidential.
func (a *app) enteredAssessments(ctx context.Context, portfolio string, out *dashboards.Entered) error {
	if !slices.ContainsFunc(a.shown(), func(d *kpi.Definition) bool { return slices.Contains(d.Facts, "assessment") }) {
		return nil
	}
	all, err := a.store.Assessments(ctx, ownSource)
	if err != nil || len(all) == 0 {
		return err
	}
	key, err := a.hashKey()
	if err != nil {
		return err
	}
	known := map[string]string{}
	for _, p := range a.cfg.People {
		known[p.ID], known[mapping.HashID(key, p.ID)] = p.ID, p.ID
	}
	places := a.places(portfolio)
	for _, s := range all {
		product, ok, err := a.store.Member(ctx, s.Member)
		if err != nil {
			return err
		}
		if !ok || !slices.Contains(places, product) {
			continue
		}
		by := known[s.Assessor]
		if by == "" {
			by = s.Assessor[:min(8, len(s.Assessor))]
		}
		out.Assessments = append(out.Assessments, dashboards.AssessmentLine{Member: s.Member[:min(8, len(s.Member))], Rubric: s.Rubric, Competency: s.Competency,
			Assessor: by, Level: s.Level, At: s.At, Until: s.Until})
	}
	return nil
}

func (a *app) enteredWaves(ctx context.Context, portfolio string, out *dashboards.Entered) error {
	all, err := a.store.Waves(ctx, ownSource)
	for _, w := range all {
		if w.Product != "@"+portfolio {
			continue
		}
		out.Waves = append(out.Waves, dashboards.WaveLine{ID: w.ID, Name: w.Name, OpensAt: w.OpensAt, ClosesAt: w.ClosesAt, Invited: w.Invited, Answered: w.Answered})
		if w.ClosesAt > a.now() {
			out.Due = append(out.Due, dashboards.Due{Kind: dashboards.Surveying, ID: w.ID, What: "Alignment survey " + w.Name,
				Why: "is open until the end of " + a.cal.Date(w.ClosesAt-1).String()})
		}
	}
	return err
}
