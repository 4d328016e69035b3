package scorecard

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/kpid/kpid/kpi"
)

// longestClause is how long a note may be to go into a headline, in characters.
const longestClause = 60

// Since adds to the headline what people noted of the KPIs it names as off track:
// ", both since workspace roles shipped on 1 Sep". It says since, for time, and never
// because: a note beside a fall is no cause. The note must be about the portfolio as a
// whole, or one about each of the KPIs must be of the same day; its day must lie in the
// judged period of each, or in the one before. Anything longer than fits is left out.
func (s Scorecard) Since(c kpi.Calendar, notes []kpi.Note) string {
	bad, status := worst(s.KPIs)
	if status != kpi.OffTrack || len(bad) == 0 || len(bad) > 2 {
		return s.Headline
	}
	said := clauses(bad, status)[0].text
	if !strings.Contains(s.Headline, said) {
		return s.Headline // it names fewer for want of room
	}
	n, ok := s.noteOf(c, notes, bad)
	if !ok {
		return s.Headline
	}
	both := ", since "
	if len(bad) == 2 {
		both = ", both since "
	}
	clause := strings.TrimSuffix(said, ".") + both + lower(oneSentence(n.Text)) + " on " + time.Date(n.At.Year, n.At.Month, n.At.Day, 0, 0, 0, 0, time.UTC).Format("2 Jan") + "."
	headline := strings.Replace(s.Headline, said, clause, 1)
	if utf8.RuneCountInString(headline) > headlineMax {
		return s.Headline
	}
	return headline
}

// noteOf is the newest note that fits all the rows.
func (s Scorecard) noteOf(c kpi.Calendar, notes []kpi.Note, rows []Row) (found kpi.Note, ok bool) {
	for _, n := range notes {
		if n.Withdrawn || n.Portfolio != s.Portfolio.ID || oneSentence(n.Text) == "" {
			continue
		}
		fits := func(r Row) bool {
			at := c.Midnight(n.At)
			return r.Period != nil && at >= s.sincePrevious(c, r) && at < s.WeekEnds
		}
		of := func(r Row) bool {
			return n.KPI == "" || n.KPI == r.ID || slices.ContainsFunc(notes, func(o kpi.Note) bool {
				return o.KPI == r.ID && o.At == n.At && !o.Withdrawn && o.Portfolio == n.Portfolio
			})
		}
		if slices.ContainsFunc(rows, func(r Row) bool { return !fits(r) || !of(r) }) {
			continue
		}
		if !ok || found.At.Before(n.At) {
			found, ok = n, true
		}
	}
	return found, ok
}

// oneSentence is a short note without its full stop; "" of one that says more.
func oneSentence(text string) string {
	text = strings.TrimSuffix(strings.TrimSpace(text), ".")
	if utf8.RuneCountInString(text) > longestClause || strings.ContainsAny(text, ".;!?\n") {
		return ""
	}
	return text
}

// sincePrevious is the start of the period before the one a row is judged by.
func (s Scorecard) sincePrevious(c kpi.Calendar, r Row) kpi.Millis {
	p, err := c.Period(*r.Period)
	if err != nil {
		return s.WeekStarts
	}
	return c.Prev(p).Starts
}
