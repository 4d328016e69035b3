package dashboards

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

const (
	whyRows  = 100  // units on the page
	apiRows  = 500  // units of an answer, unless asked for
	mostRows = 5000 // units of an answer
)

// whyView is the page on which a number opens down to its units.
type whyView struct {
	base
	X        *scorecard.Explanation
	Crumb    []link
	Division string
	Place    string
	Facts    []whyFact
	Rows     []whyRow
	More     string // address of the next page; "" when there is none
	CSV      string
	JSON     string
	AsOf     string
}

type whyFact struct{ Label, Text string }

type whyRow struct {
	Unit, Number, Why, At, Ref, Note string
	Out                              bool // left out
}

// why answers /p/{portfolio}/k/{kpi}/why as a page, a CSV file or JSON.
func (s *server) why(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	q, err := s.question(r.PathValue("portfolio"), r.PathValue("kpi"), params)
	if err != nil {
		return err
	}
	format := params.Get("format")
	switch format {
	case "":
		q.Limit = whyRows
	case "csv", "json":
		q.Limit, q.After = 0, ""
	default:
		return badRequest("There is no format called "+cut(format, 40)+".", "format is csv or json.")
	}
	x, err := s.reader.Explain(r.Context(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store") // rows of records are not kept on the way
	switch format {
	case "csv":
		return writeRowsCSV(w, x)
	case "json":
		return writeJSON(w, x)
	}
	return s.page(w, "why", s.whyPage(r, q, x))
}

// apiRows answers GET /api/v1/kpis/{kpi}/rows with a page of units.
func (s *server) apiRows(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "product", "segment", "measure", "period", "after", "limit"); err != nil {
		return err
	}
	q, err := s.question(s.apiPortfolio(params), r.PathValue("kpi"), params)
	if err != nil {
		return err
	}
	q.Limit = apiRows
	if text := params.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > mostRows {
			return badRequest("limit is "+cut(text, 40)+".", "It is a whole number from 1 to "+strconv.Itoa(mostRows)+".")
		}
		q.Limit = n
	}
	x, err := s.reader.Explain(r.Context(), q)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return writeJSON(w, x)
}

// question reads and checks what is asked. Any plain segment may be asked for:
// one that is not kept is worked out.
func (s *server) question(portfolio, id string, params url.Values) (Question, error) {
	p, err := s.portfolio(portfolio)
	if err != nil {
		return Question{}, err
	}
	q := Question{Query: Query{Portfolio: p.ID, Product: params.Get("product"), Segment: params.Get("segment")}, KPI: id,
		Measure: params.Get("measure"), Period: params.Get("period"), After: params.Get("after")}
	if q.Segment == "all" {
		q.Segment = ""
	}
	known := q.Query
	if strings.Contains(q.Segment, "=") && len(q.Segment) <= 200 && !strings.ContainsFunc(q.Segment, func(r rune) bool { return r < ' ' }) {
		known.Segment = ""
	}
	if err := s.checkQuery(known); err != nil {
		return q, err
	}
	d, ok := s.reader.Definition(id)
	if !ok {
		return q, notFound("There is no KPI called " + cut(id, 80) + ".")
	}
	m, ok := d.Measure(q.Measure)
	if !ok {
		return q, notFound(d.Name + " has no measure called " + cut(q.Measure, 80) + ".")
	}
	return q, s.checkPeriod(d, m, q.Period)
}

func (s *server) checkPeriod(d *kpi.Definition, m kpi.Measure, id string) error {
	if id == "" {
		return nil
	}
	p, err := s.reader.Site().Calendar.Period(id)
	if err != nil {
		return badRequest("There is no period called "+cut(id, 40)+".", "A period is written 2026-W38, 2026-09, 2026-Q3, 2026-H2 or 2026.")
	}
	if !slices.Contains(d.Grains, p.Grain) || !d.Keeps(m, p.Grain) {
		return badRequest(d.Name+" is not kept by "+string(p.Grain)+".", "Its grains are "+grainNames(d.Grains)+".")
	}
	if p.Starts > s.reader.Site().Now() {
		return notFound("Period " + id + " has not begun.")
	}
	return nil
}

func writeRowsCSV(w http.ResponseWriter, x *scorecard.Explanation) error {
	body, err := scorecard.RowsCSV(x)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+fileName("kpid", x.Portfolio.ID, x.KPI, x.Measure, x.Period)+`.csv"`)
	_, _ = w.Write(body) // the connection is the only thing that can fail here
	return nil
}

func (s *server) whyPage(r *http.Request, q Question, x *scorecard.Explanation) whyView {
	site := s.reader.Site()
	kpiPage := address("/p/"+q.Portfolio+"/k/"+q.KPI, "product", q.Product, "segment", q.Segment, "measure", q.Measure)
	here := func(more ...string) string {
		return address("/p/"+q.Portfolio+"/k/"+q.KPI+"/why", append([]string{"product", q.Product, "segment", q.Segment, "measure", x.Measure, "period", x.Period}, more...)...)
	}
	v := whyView{
		base: s.base(r, "weekly", "Why this number: "+x.Name+" · "+x.Portfolio.Name+", "+periodLong(x.Period)), X: x,
		Crumb:    []link{{x.Portfolio.Name, address("/p/"+q.Portfolio, "product", q.Product, "segment", q.Segment)}, {x.Name, kpiPage}},
		Division: x.Division(), Place: whyPlace(site.Tree, x), Facts: whyFacts(x),
		CSV: here("format", "csv"), JSON: here("format", "json"), AsOf: shownInstant(x.AsOf, site.Calendar.Zone),
	}
	for _, u := range x.Rows {
		v.Rows = append(v.Rows, newWhyRow(x.M, u))
	}
	if x.After != nil {
		v.More = here("after", *x.After)
	}
	return v
}

func whyPlace(tree kpi.Tree, x *scorecard.Explanation) string {
	parts := []string{x.Portfolio.Name}
	for _, p := range tree.Products {
		if x.Product != nil && p.ID == *x.Product {
			parts = append(parts, p.Name)
		}
	}
	if x.Segment != "all" {
		parts = append(parts, x.Segment)
	}
	return strings.Join(append(parts, title(periodLong(x.Period))), " · ")
}

// whyFacts are the lines about the number, without those that say nothing.
func whyFacts(x *scorecard.Explanation) []whyFact {
	var out []whyFact
	add := func(label, text string) {
		if text != "" {
			out = append(out, whyFact{label, text})
		}
	}
	add("What counts", x.Definition.Numerator)
	add("Out of", x.Definition.Basis)
	add("How", x.Method)
	add("Left out", x.LeftText())
	add("State", x.Standing())
	add("Target", deref(x.Target))
	add("Definition", x.Definition.Text())
	for _, p := range x.Definition.Parameters {
		add(p.Name, p.Value+" · "+p.Doc)
	}
	for _, rev := range x.Revisions {
		add("Reported", rev.Text(x.M))
	}
	if x.Run != nil {
		add("Run", strconv.FormatInt(x.Run.ID, 10))
	}
	return out
}

// added is what a unit adds; a time, which is stored in milliseconds, as it is read.
func added(m kpi.Measure, u scorecard.UnitRow) string {
	if u.Value != nil && (m.Unit == "days" || m.Unit == "hours") {
		return m.Shown(u.Value)
	}
	return u.Number()
}

func newWhyRow(m kpi.Measure, u scorecard.UnitRow) whyRow {
	return whyRow{Unit: u.Unit, Number: added(m, u), Why: u.Why(), At: deref(u.At), Ref: deref(u.Ref), Note: deref(u.Note), Out: !u.Counts}
}
