package scorecard

import (
	"slices"

	"github.com/kpid/kpid/kpi"
)

// Unexplained are the rows that are off track or at risk and of which nobody who
// answers for them has said why. A note explains a row when
//
//   - it is about that KPI in this portfolio, and not withdrawn;
//   - its newest revision was written by the owner of the KPI (the row's) or of the
//     portfolio;
//   - its day lies in or after the judged period, of pooled periods in or after the
//     first one, and before the end of the week that follows the page's: that is
//     when the page is read. So a note of March explains no status of June, and one
//     of June none of March.
//
// Rows keep the order of the scorecard.
func (s *Scorecard) Unexplained(c kpi.Calendar, notes []kpi.Note) []Row {
	until := s.WeekEnds
	if next := c.Containing(kpi.Week, s.WeekEnds); next.ID != "" {
		until = next.Ends
	}
	var out []Row
	for _, r := range s.KPIs {
		if r.Status != kpi.OffTrack && r.Status != kpi.AtRisk {
			continue
		}
		since := s.since(c, r)
		said := slices.ContainsFunc(notes, func(n kpi.Note) bool {
			at := c.Midnight(n.At)
			return n.Portfolio == s.Portfolio.ID && n.KPI == r.ID && !n.Withdrawn && n.Author != "" &&
				(n.Author == r.Owner || n.Author == s.Portfolio.Owner) && at >= since && at < until
		})
		if !said {
			out = append(out, r)
		}
	}
	return out
}

// since is the start of the day on which what a row is judged by began.
func (s *Scorecard) since(c kpi.Calendar, r Row) kpi.Millis {
	since := s.WeekStarts
	if r.Verdict != nil && r.Verdict.Starts != 0 {
		since = min(since, r.Verdict.Starts)
	}
	periods := r.Pooled
	if r.Period != nil {
		periods = append(slices.Clone(periods), *r.Period)
	}
	for _, id := range periods {
		if p, err := c.Period(id); err == nil {
			since = min(since, p.Starts)
		}
	}
	return c.Midnight(c.Date(since))
}
