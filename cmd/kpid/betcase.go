package main

import (
	"context"
	"errors"
	"strings"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/store"
)

// value stores a line of a bet's business case; no number of a KPI rests on it.
func (e *enterer) value(ctx context.Context, in dashboards.Entry) (dashboards.Receipt, error) {
	f := in.Fields
	day, err := kpi.ParseDate(f["date"])
	if err != nil {
		return dashboards.Receipt{}, err
	}
	c := kpi.CaseEntry{Line: kpi.CaseLine(f["line"]), At: day, Text: f["text"], Author: in.Author.ID}
	c.Source, c.ID, _ = strings.Cut(f["bet"], "/")
	if c.Links, err = kpi.NoteLinks(f["links"]); err != nil {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "links", Text: err.Error()}}
	}
	if c.Line != kpi.CaseEvidence {
		c.Currency = f["currency"]
		c.Digits, _ = mapping.Decimals(c.Currency)
		if c.Minor, err = kpi.ParseAmount(f["amount"], c.Digits); err != nil {
			return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "amount", Text: err.Error()}}
		}
	}
	saved, err := e.app.store.SaveCase(ctx, c)
	if errors.Is(err, store.ErrNoFact) {
		return dashboards.Receipt{}, dashboards.FieldErrors{{Field: "bet", Text: "Its source says that it is gone."}}
	}
	return dashboards.Receipt{ID: f["bet"], Same: !saved}, err
}

// moneys are the currencies of the company, its own first.
func (a *app) moneys() []scorecard.Money {
	var out []scorecard.Money
	for _, code := range a.currencies() {
		digits, ok := mapping.Decimals(code)
		if ok {
			out = append(out, scorecard.Money{Currency: code, Digits: digits})
		}
	}
	return out
}

// cases are the lines of business cases by bet, source/id, oldest first.
func (a *app) cases(ctx context.Context) (map[string][]kpi.CaseEntry, error) {
	all, err := a.store.Cases(ctx)
	out := map[string][]kpi.CaseEntry{}
	for _, c := range all {
		out[c.Source+"/"+c.ID] = append(out[c.Source+"/"+c.ID], c)
	}
	return out, err
}
