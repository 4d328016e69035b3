package dashboards

import (
	"net/http"
	"slices"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// quartersOffered is how far back the list of quarters goes: two years.
const quartersOffered = 8

// qbrView is the review of a quarter, sheet by sheet: did the quarter deliver, and what
// is asked of me?
type qbrView struct {
	base
	Pack       *report.Pack
	Running    string // said while the quarter has not ended
	As         string // first, now or both
	Portfolios []option
	Quarters   []option
	Views      []tab
	Prev, Next string
	Headline   sectionView
	Story      []sectionView
	Verdicts   []verdictLine
	Deciding   []quarterRow
	Moved      []movedView
	Groups     []quarterGroup
	Charts     []quarterChart
	Risks      []riskView
	Downloads  []link
	Appendix   []blockView // what stands behind the sheets; files have it as sheets of their own
	Freezes    freezesView
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
	if err := only(params, "as", "format", "freeze", "edit"); err != nil {
		return err
	}
	place, err := s.reviewed(r)
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
	if place.pack, place.freeze, err = s.packOf(r, place, params.Get("freeze")); err != nil {
		return err
	}
	if format := params.Get("format"); format != "" {
		return s.download(w, place, format, as)
	}
	edit, err := s.editing(place, params.Get("edit"))
	if err != nil {
		return err
	}
	v, err := s.qbrPage(r, place, as, edit)
	if err != nil {
		return err
	}
	return s.page(w, "qbr", v)
}

// place is what a review is about, and the pack that is shown: a draft, or a freeze.
type place struct {
	portfolio kpi.Portfolio
	quarter   kpi.Period
	pack      *report.Pack
	freeze    *kpi.Freeze // nil: a draft
}

func (p place) path() string { return "/p/" + p.portfolio.ID + "/qbr/" + p.quarter.ID }

// reviewed reads the path of a review.
func (s *server) reviewed(r *http.Request) (place, error) {
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return place{}, err
	}
	quarter, err := s.quarter(p.ID, r.PathValue("period"))
	return place{portfolio: p, quarter: quarter}, err
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

// qbrPage makes the page from a pack; a draft and a freeze are shown alike.
func (s *server) qbrPage(r *http.Request, in place, as string, edit *sectionForm) (qbrView, error) {
	site, pack := s.reader.Site(), in.pack
	cal, keep := site.Calendar, trimDefault(as, "now")
	other := func(q kpi.Period) string {
		return address("/p/"+in.portfolio.ID+"/qbr/"+q.ID, "as", keep)
	}
	frozen := ""
	if in.freeze != nil {
		frozen = in.freeze.ID
	}
	v := qbrView{base: s.base(r, "qbr", pack.Headline.Text()), Pack: pack, As: as, Prev: other(cal.Prev(in.quarter))}
	if next := cal.Next(in.quarter); next.Starts <= site.Now() {
		v.Next = other(next)
	}
	if pack.Period.Open {
		v.Running = title(pack.Period.Name) + " has not ended; this is how it stands."
	}
	for _, id := range site.Judged {
		node, _ := site.Tree.Portfolio(id)
		v.Portfolios = append(v.Portfolios, option{id, node.Name, id == in.portfolio.ID})
	}
	for q, i := cal.Containing(kpi.Quarter, site.Now()), 0; i < quartersOffered; q, i = cal.Prev(q), i+1 {
		v.Quarters = append(v.Quarters, option{q.ID, periodLong(q.ID), q.ID == in.quarter.ID})
	}
	for _, view := range []link{{"As first reported", "first"}, {"As known now", ""}, {"Both", "both"}} {
		v.Views = append(v.Views, tab{view.Text, address(in.path(), "as", view.URL, "freeze", frozen), keep == view.URL})
	}
	v.Downloads = append(s.formatLinks(in.path(), "as", keep, "freeze", frozen), link{"CSV", address(in.path(), "format", "csv", "freeze", frozen)}, link{"JSON", address(in.path(), "format", "json", "freeze", frozen)})
	edits := ""
	if s.cannotReview(in) == "" {
		edits = in.path()
	}
	v.fill(edits, edit)
	var err error
	v.Freezes, err = s.freezes(r.Context(), in)
	return v, err
}

// sheetView is a sheet of a review with its number.
type sheetView struct {
	View   qbrView
	Number int
}

func newSheet(v qbrView, number int) sheetView { return sheetView{v, number} }

// writeReview answers with the second sheet as a file, in full precision.
func writeReview(w http.ResponseWriter, p *report.Pack) error {
	return writeRows(w, fileName("kpid", p.Portfolio.ID, p.Period.ID), p.Rows())
}
