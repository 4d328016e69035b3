package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// GalleryState is a condition in which the pages can be looked at.
type GalleryState struct{ ID, Says string }

// galleryView shows every component once, and leads to every page in every state.
type galleryView struct {
	base
	States   []GalleryState
	Pages    []link
	Statuses []kpi.Status
	Rows     []rowView
	Charts   []draw.Drawing
	Strip    timeline
}

// gallery answers /gallery, where somebody works on the looks.
func (s *server) gallery(w http.ResponseWriter, r *http.Request) error {
	v := galleryView{base: s.base(r, "", "Gallery"), States: s.states, Statuses: statuses()}
	site := s.reader.Site()
	p := ownPortfolio(site, r)
	if p == "" {
		v.Pages = []link{{"First run", "/"}, {"Sources", "/sources"}, {"Definitions", "/definitions"}}
		return s.page(w, "gallery", v)
	}
	q := Query{Portfolio: p}
	card, err := s.reader.Scorecard(r.Context(), q)
	if err != nil {
		return err
	}
	for _, nav := range v.Nav() {
		v.Pages = append(v.Pages, link{nav.Text, nav.URL})
	}
	for _, row := range card.KPIs[:min(len(card.KPIs), 30)] {
		line := newRow(row, q)
		v.Rows = append(v.Rows, line)
		v.Pages = append(v.Pages, link{row.Name, line.URL})
	}
	v.Pages = append(v.Pages, link{"an error", "/p/nobody"}, link{"Definitions", "/definitions"}, link{"Keys and marks", "/help"})
	v.Strip = newTimeline([]string{"13 Sep", "14 Sep", "15 Sep", "16 Sep", "17 Sep", "18 Sep", "19 Sep", "20 Sep", "21 Sep"},
		[]string{"none", "on_time", "on_time", "late", "on_time", "partial", "failed", "failed", "on_time"})
	for _, row := range card.KPIs[:min(len(card.KPIs), 4)] {
		drawn, err := s.galleryChart(r, q, card, row)
		if err != nil {
			return err
		}
		v.Charts = append(v.Charts, drawn)
	}
	return s.page(w, "gallery", v)
}

func (s *server) galleryChart(r *http.Request, q Query, card *scorecard.Scorecard, row scorecard.Row) (draw.Drawing, error) {
	row, err := s.findRow(card, row.ID, row.Measure)
	if err != nil {
		return draw.Drawing{}, err
	}
	series, err := s.allSeries(r.Context(), q, row)
	if err != nil {
		return draw.Drawing{}, err
	}
	return newQuarterDrawing(newChart(row, row.Def, s.reader.Site().Calendar, series, card.WeekEnds), row.Name), nil
}
