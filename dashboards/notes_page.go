package dashboards

import (
	"net/http"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// notesView is the page of notes and actions: what was said, and what was promised?
type notesView struct {
	base
	Card      *scorecard.Scorecard
	Pages     []tab
	Crumb     []link
	Headline  string
	Filter    []option
	Filtered  string
	Groups    []noteGroup
	Open      []noteView
	Closed    []noteView
	More      int    // notes and closed actions that are not shown
	AllURL    string // shows them
	Withdrawn []noteView
	Missing   missingView
	AddNote   *noteForm // nil when nothing can be written
	AddAction *noteForm
	Refusal   string // why nothing can be written
	AsOf      string
}

// noteGroup is a KPI with its notes, newest first.
type noteGroup struct {
	About  link
	Status kpi.Status // "" when it is not in the scorecard
	Notes  []noteView
}

// notesPage answers GET /p/{portfolio}/notes.
func (s *server) notesPage(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "kpi", "edit", "all"); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	v, err := s.newNotesView(r, p, nil)
	if err != nil {
		return err
	}
	return s.page(w, "notes", v)
}

// newNotesView makes the page; form, when there is one, stands where it was typed.
func (s *server) newNotesView(r *http.Request, p kpi.Portfolio, form *noteForm) (*notesView, error) {
	card, err := s.reader.Scorecard(r.Context(), Query{Portfolio: p.ID})
	if err != nil {
		return nil, err
	}
	journal, err := s.reader.Journal(r.Context(), p.ID)
	if err != nil {
		return nil, err
	}
	filter, edit := r.URL.Query().Get("kpi"), r.URL.Query().Get("edit")
	out := s.newNoteWriter(card, Query{Portfolio: p.ID})
	out.filter = filter
	if _, ok := out.names[filter]; filter != "" && !ok {
		e := notFound("There is no KPI called " + cut(filter, 80) + " in " + p.Name + ".")
		e.Near = []link{{"All notes", out.path}}
		return nil, e
	}
	v := &notesView{Card: card, Pages: saidTabs(p.ID, "notes"), Refusal: s.refusal(), AsOf: shownInstant(card.AsOf, out.site.Calendar.Zone),
		Crumb: []link{{p.Name, "/p/" + p.ID}}, Missing: newMissing(card, out, journal, Query{Portfolio: p.ID}, len(card.KPIs))}
	f := formMaker{out, card}
	// a form stands where its note is, however old that is
	v.fill(journal, f, filter, edit, r.URL.Query().Get("all") != "" || edit != "" || form != nil, form)
	v.AllURL = address(out.path, "kpi", filter, "all", "1")
	v.Filter = append([]option{{"", "All", filter == ""}}, f.kpis(filter)...)
	v.Filtered = out.names[filter].Text
	if v.Refusal == "" {
		v.AddNote, v.AddAction = f.note(kpi.Note{Said: kpi.Said{KPI: filter}, At: out.today()}), f.action(kpi.Action{Said: kpi.Said{KPI: filter}, Owner: out.site.Person.ID, State: kpi.ActionOpen})
		if form != nil && form.ID == 0 && form.Kind == "note" {
			v.AddNote = form
		}
		if form != nil && form.ID == 0 && form.Kind == "action" {
			v.AddAction = form
		}
		v.AddNote.Primary = edit == "" && (form == nil || form.ID == 0)
	}
	v.Headline = notesHeadline(len(v.Missing.Rows), journal.open(""), out)
	v.base = s.base(r, "notes", "Notes and actions · "+p.Name)
	v.Weekly = "/p/" + p.ID
	return v, nil
}

// refusal says why nothing can be written here; "" when it can.
func (s *server) refusal() string {
	switch {
	case s.notes == nil:
		return "This server only reads. Notes are written on one that was started without --read-only."
	case s.reader.Site().Person.ID == "":
		return "Notes are signed, and nobody signs in here. Set person under [server] in the configuration to the id of a [[person]]; that person signs."
	}
	return ""
}

// How much the page shows until all is asked for.
const (
	maxNotes  = 100
	maxClosed = 20
)

func (v *notesView) fill(journal *Journal, f formMaker, filter, edit string, all bool, form *noteForm) {
	place := map[string]int{}
	shown := func(one noteView, open func() *noteForm) noteView {
		if form != nil && one.Anchor == form.Anchor() {
			one.Form = form
		} else if v.Refusal == "" && form == nil && one.Anchor == edit {
			one.Form = open()
		}
		return one
	}
	standing, closed := journal.standing(filter), journal.closed(filter)
	if !all {
		v.More = max(0, len(standing)-maxNotes) + max(0, len(closed)-maxClosed)
		standing, closed = standing[:min(len(standing), maxNotes)], closed[:min(len(closed), maxClosed)]
	}
	for _, n := range standing {
		one := shown(f.out.note(n), func() *noteForm { return f.note(n) })
		i, ok := place[n.KPI]
		if !ok {
			i = len(v.Groups)
			place[n.KPI] = i
			v.Groups = append(v.Groups, noteGroup{About: f.out.about(n.KPI), Status: f.status(n.KPI)})
		}
		v.Groups[i].Notes = append(v.Groups[i].Notes, one)
	}
	for _, a := range journal.open(filter) {
		v.Open = append(v.Open, shown(f.out.action(a), func() *noteForm { return f.action(a) }))
	}
	for _, a := range closed {
		v.Closed = append(v.Closed, shown(f.out.action(a), func() *noteForm { return f.action(a) }))
	}
	for _, n := range journal.Notes {
		if n.Withdrawn && (filter == "" || n.KPI == filter) {
			v.Withdrawn = append(v.Withdrawn, f.out.note(n))
		}
	}
}

// notesHeadline says what is missing and what is promised.
func notesHeadline(missing int, open []kpi.Action, w noteWriter) string {
	text := "Every miss is explained."
	if missing > 0 {
		text = plural(missing, "KPI is unexplained.", "KPIs are unexplained.")
	}
	return text + " " + title(openSaid(open, w)) + "."
}

// openSaid counts open actions, and how many should have been done.
func openSaid(open []kpi.Action, w noteWriter) string {
	late := 0
	for _, a := range open {
		if a.Overdue(w.today()) {
			late++
		}
	}
	switch {
	case len(open) == 0:
		return "no action is open"
	case late == 0:
		return plural(len(open), "action is open", "actions are open")
	}
	return strings.TrimSpace(plural(len(open), "action is open", "actions are open") + ", " + count(late) + " overdue")
}
