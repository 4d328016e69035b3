package dashboards

import (
	"context"
	"net/http"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// diffView is the page of what became of a freeze.
type diffView struct {
	base
	Headline string
	Crumb    []link
	Freeze   freezeLine
	Diff     *report.Diff
	Flipped  int
	Name     string
}

// NewDiff compares a freeze with the review as it is known now.
func NewDiff(ctx context.Context, r Reader, f kpi.Freeze) (*report.Diff, error) {
	s := &server{reader: r}
	quarter, err := r.Site().Calendar.Period(f.Period)
	if err != nil {
		return nil, err
	}
	now, err := s.pack(ctx, f.Portfolio, quarter)
	if err != nil {
		return nil, err
	}
	return s.diff(ctx, f, now)
}

func (s *server) diff(ctx context.Context, f kpi.Freeze, now *report.Pack) (*report.Diff, error) {
	then, err := report.Decode(f.Body)
	if err != nil {
		return nil, err
	}
	d, err := report.Compare(then, now, func(k report.KPI) ([]report.Cause, error) { return s.reader.Since(ctx, f.Portfolio, k) }, s.changeOf)
	if err != nil {
		return nil, err
	}
	d.Freeze = frozenOf(f)
	return d, nil
}

// changeOf writes what a value is more or less than it was.
func (s *server) changeOf(was, is report.KPI) string {
	if was.Now.Value == nil || is.Now.Value == nil {
		return ""
	}
	m := kpi.Measure{ID: is.Measure, Unit: is.Unit, Digits: is.Digits}
	if d, ok := s.reader.Definition(is.ID); ok {
		if own, ok := d.Measure(is.Measure); ok {
			m = own
		}
	}
	return m.FormatChange(*is.Now.Value-*was.Now.Value, nil)
}

// qbrDiff answers /p/{portfolio}/qbr/{period}/diff: of the freeze that is named, else of
// the first one of the quarter.
func (s *server) qbrDiff(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "freeze"); err != nil {
		return err
	}
	in, err := s.reviewed(r)
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	f, err := s.freezeOf(r, in, params.Get("freeze"))
	if err != nil {
		return err
	}
	if in.pack, _, err = s.packOf(r, in, ""); err != nil {
		return err
	}
	d, err := s.diff(r.Context(), *f, in.pack)
	if err != nil {
		return err
	}
	v := diffView{Diff: d, Freeze: s.freezeLine(in, *f), Name: in.pack.Period.Name, Crumb: []link{{in.portfolio.Name, "/p/" + in.portfolio.ID}, {in.pack.Period.Name + " review", in.path()}}}
	for _, x := range d.Differences {
		if x.Flipped {
			v.Flipped++
		}
	}
	v.Headline = diffHeadline(d, v.Flipped, v.Name)
	v.base = s.base(r, "qbr", v.Headline)
	return s.page(w, "diff", v)
}

// freezeOf is a freeze of a review by its id; "" is the first one.
func (s *server) freezeOf(r *http.Request, in place, id string) (*kpi.Freeze, error) {
	if id == "" {
		all, err := s.reader.Freezes(r.Context(), in.portfolio.ID, in.quarter.ID)
		if err != nil {
			return nil, err
		}
		if len(all) == 0 {
			e := notFound(title(periodLong(in.quarter.ID)) + " of " + in.portfolio.Name + " was not frozen.")
			e.Detail, e.Near = "Freeze the review first; then what changes is listed here.", []link{{"The review", in.path()}}
			return nil, e
		}
		id = all[0].ID
	}
	_, f, err := s.packOf(r, in, id)
	return f, err
}

// diffHeadline is "Since Q2 was frozen 3 numbers changed and 1 verdict flipped."
func diffHeadline(d *report.Diff, flipped int, name string) string {
	if len(d.Differences)+len(d.Gone)+len(d.New) == 0 {
		return "Nothing changed since " + name + " was frozen."
	}
	text := "Since " + name + " was frozen " + plural(len(d.Differences), "KPI", "KPIs") + " changed"
	if flipped > 0 {
		return text + " and " + plural(flipped, "verdict", "verdicts") + " flipped."
	}
	return text + "; every verdict stands."
}
