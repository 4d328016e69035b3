package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/sqlsrc"
	"github.com/kpid/kpid/internal/config"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/engine"
)

// located gives the KPIs that are computed in a company's own database the source it is
// asked through: the one [kpi.ID] source names, or the only one there is.
func located(cfg *config.Config, defs []*kpi.Definition) ([]*kpi.Definition, error) {
	var databases []string
	for _, s := range cfg.Sources {
		if s.Enabled && s.Connector == "sql" {
			databases = append(databases, s.ID)
		}
	}
	var errs []error
	for i, d := range defs {
		said := cfg.KPIs[d.ID].Source
		switch {
		case d.Warehouse == nil && said != "":
			errs = append(errs, fmt.Errorf("[kpi.%s] source: the KPI is computed from stored facts, whatever source they come from; leave source out", d.ID))
		case d.Warehouse == nil:
		case said == "" && len(databases) == 1:
			defs[i] = at(d, databases[0])
		case said == "":
			errs = append(errs, fmt.Errorf("[kpi.%s] needs source = \"...\", the database it is computed in; sources with connector = \"sql\": %s", d.ID, orNone(databases)))
		case !slices.Contains(databases, said):
			errs = append(errs, fmt.Errorf("[kpi.%s] source: there is no enabled source %q with connector = \"sql\"; there are: %s", d.ID, said, orNone(databases)))
		default:
			defs[i] = at(d, said)
		}
	}
	return defs, errors.Join(errs...)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}

// at is the definition with its database, which is part of what it means.
func at(d *kpi.Definition, source string) *kpi.Definition {
	out, w := *d, *d.Warehouse
	w.Source = source
	out.Warehouse, out.Hash = &w, digest([]string{d.Hash, source})
	return &out
}

// askedThrough are the KPIs that are computed in the database of a source.
func (a *app) askedThrough(source string) []*kpi.Definition {
	var out []*kpi.Definition
	for _, d := range a.defs {
		if d.Warehouse != nil && d.Warehouse.Source == source {
			out = append(out, d)
		}
	}
	return out
}

// withKPIs is a source whose database also computes KPIs: after its rows, what came of
// their questions.
type withKPIs struct {
	ingest.Source
	app  *app
	cfg  sqlsrc.Config
	kpis []*kpi.Definition
}

// Fetch reads the rows, then asks for each KPI. One that fails is told and stops no
// other, and no rows.
func (w *withKPIs) Fetch(ctx context.Context, state ingest.State, emit func(context.Context, ingest.Page) error) (ingest.Summary, error) {
	sum, err := w.Source.Fetch(ctx, state, emit)
	if err != nil {
		return sum, err
	}
	db, err := sqlsrc.OpenWarehouse(ctx, w.cfg)
	if err != nil {
		return sum, err
	}
	defer db.Close()
	var troubles []string
	for _, d := range w.kpis {
		err := w.ask(ctx, db, d, state, emit)
		var lost *ingest.UnstoredError
		if errors.As(err, &lost) {
			return sum, err
		}
		if err != nil {
			troubles = append(troubles, fmt.Sprintf("KPI %s: %v", d.ID, err))
		}
	}
	if len(troubles) > 0 {
		sum.Complete, sum.CompleteThrough = false, nil
		sum.Message = strings.Join(append(troubles, sum.Message), "; ")
	}
	return sum, nil
}

// askedMark is what is remembered of a KPI's question: what decided it, and until when
// it was asked.
type askedMark struct {
	Basis   string     `json:"basis"`
	Through kpi.Millis `json:"through"`
}

// ask brings one KPI's totals home: all of its history when the question is new, and
// otherwise from a little before where it was.
func (w *withKPIs) ask(ctx context.Context, db *sqlsrc.Warehouse, d *kpi.Definition, state ingest.State, emit func(context.Context, ingest.Page) error) error {
	a, stream := w.app, "kpi:"+d.ID
	now, basis := a.now(), digest([]string{d.Hash, a.engine.Basis(d.ID)})
	from := a.cal.Sub(now, d.Warehouse.History)
	var last askedMark
	if stored := state.Cursor(stream); stored != nil && json.Unmarshal(stored, &last) == nil && last.Basis == basis && w.cfg.Since == 0 {
		from = a.cal.Sub(last.Through, d.Warehouse.Reread)
	}
	totals, err := a.engine.Ask(ctx, d, db, from, now)
	if err != nil {
		return err
	}
	cursor, err := json.Marshal(askedMark{basis, now})
	if err != nil {
		return err
	}
	return ingest.Hand(ctx, emit, ingest.Page{Stream: stream, Records: len(totals.List), Totals: &totals, Cursor: cursor, CompleteThrough: &now})
}

var _ engine.Warehouse = (*sqlsrc.Warehouse)(nil)
