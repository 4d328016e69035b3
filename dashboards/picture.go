package dashboards

import (
	"context"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Picture draws the chart of a row of a scorecard, up to its week, in a size that fits
// a message. ok is false where nothing was observed yet.
func Picture(ctx context.Context, r Reader, card *scorecard.Scorecard, row scorecard.Row) (d draw.Drawing, ok bool, err error) {
	if row.Def == nil || row.Value == nil {
		return d, false, nil
	}
	s := &server{reader: r}
	series, err := s.allSeries(ctx, Query{Portfolio: card.Portfolio.ID, Segment: card.Segment}, row)
	if err != nil {
		return d, false, err
	}
	m := newChart(row, row.Def, r.Site().Calendar, series, card.WeekEnds)
	return newQuarterDrawing(m, row.Name+". "+row.Sentence), true, nil
}
