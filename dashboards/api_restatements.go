package dashboards

import (
	"net/http"
)

// restatementsAnswer is GET /api/v1/kpis/{kpi}/restatements: display units, newest
// period first.
type restatementsAnswer struct {
	KPI          string              `json:"kpi"`
	Measure      string              `json:"measure"`
	Portfolio    string              `json:"portfolio"`
	Product      *string             `json:"product"`
	Segment      string              `json:"segment"`
	Week         string              `json:"week"`
	Unit         string              `json:"unit"`
	Restatements []restatementAnswer `json:"restatements"`
}

type restatementAnswer struct {
	Period     string   `json:"period"`
	First      *float64 `json:"first_reported"`
	Now        *float64 `json:"now"`
	At         string   `json:"at"`
	Cause      *string  `json:"cause"`
	Definition *int     `json:"definition"` // version that changed it; null: records did
	By         *string  `json:"by"`
	Reason     *string  `json:"reason"`
}

func (s *server) apiRestatements(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "w", "product", "segment", "measure", "known_at"); err != nil {
		return err
	}
	q, card, row, err := s.apiRow(w, r)
	if card == nil {
		return err
	}
	all, err := s.reader.Restatements(r.Context(), q, row)
	if err != nil {
		return err
	}
	a := restatementsAnswer{KPI: row.ID, Measure: row.Measure, Portfolio: q.Portfolio, Product: optional(q.Product), Segment: card.Segment,
		Week: card.Week, Unit: row.Unit, Restatements: []restatementAnswer{}}
	for _, one := range all {
		out := restatementAnswer{Period: one.Period, First: one.First, Now: one.Now, At: one.At.String(),
			Cause: optional(one.Cause), By: optional(one.By), Reason: optional(one.Reason)}
		if one.Version > 0 {
			out.Definition = &one.Version
		}
		a.Restatements = append(a.Restatements, out)
	}
	return writeJSON(w, a)
}
