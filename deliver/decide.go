package deliver

import (
	"fmt"
	"time"

	cron "github.com/netresearch/go-cron"

	"github.com/kpid/kpid/kpi"
)

// Told is what a reader was told of a portfolio last. It is kept as JSON.
type Told struct {
	Alert  *Snapshot  `json:"alert"`  // the last that changes were looked for in
	Digest *Snapshot  `json:"digest"` // of the last digest; nil: there was none
	Week   string     `json:"week"`   // of that digest: a week is told once
	Due    kpi.Millis `json:"due"`    // the last time of the week that was seen to
	SaidAt kpi.Millis `json:"said_at"`
	Said   int        `json:"said"`  // messages so far
	Since  kpi.Millis `json:"since"` // of the last that told of a change
}

// Plan is what a reader wants to be told, and when the week's time was last.
type Plan struct {
	Weekly, Changes bool
	Due             kpi.Millis // see [LastDue]
}

// LastDue is the latest hh:mm of a weekday that is not after now, in a zone. Where
// clocks skip that time it is the first after it; where they repeat it, both count, and
// the week is told once all the same.
func LastDue(day time.Weekday, hour, minute int, zone *time.Location, now kpi.Millis) (kpi.Millis, error) {
	s, err := cron.ParseStandard(fmt.Sprintf("%d %d * * %d", minute, hour, int(day)))
	if err != nil {
		return 0, err
	}
	at := s.Next(now.Time().In(zone).AddDate(0, 0, -9))
	for next := at; !next.IsZero() && kpi.At(next) <= now; next = s.Next(next) {
		at = next
	}
	return kpi.At(at), nil
}

// Decide gives the messages that are due to a reader and what is told then. It is
// asked after every evaluation; when nothing has changed it gives none, but for one
// note a quarter. However many KPIs change at once, that is one message, and a
// digest that says the same takes the place of an alert. Weeks that were missed are
// not made up for: the newest is told.
func Decide(f Facts, r Reader, p Plan, cal kpi.Calendar, told Told, now kpi.Millis) ([]Message, Told) {
	next := told
	var out []Message
	due := p.Due > told.Due
	alert := Take(f, now, told.Alert)
	var news []Line
	if told.Alert != nil {
		news = Compare(f, *told.Alert, alert)
	}
	if p.Weekly && due && f.Card.Week != told.Week {
		snapshot, lines := Take(f, now, told.Digest), news
		if told.Digest != nil {
			lines = union(Compare(f, *told.Digest, snapshot), news)
		}
		if told.Digest == nil || len(lines) > 0 {
			out = append(out, f.Digest(r, lines, now))
			news = nil // said
		}
		next.Digest, next.Week = &snapshot, f.Card.Week
	}
	if p.Changes && len(news) > 0 {
		out = append(out, f.Alert(r, news, fmt.Sprintf("%s.%d", f.Card.DataVersion, told.Said), now))
	}
	if len(out) > 0 || told.Since == 0 {
		next.Since = now
	}
	next.Alert, next.Due = &alert, max(p.Due, told.Due)
	quarter := cal.Containing(kpi.Quarter, now)
	if due && len(out) == 0 && told.SaidAt != 0 && told.SaidAt < quarter.Starts {
		out = append(out, f.Still(r, quarter.ID, told.Since, now))
	}
	if len(out) > 0 || told.SaidAt == 0 { // of a new reader silence counts from now
		next.SaidAt = now
	}
	next.Said += len(out)
	return out, next
}

// union adds the lines of which the first list says nothing.
func union(lines, more []Line) []Line {
	for _, l := range more {
		if !said(lines, l.About, l.Kind) {
			lines = append(lines, l)
		}
	}
	return lines
}
