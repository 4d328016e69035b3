package dashboards

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Notes keeps what people write. All give what stands after it; of an id that is
// not there they say kpi.ErrNoNote, and when somebody else wrote a newer revision
// they hand that back with kpi.ErrStale.
type Notes interface {
	SaveNote(ctx context.Context, n kpi.Note) (kpi.Note, error)
	SaveAction(ctx context.Context, a kpi.Action) (kpi.Action, error)
	SaveRegisterEntry(ctx context.Context, e kpi.RegisterEntry) (kpi.RegisterEntry, error)
	SaveObjective(ctx context.Context, o kpi.Objective) (kpi.Objective, error)
	SaveMilestone(ctx context.Context, m kpi.Milestone) (kpi.Milestone, error)
}

// Journal is what people wrote about a portfolio, as it stands, in the order it was
// first written; withdrawn notes are in it, too.
type Journal struct {
	Notes   []kpi.Note
	Actions []kpi.Action
	// Register are decisions, risks, escalations and asks; what a pack carries of them
	// kpi.RegisterCarried, kpi.RegisterSettled and kpi.RegisterOpen tell.
	Register []kpi.RegisterEntry
}

// standing notes, newest day first; of one day the one written last first. kpiID
// "" takes those of every KPI.
func (j *Journal) standing(kpiID string) []kpi.Note {
	var out []kpi.Note
	for _, n := range j.Notes {
		if !n.Withdrawn && (kpiID == "" || n.KPI == kpiID) {
			out = append(out, n)
		}
	}
	slices.SortStableFunc(out, func(a, b kpi.Note) int {
		if c := strings.Compare(b.At.String(), a.At.String()); c != 0 {
			return c
		}
		return int(b.ID - a.ID)
	})
	return out
}

// open actions, the one due first first.
func (j *Journal) open(kpiID string) []kpi.Action {
	var out []kpi.Action
	for _, a := range j.Actions {
		if a.State == kpi.ActionOpen && (kpiID == "" || a.KPI == kpiID) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b kpi.Action) int { return strings.Compare(a.Due.String(), b.Due.String()) })
	return out
}

// closed actions, the one closed last first.
func (j *Journal) closed(kpiID string) []kpi.Action {
	var out []kpi.Action
	for _, a := range j.Actions {
		if a.State != kpi.ActionOpen && (kpiID == "" || a.KPI == kpiID) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b kpi.Action) int { return int(b.RecordedAt - a.RecordedAt) })
	return out
}

// noteView is a note or an action as a page shows it.
type noteView struct {
	Anchor   string
	URL      string // of the note on the notes page, where it is shown elsewhere
	Number   string // in the chart; "" when it is not drawn there
	At       string // of a note
	Text     string
	Links    []awayLink
	Signed   string // by whom, and when it was last changed
	About    link   // the KPI; of the portfolio as a whole Text is ""
	Owner    string // of an action
	Due      string
	Overdue  bool
	State    kpi.ActionState
	Earlier  []earlierView // newest first
	Edit     string        // "" when this server only reads
	Form     *noteForm     // shown in place of the note
	Withdraw bool
}

// earlierView is an earlier revision.
type earlierView struct {
	Revision   int
	When, Said string
}

// awayLink leads to another tool; it is the only kind of link that leaves this server.
type awayLink struct{ Tool, URL string }

// writer turns what is kept into what is shown.
type noteWriter struct {
	site   Site
	path   string // of the notes page
	names  map[string]link
	edits  bool
	filter string
}

// newNoteWriter knows the KPIs of a card.
func (s *server) newNoteWriter(card *scorecard.Scorecard, q Query) noteWriter {
	w := noteWriter{site: s.reader.Site(), path: "/p/" + q.Portfolio + "/notes", names: map[string]link{}, edits: s.notes != nil && s.reader.Site().Person.ID != ""}
	for _, r := range card.KPIs {
		if _, ok := w.names[r.ID]; !ok {
			w.names[r.ID] = link{r.Name, address("/p/"+q.Portfolio+"/k/"+r.ID, "w", q.Week)}
		}
	}
	return w
}

func (w noteWriter) today() kpi.Date { return w.site.Calendar.Date(w.site.Now()) }

func (w noteWriter) about(id string) link {
	if l, ok := w.names[id]; ok || id == "" {
		return l
	}
	return link{Text: id} // a KPI that is not in this scorecard any more
}

// day writes a date; the year only when it is another one than today's.
func (w noteWriter) day(d kpi.Date) string {
	layout := "2 Jan"
	if d.Year != w.today().Year {
		layout = "2 Jan 2006"
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Format(layout)
}

func (w noteWriter) edit(kind string, id int64) string {
	if !w.edits {
		return ""
	}
	name := kind + "-" + strconv.FormatInt(id, 10)
	return address(w.path, "kpi", w.filter, "edit", name) + "#" + name
}

// signed says who wrote what stands, and when, if it was changed.
func (w noteWriter) signed(said kpi.Said, changed bool) string {
	name := personName(w.site, said.Author)
	if changed {
		return name + ", changed " + w.day(w.site.Calendar.Date(said.RecordedAt))
	}
	return name
}

func (w noteWriter) note(n kpi.Note) noteView {
	v := noteView{Anchor: "note-" + strconv.FormatInt(n.ID, 10), At: w.day(n.At), Text: n.Text, Links: newAwayLinks(n.Links), About: w.about(n.KPI),
		Signed: w.signed(n.Said, n.Revision > 1), Edit: w.edit("note", n.ID)}
	for _, e := range slices.Backward(n.Earlier) {
		v.Earlier = append(v.Earlier, w.earlier(e.Said, w.day(e.At)+": "+e.Text))
	}
	return v
}

func (w noteWriter) action(a kpi.Action) noteView {
	v := noteView{Anchor: "action-" + strconv.FormatInt(a.ID, 10), Text: a.Text, Links: newAwayLinks(a.Links), About: w.about(a.KPI), State: a.State,
		Owner: personName(w.site, a.Owner), Due: w.day(a.Due), Overdue: a.Overdue(w.today()), Signed: w.signed(a.Said, a.Revision > 1), Edit: w.edit("action", a.ID)}
	for _, e := range slices.Backward(a.Earlier) {
		v.Earlier = append(v.Earlier, w.earlier(e.Said, e.Text+" ("+string(e.State)+", "+personName(w.site, e.Owner)+", due "+w.day(e.Due)+")"))
	}
	return v
}

func (w noteWriter) earlier(said kpi.Said, text string) earlierView {
	return earlierView{said.Revision, stamp(said.RecordedAt, w.site.Calendar.Zone) + ", " + personName(w.site, said.Author), text}
}

// newAwayLinks name the tool each link leads to; two of one tool are counted. What is
// not safe is not linked, wherever it came from.
func newAwayLinks(links []string) []awayLink {
	var out []awayLink
	seen := map[string]int{}
	for _, l := range links {
		if kpi.CheckLink(l) != nil {
			continue
		}
		tool := kpi.LinkTool(l)
		if seen[tool]++; seen[tool] > 1 {
			tool += " " + strconv.Itoa(seen[tool])
		}
		out = append(out, awayLink{tool, l})
	}
	return out
}
