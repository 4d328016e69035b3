package deliver

import (
	"slices"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// mostLines is how many lines a section has; the rest is counted and linked.
const mostLines = 12

// Reader is one recipient of one portfolio's messages.
type Reader struct {
	ID        string         // of the recipient, part of the id of each message
	Zone      *time.Location // in which times are shown
	PublicURL string         // "" makes no links
}

// compose makes a message of sections that are whole; long ones are cut here.
func (f Facts) compose(r Reader, kind Kind, period, occasion string, now kpi.Millis, sections ...Section) Message {
	c := f.Card
	at := now.Time().In(r.Zone)
	m := Message{
		Version: Version, ID: ID(kind, c.Portfolio.ID, occasion, r.ID), Kind: kind,
		Portfolio: Named{ID: c.Portfolio.ID, Name: c.Portfolio.Name}, Period: period,
		At: at.Format(time.RFC3339), Shown: at.Format("Mon 2 Jan 2006, 15:04 MST"), Sample: c.Sample,
		Headline: c.Headline, Second: c.Second, Sections: []Section{}, Charts: []Chart{},
		URL: link(r.PublicURL, "/p/"+c.Portfolio.ID+"?w="+c.Week),
	}
	for _, s := range sections {
		if len(s.Lines) == 0 {
			continue
		}
		if n := len(s.Lines); n > mostLines {
			s.Lines, s.More = s.Lines[:mostLines], n-mostLines
		}
		s.Lines = slices.Clone(s.Lines)
		for i := range s.Lines {
			s.Lines[i].URL = link(r.PublicURL, s.Lines[i].URL)
		}
		m.Sections = append(m.Sections, s)
	}
	return m.cleaned()
}

// link is a whole address; "" where kpid does not know its own.
func link(public, path string) string {
	if public == "" || path == "" {
		return ""
	}
	return strings.TrimSuffix(public, "/") + path
}

// Digest is how the week stands, after what changed since the digest before; without
// one before that is what the page of the week says.
func (f Facts) Digest(r Reader, changed []Line, now kpi.Millis) Message {
	if len(changed) == 0 {
		changed = f.week()
	}
	return f.compose(r, Weekly, f.Card.Week, f.Card.Week, now,
		Section{Title: "What changed", Lines: changed}, f.standing(changed), f.late(changed), f.silent(changed), f.overdue(changed))
}

// week is what changed since the week before, statuses and signals only.
func (f Facts) week() []Line {
	var out []Line
	for _, c := range f.Card.Changed {
		i := slices.IndexFunc(f.Card.KPIs, func(r scorecard.Row) bool { return r.ID == c.KPI })
		switch {
		case i < 0:
		case c.Kind == "signal":
			out = append(out, row(f.Card.KPIs[i], "signal", c.Sentence))
		case c.Kind == "status" && c.From != nil:
			out = append(out, row(f.Card.KPIs[i], "status", "was "+word(*c.From)+". "+c.Sentence))
		}
	}
	return out
}

// Alert says what changed, and the headline that goes with it.
func (f Facts) Alert(r Reader, changed []Line, occasion string, now kpi.Millis) Message {
	m := f.compose(r, Changes, f.Card.Week, occasion, now, Section{Title: "What changed", Lines: changed})
	m.Second = ""
	return m
}

// Still says that nothing changed for a quarter, so that silence is not taken for a fault.
func (f Facts) Still(r Reader, quarter string, since, now kpi.Millis) Message {
	m := f.compose(r, Steady, quarter, quarter, now)
	m.Second = "Nothing that is told of has changed since " + since.Time().In(r.Zone).Format("2 Jan 2006") + ". This note comes once a quarter."
	return m
}

// standing are the rows off track and at risk that did not change.
func (f Facts) standing(changed []Line) Section {
	s := Section{Title: "Off track or at risk"}
	for _, status := range []kpi.Status{kpi.OffTrack, kpi.AtRisk} {
		for _, r := range f.Card.KPIs {
			if r.Status == status && !said(changed, r.ID, "status", "signal") {
				s.Lines = append(s.Lines, row(r, "status", r.Sentence))
			}
		}
	}
	return s
}

func (f Facts) late(changed []Line) Section {
	s := Section{Title: "Sources that are behind"}
	for _, l := range f.Card.Trust.Late {
		if !said(changed, l.Source, "source") {
			s.Lines = append(s.Lines, sourceLine(l))
		}
	}
	return s
}

func (f Facts) silent(changed []Line) Section {
	s := Section{Title: "Waiting for a word"}
	for _, r := range f.Unexplained {
		if !said(changed, r.ID, "comment") {
			s.Lines = append(s.Lines, wordLine(f, r))
		}
	}
	return s
}

func (f Facts) overdue(changed []Line) Section {
	s := Section{Title: "Actions past their day"}
	for _, a := range f.Overdue {
		if l := actionLine(f, a); !said(changed, l.About, "action") {
			s.Lines = append(s.Lines, l)
		}
	}
	return s
}

// said tells whether one of the lines is about something already.
func said(lines []Line, about string, kinds ...string) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return l.About == about && slices.Contains(kinds, l.Kind) })
}

// Led is the KPI a message turns on, "" when it names none: that of its picture.
func (m Message) Led() string {
	for _, s := range m.Sections {
		for _, l := range s.Lines {
			if l.Kind == "status" || l.Kind == "signal" {
				return l.About
			}
		}
	}
	return ""
}
