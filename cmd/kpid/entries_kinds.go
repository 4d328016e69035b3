package main

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/store"
)

// beside stores what is said of a vendor's row, while no evaluation reads it.
func (e *enterer) beside(save func(store.Reach) (bool, error), in dashboards.Entry, field string) (dashboards.Receipt, error) {
	e.app.gate.RLock()
	defer e.app.gate.RUnlock()
	saved, err := save(e.app.engine.Reach(e.app.now()))
	if errors.Is(err, store.ErrNoFact) {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: field, Text: "Its source says that it is gone."}}
	}
	return dashboards.Receipt{ID: in.Fields[field], Same: !saved}, err
}

// review stores what was found out about an incident.
func (e *enterer) review(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	if f["change_ref"] != "" {
		known, err := e.app.store.IsChange(ctx, f["change_ref"])
		if err != nil {
			return dashboards.Receipt{}, err
		}
		if !known {
			return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "change_ref", Text: "No change is known by “" + f["change_ref"] + "”. Write the id or the reference of a deployment, or leave it empty."}}
		}
	}
	r := store.Review{Cause: f["cause"], ChangeRef: filled(f["change_ref"]), Text: f["text"], Author: in.Author.ID, ReviewedAt: e.app.now()}
	r.Source, r.ID, _ = strings.Cut(f["incident"], "/")
	return e.beside(func(reach store.Reach) (bool, error) { return e.app.store.SaveReview(ctx, reach, r) }, in, "incident")
}

// measure stores what a bet brought.
func (e *enterer) measure(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	l := store.Lift{Lo: typedNumber(f["lo"]), Hi: typedNumber(f["hi"]), Verdict: filled(f["verdict"]), Text: f["text"], Author: in.Author.ID, MeasuredAt: e.app.now()}
	l.Source, l.ID, _ = strings.Cut(f["bet"], "/")
	l.Lift = *typedNumber(f["lift"])
	switch {
	case l.Lo != nil && *l.Lo > l.Lift:
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "lo", Text: "The lower end lies above the lift."}}
	case l.Hi != nil && *l.Hi < l.Lift:
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "hi", Text: "The upper end lies below the lift."}}
	case (l.Lo == nil) != (l.Hi == nil):
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: map[bool]string{true: "lo", false: "hi"}[l.Lo == nil], Text: "An interval has two ends; fill in both or neither."}}
	}
	return e.beside(func(reach store.Reach) (bool, error) { return e.app.store.SaveLift(ctx, reach, l) }, in, "bet")
}

// assess stores an assessment of a member whom the team has.
func (e *enterer) assess(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	wrong := func(field, text string) (dashboards.Receipt, error) {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: field, Text: text}}
	}
	if level := *typedNumber(f["level"]); level < 0 || level > 100 {
		return wrong("level", "A level is from 0 to 100.")
	}
	key, err := e.app.hashKey()
	if err != nil {
		return dashboards.Receipt{}, err
	}
	member := f["member"]
	if !e.app.plainTeam() {
		member = mapping.HashID(key, member)
	}
	product, known, err := e.app.store.Member(ctx, member)
	switch {
	case err != nil:
		return dashboards.Receipt{}, err
	case !known:
		return wrong("member", "Nobody of the team has this id. Write it as the source of the team does, capitals included.")
	case !slices.Contains(e.app.places(in.Portfolio), product):
		return wrong("member", "This person belongs to another portfolio; enter it there.")
	}
	id := digest([]string{member, f["rubric"], f["competency"], in.Author.ID})[:32] + ":" + f["date"]
	return e.fact(ctx, "assessment", map[string]string{"assessed_at": "date", "member_id": "member"}, map[string]any{
		"id": id, "member_id": f["member"], "rubric": f["rubric"], "competency": f["competency"], "level": *typedNumber(f["level"]),
		"assessed_at": int64(e.app.midnight(f["date"])), "assessor_id": in.Author.ID})
}

// places are what facts of a portfolio are filed under: its products, and itself and
// the portfolios below it.
func (a *app) places(portfolio string) []string {
	out := []string{"@" + portfolio}
	for _, p := range a.tree.Under(portfolio) {
		out = append(out, p.ID)
	}
	for _, p := range a.tree.Portfolios {
		if p.ID != portfolio && slices.Contains(a.tree.Ancestors(p.ID), portfolio) {
			out = append(out, "@"+p.ID)
		}
	}
	return out
}
