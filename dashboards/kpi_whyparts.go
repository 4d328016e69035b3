package dashboards

import (
	"net/http"
	"strings"

	"github.com/kpid/kpid/kpi/scorecard"
)

// whyPartsView is what stands under the division: where the change came from, and the
// newest records.
type whyPartsView struct {
	Contribution contributionView
	Newest       newestView
}

// segmentParts fills what the page says of segments and of records.
func (s *server) segmentParts(r *http.Request, q Query, row scorecard.Row, page *kpiView) error {
	by := r.URL.Query().Get("by")
	segments, err := s.reader.Segments(r.Context(), q, row, by)
	if err != nil {
		return err
	}
	if by != "" && segments.By != by && segments.Because == "" {
		if len(segments.Dimensions) == 0 {
			return badRequest(row.Name+" is not split by "+cut(by, 40)+".", "No record names a segment of it.")
		}
		return badRequest(row.Name+" is not split by "+cut(by, 40)+".", "by is "+strings.Join(segments.Dimensions, ", ")+".")
	}
	newest, err := s.reader.Newest(r.Context(), q, row, segments.By, newestShown)
	if err != nil {
		return err
	}
	view := r.URL.Query().Get("view")
	link := func(name string) string {
		return address("/p/"+q.Portfolio+"/k/"+row.ID, "w", q.Week, "product", q.Product, "segment", q.Segment, "known_at", q.known,
			"measure", r.URL.Query().Get("measure"), "view", view, "by", name) + "#h-segments"
	}
	why := func(segment string) string {
		period := ""
		if n := len(segments.Periods); n > 0 {
			period = segments.Periods[n-1]
		}
		return address("/p/"+q.Portfolio+"/k/"+row.ID+"/why", "product", q.Product, "segment", segment, "measure", row.Measure, "period", period)
	}
	page.Segments = newSegments(row, segments, link, why)
	page.WhyParts = whyPartsView{newContribution(row, segments), s.newNewest(row, newest, segments.By)}
	return nil
}
