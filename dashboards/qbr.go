package dashboards

import (
	"net/http"
	"slices"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// quartersOffered is how far back the list of quarters goes: two years.
const quartersOffered = 8

// qbrView is the review of a quarter, sheet by sheet: did the quarter deliver, and what
// is asked of me?
type qbrView struct {
	base
	Review     *scorecard.Review
	Name       string // "Q2 2026"
	Short      string // "Q2"
	BeforeName string
	AgoName    string
	Dates      string
	Running    string // said while the quarter has not ended
	As         string // first, now or both
	Portfolios []option
	Quarters   []option
	Views      []tab
	Prev, Next string
	Happened   []paragraph
	Verdicts   []verdictLine
	Deciding   []quarterRow
	Moved      []movedView
	Groups     []quarterGroup
	Charts     []quarterChart
	Plans      qbrPlans
	CSV        string
	Known      string
	Sheets     int
}

// qbrStart answers /p/{portfolio}/qbr: the quarter that was chosen, else the last one.
func (s *server) qbrStart(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "period", "portfolio", "as"); err != nil {
		return err
	}
	portfolio, period := params.Get("portfolio"), params.Get("period")
	if portfolio == "" {
		portfolio = r.PathValue("portfolio")
	}
	p, err := s.portfolio(portfolio)
	if err != nil {
		return err
	}
	if period == "" {
		period = lastQuarter(s.reader.Site()).ID
	}
	http.Redirect(w, r, address("/p/"+p.ID+"/qbr/"+cut(period, 20), "as", params.Get("as")), http.StatusFound)
	return nil
}

// qbr answers /p/{portfolio}/qbr/{period}.
func (s *server) qbr(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "as", "format"); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	quarter, err := s.quarter(p.ID, r.PathValue("period"))
	if err != nil {
		return err
	}
	as := params.Get("as")
	if as == "" {
		as = "now"
	}
	if !slices.Contains([]string{"first", "now", "both"}, as) {
		return badRequest("A review cannot be shown as "+cut(as, 40)+".", "as is first, now or both.")
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	q := Query{Portfolio: p.ID}
	review, err := s.reader.Review(r.Context(), q, quarter)
	if err != nil {
		return err
	}
	switch params.Get("format") {
	case "":
	case "csv":
		return writeReview(w, review)
	default:
		return badRequest("There is no format called "+cut(params.Get("format"), 40)+".", "The format is csv.")
	}
	v := s.qbrPage(r, review, p, as)
	if v.Charts, err = s.quarterCharts(r.Context(), q, review); err != nil {
		return err
	}
	if v.Plans, err = s.qbrPlans(r.Context(), q, review); err != nil {
		return err
	}
	v.Sheets = 2
	if len(v.Charts) > 0 {
		v.Sheets++
	}
	if !v.Plans.Empty() {
		v.Sheets++
	}
	return s.page(w, "qbr", v)
}

// quarter reads the period of a review.
func (s *server) quarter(portfolio, id string) (kpi.Period, error) {
	site := s.reader.Site()
	quarter, err := site.Calendar.Period(id)
	if err != nil || quarter.Grain != kpi.Quarter {
		e := badRequest("There is no quarter called "+cut(id, 40)+".", "A quarter is written "+lastQuarter(site).ID+".")
		return quarter, e
	}
	if quarter.Starts > site.Now() {
		e := notFound(title(periodLong(id)) + " has not begun.")
		last := lastQuarter(site)
		e.Near = []link{{periodLong(last.ID), "/p/" + portfolio + "/qbr/" + last.ID}}
		return quarter, e
	}
	return quarter, nil
}

func (s *server) qbrPage(r *http.Request, review *scorecard.Review, p kpi.Portfolio, as string) qbrView {
	site := s.reader.Site()
	cal, quarter := site.Calendar, review.Quarter
	path := func(q kpi.Period) string { return "/p/" + p.ID + "/qbr/" + q.ID }
	keep := trimDefault(as, "now")
	v := qbrView{
		base:   s.base(r, "qbr", review.Headline),
		Review: review, As: as, Name: periodLong(quarter.ID), Short: periodShort(quarter.ID),
		BeforeName: periodShort(cal.Prev(quarter).ID), AgoName: periodLong(cal.YearAgo(quarter).ID),
		Dates: dates(quarter.Starts, quarter.Ends, cal.Zone),
		Prev:  address(path(cal.Prev(quarter)), "as", keep),
		CSV:   address(path(quarter), "format", "csv"),
		Known: site.Now().Time().In(cal.Zone).Format("2 Jan 2006"),
	}
	if next := cal.Next(quarter); next.Starts <= site.Now() {
		v.Next = address(path(next), "as", keep)
	}
	if quarter.Ends > site.Now() {
		v.Running = title(periodLong(quarter.ID)) + " has not ended; this is how it stands."
	}
	for _, id := range site.Judged {
		node, _ := site.Tree.Portfolio(id)
		v.Portfolios = append(v.Portfolios, option{id, node.Name, id == p.ID})
	}
	for q, i := cal.Containing(kpi.Quarter, site.Now()), 0; i < quartersOffered; q, i = cal.Prev(q), i+1 {
		v.Quarters = append(v.Quarters, option{q.ID, periodLong(q.ID), q.ID == quarter.ID})
	}
	for _, view := range []link{{"As first reported", "first"}, {"As known now", ""}, {"Both", "both"}} {
		v.Views = append(v.Views, tab{view.Text, address(path(quarter), "as", view.URL), trimDefault(as, "now") == view.URL})
	}
	v.fill(review, Query{Portfolio: p.ID, Week: weekWithin(cal, quarter, site.Now())})
	return v
}

// weekWithin is the last whole week of a quarter, or of what has passed of it.
func weekWithin(cal kpi.Calendar, quarter kpi.Period, now kpi.Millis) string {
	return cal.Ended(kpi.Week, min(quarter.Ends, now)).ID
}

// sheetView is a sheet of a review with its number.
type sheetView struct {
	View   qbrView
	Number int
}

func newSheet(v qbrView, number int) sheetView { return sheetView{v, number} }
