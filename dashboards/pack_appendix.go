package dashboards

import (
	"context"

	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// packAppendix fills what stands behind the numbers: definitions, restatements within
// the quarter, and the sources.
func (s *server) packAppendix(ctx context.Context, p *report.Pack, review *scorecard.Review, q Query, w noteWriter) error {
	for _, row := range review.Now.KPIs {
		d := report.Definition{KPI: row.ID, Name: row.Name, Version: row.Definition.Version, Hash: row.Definition.Hash, Cadence: string(row.Cadence), Owner: ownerOf(row)}
		if row.Def != nil {
			d.Counts, d.OutOf, d.Formula = row.Def.Numerator, row.Def.Basis, row.Def.Formula
		}
		if row.Target != nil {
			d.Target = targetText(row)
		}
		p.Definitions = append(p.Definitions, d)
		if err := s.packRestated(ctx, p, review, row, q, w); err != nil {
			return err
		}
	}
	sources, err := s.reader.Sources(ctx)
	for _, src := range sources {
		out := report.Source{ID: src.ID, State: src.State, Rejected: int(src.Rejected), Feeds: src.Feeds}
		if src.CompleteThrough != nil {
			out.Complete = src.CompleteThrough.String()
		}
		p.Sources = append(p.Sources, out)
	}
	return err
}

func (s *server) packRestated(ctx context.Context, p *report.Pack, review *scorecard.Review, row scorecard.Row, q Query, w noteWriter) error {
	all, err := s.reader.Restatements(ctx, q, row)
	m := measureOf(row)
	shown := func(v *float64) string {
		if v == nil {
			return "no number"
		}
		return m.Format(*v)
	}
	for _, r := range all {
		if r.Ends > review.Quarter.Starts && r.Starts < review.Quarter.Ends {
			p.Restated = append(p.Restated, report.Restated{KPI: row.ID, Name: row.Name, Period: periodLong(r.Period), First: shown(r.First), Now: shown(r.Now),
				On: w.site.Calendar.Date(r.At).String(), Cause: r.Cause})
		}
	}
	return err
}
