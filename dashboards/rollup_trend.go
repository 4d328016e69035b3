package dashboards

import (
	"context"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Size of the trend in a column's head, and how many weeks it has.
const (
	miniWidth  = 84.0
	miniHeight = 20.0
	miniWeeks  = 6
)

// miniTrend is how many targets were met in each of the last weeks.
type miniTrend struct {
	Label string
	Line  draw.Run // empty with fewer than two weeks
	End   draw.Point
}

// trends draws them for all columns on one scale, so that they can be compared.
func (s *server) trends(ctx context.Context, v *rollupView, below []kpi.Portfolio, q Query) error {
	met, lo, hi := make([][]scorecard.Counts, len(below)), 0, 1
	for i, p := range below {
		var err error
		if met[i], err = s.reader.Standing(ctx, q.of(p.ID), miniWeeks); err != nil {
			return err
		}
		for _, c := range met[i] {
			hi = max(hi, c.OnTarget)
		}
	}
	y := draw.Linear(float64(lo), float64(hi), miniHeight-3, 3)
	for i := range v.Columns {
		v.Columns[i].Trend = newMiniTrend(met[i], y)
	}
	return nil
}

func newMiniTrend(weeks []scorecard.Counts, y func(float64) float64) miniTrend {
	if len(weeks) < 2 {
		return miniTrend{}
	}
	var line draw.Run
	var said []string
	step := (miniWidth - 8) / (miniWeeks - 1)
	for i, c := range weeks {
		x := 4 + step*float64(miniWeeks-len(weeks)+i)
		line, said = append(line, draw.At(x, y(float64(c.OnTarget))).Round()), append(said, count(c.OnTarget))
	}
	return miniTrend{Label: "On target in the last " + plural(len(weeks), "week", "weeks") + ": " + strings.Join(said, ", "), Line: line, End: line[len(line)-1]}
}
