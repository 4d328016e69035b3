package dashboards

import (
	"cmp"
	"context"
	"slices"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// kpiBets is the panel "Bets on this KPI".
type kpiBets struct {
	Rows  []kpiBet
	More  int
	Lanes int    // drawn under the chart
	Left  int    // lanes that the chart has no room for
	All   string // the page of all bets
}

// kpiBet is one bet, or one launch that promised nothing.
type kpiBet struct {
	Name, URL      string
	About          string // the product, and when
	Expected, Seen string
	Interval       string // of what was seen, in words
	Word           string
	Early          bool // day 75 of 90: too early
	kind           string
	bar            bool
	releasedAt     kpi.Millis // 0: not yet
	until          kpi.Millis
}

// shownBets is how many the panel lists.
const shownBets = 6

// betsOn lists what was or is to be released to move a KPI, the newest release
// first, then what is planned.
func (s *server) betsOn(ctx context.Context, q Query, row scorecard.Row) ([]kpiBet, error) {
	road, err := s.reader.Roadmap(ctx, q.Portfolio)
	if err != nil {
		return nil, err
	}
	now := s.reader.Site().Now()
	var out []kpiBet
	for _, i := range road.Initiatives {
		killed := i.Killed != nil && *i.Killed <= now && (i.Released == nil || *i.Killed < *i.Released)
		if i.KPI != row.ID || killed || q.Product != "" && i.Product != q.Product {
			continue
		}
		if i.Bet != nil && i.Bet.Measure != "" && i.Bet.Measure != row.Measure {
			continue
		}
		out = append(out, s.kpiBet(i, measureOf(row), now))
	}
	slices.SortStableFunc(out, func(a, b kpiBet) int {
		return cmp.Or(cmp.Compare(b.releasedAt, a.releasedAt), cmp.Compare(a.Name, b.Name))
	})
	return out, nil
}

func (s *server) kpiBet(i Initiative, m kpi.Measure, now kpi.Millis) kpiBet {
	site := s.reader.Site()
	b := kpiBet{Name: i.Name, URL: safeURL(i.URL), About: productName(site, i.Product), Expected: unknown, Seen: unknown, kind: "release", Word: "no promise"}
	if i.Released != nil && *i.Released <= now {
		b.releasedAt, b.until = *i.Released, *i.Released
		b.About += ", " + dayText(i.Released, site.Calendar.Zone)
	}
	b.About = inTool(b.About, b.URL)
	if i.Bet == nil {
		if b.releasedAt == 0 {
			b.Word = "planned"
		}
		return b
	}
	w := newLiftWriter(*i.Bet, m)
	b.Expected, b.kind, b.bar, b.until = w.text(i.Bet.Expected), "bet, expected "+w.text(i.Bet.Expected), true, i.Bet.MeasureBy
	switch i.Bet.Stage {
	case kpi.StageRunning, kpi.StageWaiting:
		b.Early, b.Word = true, dayOf(*i.Bet, now)
	case kpi.StagePlanned:
		b.Word = "planned"
	default:
		b.Word, _ = verdictOf(*i.Bet, now, site.Calendar.Zone, s.kpiName)
		if lift := i.Bet.Seen.Lift; lift != nil {
			b.Seen, b.Interval = w.bare(*lift), w.span(i.Bet.Seen.Lo, i.Bet.Seen.Hi)
		}
	}
	return b
}

// bets puts the panel beside the chart and the lanes into the model.
func (v *kpiView) bets(list []kpiBet, m *chartModel, now kpi.Millis, portfolio string) {
	m.Lanes = newLanes(*m, list, now)
	v.Bets = kpiBets{Rows: list, Lanes: len(m.Lanes.Lanes), Left: m.Lanes.More, All: "/p/" + portfolio + "/bets"}
	v.Bets.More = max(0, len(list)-shownBets)
	v.Bets.Rows = list[:len(list)-v.Bets.More]
}
