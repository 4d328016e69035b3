package dashboards

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// only refuses parameters the API does not know: a misspelt filter must not
// answer with everything.
func only(q url.Values, names ...string) error {
	for name := range q {
		if !slices.Contains(names, name) {
			return badRequest("There is no parameter called "+cut(name, 40)+".", "The parameters are "+strings.Join(names, ", ")+".")
		}
	}
	return nil
}

// apiPortfolio is the portfolio parameter; without one, the first judged.
func (s *server) apiPortfolio(q url.Values) string {
	if id := q.Get("portfolio"); id != "" {
		return id
	}
	if judged := s.reader.Site().Judged; len(judged) > 0 {
		return judged[0]
	}
	return ""
}

// apiCard is the scorecard a request asks for. Without one the request is answered, or
// the error says why not.
func (s *server) apiCard(w http.ResponseWriter, r *http.Request) (Query, *scorecard.Scorecard, error) {
	params := r.URL.Query()
	q, err := s.scorecardQuery(s.apiPortfolio(params), params)
	if err != nil {
		return q, nil, err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return q, nil, err
	}
	card, err := s.reader.Scorecard(r.Context(), q)
	if err != nil {
		return q, nil, err
	}
	return q, card, nil
}

// apiRow is the row of a scorecard that a request about one KPI asks for.
func (s *server) apiRow(w http.ResponseWriter, r *http.Request) (Query, *scorecard.Scorecard, scorecard.Row, error) {
	q, card, err := s.apiCard(w, r)
	if card == nil {
		return q, nil, scorecard.Row{}, err
	}
	row, err := s.findRow(card, r.PathValue("kpi"), r.URL.Query().Get("measure"))
	if err != nil {
		return q, nil, row, err
	}
	return q, card, row, nil
}

// apiScorecard answers GET /api/v1/scorecard with what the weekly page shows.
func (s *server) apiScorecard(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "w", "product", "segment", "known_at"); err != nil {
		return err
	}
	_, card, err := s.apiCard(w, r)
	if card == nil {
		return err
	}
	return writeJSON(w, card)
}

// seriesAnswer is GET /api/v1/kpis/{kpi}/series: display units, oldest first.
type seriesAnswer struct {
	KPI       string        `json:"kpi"`
	Measure   string        `json:"measure"`
	Portfolio string        `json:"portfolio"`
	Product   *string       `json:"product"`
	Segment   string        `json:"segment"`
	Grain     kpi.Grain     `json:"grain"`
	Unit      string        `json:"unit"`
	Direction string        `json:"direction"`
	Points    []pointAnswer `json:"points"`
}

type pointAnswer struct {
	Period   string           `json:"period"`
	Starts   string           `json:"starts"`
	Ends     string           `json:"ends"`
	State    kpi.State        `json:"state"`
	Value    *float64         `json:"value"`
	Num      *float64         `json:"num"`
	Den      *float64         `json:"den"`
	N        *int64           `json:"n"`
	CI       *kpi.Interval    `json:"ci"`
	Bounds   *kpi.Interval    `json:"bounds"`
	Floor    *float64         `json:"floor"`
	Stretch  *float64         `json:"stretch"`
	Break    *scorecard.Break `json:"break"`
	Holidays []string         `json:"holidays"`
}

func (s *server) apiSeries(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "product", "segment", "measure", "grain", "known_at"); err != nil {
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
	grain := kpi.Grain(params.Get("grain"))
	if grain == "" {
		grain = d.Cadence
	}
	if !slices.Contains(d.Grains, grain) {
		return badRequest(d.Name+" is not computed by "+cut(string(grain), 40)+".", "Its grains are "+grainNames(d.Grains)+".")
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	points, err := s.reader.Series(r.Context(), q, d.ID, m.ID, grain)
	if err != nil {
		return err
	}
	return writeJSON(w, newSeriesAnswer(q, d, m, grain, points))
}

func newSeriesAnswer(q Query, d *kpi.Definition, m kpi.Measure, g kpi.Grain, points []scorecard.Point) seriesAnswer {
	a := seriesAnswer{KPI: d.ID, Measure: m.ID, Portfolio: q.Portfolio, Segment: "all", Grain: g,
		Unit: m.Unit, Direction: "up", Points: []pointAnswer{}}
	if q.Segment != "" {
		a.Segment = q.Segment
	}
	if q.Product != "" {
		a.Product = &q.Product
	}
	if m.Direction == kpi.Down {
		a.Direction = "down"
	}
	for _, p := range points {
		a.Points = append(a.Points, pointAnswer{p.Period, p.Starts.String(), p.Ends.String(), p.State,
			p.Value, p.Num, p.Den, p.N, p.CI, p.Bounds, p.Floor, p.Stretch, p.Break, append([]string{}, p.Holidays...)})
	}
	return a
}

func grainNames(grains []kpi.Grain) string {
	names := make([]string, len(grains))
	for i, g := range grains {
		names[i] = string(g)
	}
	return strings.Join(names, ", ")
}

// sourceAnswer is one element of GET /api/v1/sources.
type sourceAnswer struct {
	ID              string           `json:"id"`
	Owner           string           `json:"owner"`
	State           string           `json:"state"`
	CompleteThrough *string          `json:"complete_through"`
	LastRun         *string          `json:"last_run"`
	LastSuccess     *string          `json:"last_success"`
	LastResult      *string          `json:"last_result"`
	Message         *string          `json:"message"`
	Rows            int64            `json:"rows"`
	Rejected        int64            `json:"rejected"`
	Results         map[string]int64 `json:"results"`
	Seconds         float64          `json:"seconds"`
	Feeds           []string         `json:"feeds"`
	Drift           []driftAnswer    `json:"drift"`
}

// driftAnswer is a change in the form of a source's records.
type driftAnswer struct {
	Stream string `json:"stream"`
	Field  string `json:"field"`
	Since  string `json:"since"`
	Text   string `json:"text"`
}

func (s *server) apiSources(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	list, err := s.reader.Sources(r.Context())
	if err != nil {
		return err
	}
	answer := []sourceAnswer{}
	for _, src := range list {
		answer = append(answer, newSourceAnswer(src))
	}
	return writeJSON(w, map[string]any{"sources": answer})
}

func newSourceAnswer(src SourceStatus) sourceAnswer {
	a := sourceAnswer{ID: src.ID, Owner: src.Owner, State: src.State, Rows: src.Rows, Rejected: src.Rejected,
		CompleteThrough: instant(src.CompleteThrough), LastRun: instant(src.LastRun), LastSuccess: instant(src.LastSuccess),
		LastResult: optional(src.LastResult), Message: optional(src.Message),
		Results: src.Results, Seconds: src.Seconds, Feeds: src.Feeds, Drift: []driftAnswer{}}
	for _, d := range src.Drift {
		a.Drift = append(a.Drift, driftAnswer{d.Stream, d.Field, d.Since.String(), d.Text})
	}
	if a.Results == nil {
		a.Results = map[string]int64{}
	}
	if a.Feeds == nil {
		a.Feeds = []string{}
	}
	return a
}

func instant(at *kpi.Millis) *string {
	if at == nil {
		return nil
	}
	s := at.String()
	return &s
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// apiDescription serves the OpenAPI document.
func (s *server) apiDescription(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	text, err := embedded.ReadFile("openapi.json")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "private, no-cache")
	_, _ = w.Write(text) // the connection is the only thing that can fail here
	return nil
}
