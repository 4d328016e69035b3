package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
)

// sixTwelveAnswer is GET /api/v1/kpis/{kpi}/six-twelve: display units, oldest
// first. What is missing is null.
type sixTwelveAnswer struct {
	KPI       string       `json:"kpi"`
	Measure   string       `json:"measure"`
	Portfolio string       `json:"portfolio"`
	Product   *string      `json:"product"`
	Segment   string       `json:"segment"`
	Unit      string       `json:"unit"`
	Direction string       `json:"direction"`
	Week      string       `json:"week"`
	Changes   string       `json:"changes"` // points, or relative: 0.1 for 10 % more
	Weeks     []pairAnswer `json:"weeks"`
	Months    []pairAnswer `json:"months"`
	Boxes     boxesAnswer  `json:"boxes"`
}

// pairAnswer is a period with its counterpart of the year before.
type pairAnswer struct {
	Period   string   `json:"period"`
	Starts   string   `json:"starts"`
	Ends     string   `json:"ends"`
	Value    *float64 `json:"value"`
	AgoOf    string   `json:"year_ago_period"`
	AgoValue *float64 `json:"year_ago_value"`
}

type boxesAnswer struct {
	LastWeek *float64 `json:"last_week"`
	WoW      *float64 `json:"wow"`
	YoY      *float64 `json:"yoy"`
	MTD      *float64 `json:"mtd"`
	MTDYoY   *float64 `json:"mtd_yoy"`
	QTD      *float64 `json:"qtd"`
	QTDYoY   *float64 `json:"qtd_yoy"`
	YTD      *float64 `json:"ytd"`
	YTDYoY   *float64 `json:"ytd_yoy"`
}

func (s *server) apiSixTwelve(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "product", "segment", "measure", "w"); err != nil {
		return err
	}
	q, err := s.scorecardQuery(s.apiPortfolio(params), params)
	if err != nil {
		return err
	}
	d, ok := s.reader.Definition(r.PathValue("kpi"))
	if !ok {
		return notFound("There is no KPI called " + cut(r.PathValue("kpi"), 80) + ".")
	}
	m, ok := d.Measure(params.Get("measure"))
	if !ok {
		return notFound(d.Name + " has no measure called " + cut(params.Get("measure"), 80) + ".")
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	view, err := s.reader.SixTwelve(r.Context(), q, d.ID, m.ID)
	if err != nil {
		return err
	}
	return writeJSON(w, newSixTwelveAnswer(q, d, m, view))
}

func newSixTwelveAnswer(q Query, d *kpi.Definition, m kpi.Measure, v *kpi.SixTwelve) sixTwelveAnswer {
	a := sixTwelveAnswer{KPI: d.ID, Measure: m.ID, Portfolio: q.Portfolio, Product: optional(q.Product), Segment: "all", Unit: m.Unit, Direction: "up",
		Week: v.Week.ID, Changes: "relative", Weeks: pairs(v.Weeks), Months: pairs(v.Months), Boxes: boxesAnswer(v.Boxes)}
	if q.Segment != "" {
		a.Segment = q.Segment
	}
	if m.Direction == kpi.Down {
		a.Direction = "down"
	}
	if v.Points {
		a.Changes = "points"
	}
	return a
}

func pairs(list []kpi.Pair) []pairAnswer {
	out := make([]pairAnswer, len(list))
	for i, p := range list {
		out[i] = pairAnswer{p.Period.ID, p.Period.Starts.String(), p.Period.Ends.String(), p.Value, p.Ago.ID, p.YearAgo}
	}
	return out
}
