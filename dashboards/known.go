package dashboards

import (
	"net/http"
	"net/url"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// knownView is the line of a page that shows what was known on a day.
type knownView struct {
	Text    string // "As known on 14 Sep 2026."; "" of a page of now
	Nothing string // said when nothing had been recorded by then
	Now     string // address of the same page as known now
}

// readKnown reads known_at: a day is known to its end, an instant as it is. What is
// still to come nobody knows.
func (s *server) readKnown(text string, q *Query) error {
	if text == "" {
		return nil
	}
	site := s.reader.Site()
	cal, now := site.Calendar, site.Now()
	const allowed = "known_at is a day such as 2026-09-14, known to its end, or an instant such as 2026-09-14T06:00:00Z."
	var at kpi.Millis
	if day, err := kpi.ParseDate(text); err == nil {
		if starts := cal.Midnight(day); starts > now {
			return badRequest("Nothing is known on "+text+" yet.", "known_at is in the past.")
		}
		at = min(cal.Add(cal.Midnight(day), kpi.Span{N: 1, Unit: 'd'})-1, now)
	} else if t, err := time.Parse(time.RFC3339, text); err == nil {
		if at = kpi.At(t); at > now {
			return badRequest("Nothing is known at "+cut(text, 40)+" yet.", "known_at is in the past.")
		}
	} else {
		return badRequest("There is no day or instant called "+cut(text, 40)+".", allowed)
	}
	if at <= 0 {
		return badRequest("known_at is "+cut(text, 40)+".", "It is a day after 1970-01-01.")
	}
	q.KnownAt, q.known = at, text
	return nil
}

// site with a clock that stands where the query's knowledge ends.
func (q Query) site(site Site) Site {
	if at := q.KnownAt; at != 0 {
		site.Now = func() kpi.Millis { return at }
	}
	return site
}

// newKnown writes the line; the zero value is a page of now.
func newKnown(r *http.Request, site Site, q Query, card *scorecard.Scorecard) knownView {
	if q.KnownAt == 0 {
		return knownView{}
	}
	zone := site.Calendar.Zone
	v := knownView{Text: "As known on " + q.KnownAt.Time().In(zone).Format("2 Jan 2006 15:04 MST") + "."}
	if next := q.KnownAt + 1; site.Calendar.Midnight(site.Calendar.Date(next)) == next {
		v.Text = "As known on " + q.KnownAt.Time().In(zone).Format("2 Jan 2006") + "."
	}
	params := url.Values{}
	for name, values := range r.URL.Query() {
		if name != "known_at" {
			params[name] = values
		}
	}
	if v.Now = r.URL.Path; len(params) > 0 {
		v.Now += "?" + params.Encode()
	}
	v.Nothing = "Nothing had been recorded by then."
	for _, row := range card.KPIs {
		if row.Value != nil || row.Latest != nil || row.Bounds != nil {
			v.Nothing = ""
		}
	}
	return v
}
