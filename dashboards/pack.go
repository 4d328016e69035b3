package dashboards

import (
	"context"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// NewPack gathers the review of a quarter whole, as it is known now: what the page
// shows, what is frozen and what is printed.
func NewPack(ctx context.Context, r Reader, portfolio string, quarter kpi.Period) (*report.Pack, error) {
	return (&server{reader: r}).pack(ctx, portfolio, quarter)
}

func (s *server) pack(ctx context.Context, portfolio string, quarter kpi.Period) (*report.Pack, error) {
	site := s.reader.Site()
	cal := site.Calendar
	q := Query{Portfolio: portfolio, Week: cal.Ended(kpi.Week, min(quarter.Ends, site.Now())).ID}
	review, err := s.reader.Review(ctx, Query{Portfolio: portfolio}, quarter)
	if err != nil {
		return nil, err
	}
	p := &report.Pack{Format: report.PackFormat, Portfolio: review.Now.Portfolio, Week: q.Week,
		Period: newSpan(cal, quarter, site.Now()), Before: newSpan(cal, cal.Prev(quarter), site.Now()), YearAgo: newSpan(cal, cal.YearAgo(quarter), site.Now()),
		KnownAt: site.Now().String(), KnownOn: site.Now().Time().In(cal.Zone).Format("2 Jan 2006"),
		DataVersion: review.Now.DataVersion, Sample: review.Now.Sample, Deciding: review.Deciding}
	packKPIs(p, review, q)
	if err := s.packCharts(ctx, p, review, q); err != nil {
		return nil, err
	}
	journal, err := s.reader.Journal(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	bets, err := s.reader.Bets(ctx, portfolio)
	if err != nil {
		return nil, err
	}
	s.packBets(p, bets, quarter)
	w := s.newNoteWriter(review.Now, q)
	packPlans(p, review, journal, w)
	if err := s.packStory(ctx, p, review, journal, w); err != nil {
		return nil, err
	}
	return p, s.packAppendix(ctx, p, review, q, w)
}

func newSpan(cal kpi.Calendar, p kpi.Period, now kpi.Millis) report.Span {
	return report.Span{ID: p.ID, Name: periodLong(p.ID), Short: periodShort(p.ID), Starts: p.Starts.String(), Ends: p.Ends.String(),
		Dates: dates(p.Starts, p.Ends, cal.Zone), Open: p.Ends > now}
}

// packKPIs fills the rows, the counts of verdicts and what moved.
func packKPIs(p *report.Pack, review *scorecard.Review, q Query) {
	for _, name := range fixedOrder("type") {
		for _, row := range review.Now.KPIs {
			if groupOf(row, "type") == name {
				p.KPIs = append(p.KPIs, packKPI(review, row, title(strings.TrimPrefix(name, "Stakeholder ")), q))
			}
		}
	}
	for _, s := range []kpi.Status{kpi.Exceeding, kpi.OnTrack, kpi.AtRisk, kpi.OffTrack, kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData} {
		v := report.Verdicts{Status: s, Before: review.Before.Counts.Of(s), First: review.First.Counts.Of(s), Now: review.Now.Counts.Of(s)}
		if v.Before+v.First+v.Now > 0 {
			p.Verdicts = append(p.Verdicts, v)
		}
	}
	for _, m := range review.Moved {
		moved := report.Moved{KPI: m.Row.ID, Name: m.Row.Name, First: shortValue(m.First.Value, measureOf(m.First)), Now: shortValue(m.Row.Value, measureOf(m.Row)), Why: m.Why}
		if m.Statuses {
			moved.First, moved.Now = word(m.First.Status)+" at "+moved.First, word(m.Row.Status)+" at "+moved.Now
		}
		p.Moved = append(p.Moved, moved)
	}
}

func packKPI(review *scorecard.Review, row scorecard.Row, group string, q Query) report.KPI {
	k := report.KPI{ID: row.ID, Measure: row.Measure, Name: row.Name, Short: row.Name, Group: group, Owner: ownerOf(row), Unit: row.Unit, Digits: row.Digits,
		Segment: "all", Direction: row.Direction, URL: kpiPage(row, q), Now: packStanding(review, row, q)}
	if row.Def != nil && row.Def.Short != "" {
		k.Short = row.Def.Short
	}
	if row.Verdict != nil && row.Verdict.Target != nil {
		k.Segment = row.Verdict.Target.Segment
	}
	if first, ok := review.First.Row(row); ok {
		k.First = packStanding(review, first, q)
	}
	for card, into := range map[*scorecard.Scorecard]**report.Standing{review.Before: &k.Before, review.YearAgo: &k.YearAgo} {
		if then, ok := card.Row(row); ok {
			standing := packStanding(nil, then, q)
			*into = &standing
		}
	}
	return k
}

// packStanding is a row as it stood; without a review it is compared with nothing.
func packStanding(review *scorecard.Review, row scorecard.Row, q Query) report.Standing {
	m := measureOf(row)
	out := report.Standing{Status: row.Status, Value: row.Value, Shown: shortValue(row.Value, m), Num: row.Num, Den: row.Den, N: row.N, CI: row.CI,
		Period: deref(row.Period), Pooled: row.Pooled, State: deref(row.State), Sentence: row.Sentence, Caps: row.Caps,
		Version: row.Definition.Version, Hash: row.Definition.Hash, Target: packTarget(row, q), Strip: newStrip(row)}
	for _, made := range row.MadeOf {
		out.Made = append(out.Made, report.Observed(made))
	}
	if review == nil {
		return out
	}
	if before, ok := review.Before.Row(row); ok {
		out.OnBefore = row.Against(before)
	}
	if ago, ok := review.YearAgo.Row(row); ok {
		out.OnAgo = row.Against(ago)
	}
	return out
}

func packTarget(row scorecard.Row, q Query) *report.Target {
	t, m := row.Target, measureOf(row)
	if t == nil {
		return nil
	}
	line := newRow(row, q)
	out := &report.Target{Expr: t.Expr, Short: line.Target, Full: line.TargetFull, Floor: t.FloorNow, FloorShown: shortValue(t.FloorNow, m), Stretch: t.StretchNow,
		Warn: t.WarnNow, Attainment: t.Attainment, Paced: t.Paced}
	if t.FloorNow != nil && row.Value != nil {
		out.OnTarget = m.FormatChange(*row.Value-*t.FloorNow, nil)
	}
	if b := t.Baseline; b != nil {
		out.Baseline = &report.Baseline{Value: b.Value, Shown: m.Format(b.Value)}
		if n := len(b.Periods); n > 0 {
			out.Baseline.Periods = [2]string{b.Periods[0], b.Periods[n-1]}
		}
	}
	return out
}
