package dashboards

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// noteForm is what is in a form, as it was typed, with what is wrong beside each field.
type noteForm struct {
	Kind     string // note or action
	ID       int64
	Revision int
	Action   string // where it is sent
	KPIs     []option
	Owners   []option
	States   []option
	At, Due  string // YYYY-MM-DD
	Text     string
	Links    string
	Wrong    map[string]string // by field
	Stands   *noteView         // what somebody else wrote in the meantime
	Cancel   string
	Primary  bool // the one filled button of the page
}

// Anchor is where the form stands on the page.
func (f *noteForm) Anchor() string {
	if f.ID == 0 {
		return f.Kind + "-new"
	}
	return f.Kind + "-" + strconv.FormatInt(f.ID, 10)
}

// Field is one of the form, for its template.
func (f *noteForm) Field(name string) formField {
	return formField{ID: f.Anchor() + "-" + name, Name: name, Wrong: f.Wrong[name], First: f.first() == name}
}

// first is the field that a reader is led to: the first one that is wrong.
func (f *noteForm) first() string {
	for _, name := range []string{"kpi", "at", "due", "owner", "state", "text", "links"} {
		if f.Wrong[name] != "" {
			return name
		}
	}
	return ""
}

// formField is one field with its error.
type formField struct {
	ID, Name, Wrong string
	First           bool
}

// formMaker fills forms.
type formMaker struct {
	out  noteWriter
	card *scorecard.Scorecard
}

func (f formMaker) kpis(chosen string) []option {
	var out []option
	for _, r := range f.card.KPIs {
		if primary(r) {
			out = append(out, option{r.ID, r.Name, r.ID == chosen})
		}
	}
	return out
}

func (f formMaker) status(id string) kpi.Status {
	for _, r := range f.card.KPIs {
		if r.ID == id {
			return r.Status
		}
	}
	return ""
}

func (f formMaker) base(kind string, said kpi.Said) *noteForm {
	return &noteForm{Kind: kind, ID: said.ID, Revision: said.Revision, Text: said.Text, Links: strings.Join(said.Links, "\n"), Wrong: map[string]string{}, Primary: said.ID != 0,
		Action: address(f.out.path, "kpi", f.out.filter), Cancel: address(f.out.path, "kpi", f.out.filter),
		KPIs: append([]option{{"", "The portfolio as a whole", said.KPI == ""}}, f.kpis(said.KPI)...)}
}

func (f formMaker) note(n kpi.Note) *noteForm {
	form := f.base("note", n.Said)
	form.At = n.At.String()
	return form
}

func (f formMaker) action(a kpi.Action) *noteForm {
	form := f.base("action", a.Said)
	if !a.Due.IsZero() {
		form.Due = a.Due.String()
	}
	for _, p := range f.out.site.Persons {
		form.Owners = append(form.Owners, option{p.ID, p.Name, p.ID == a.Owner})
	}
	for _, s := range kpi.ActionStates() {
		form.States = append(form.States, option{string(s), title(string(s)), s == a.State})
	}
	return form
}

// writeNote answers POST /p/{portfolio}/notes.
func (s *server) writeNote(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "kpi"); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	if why := s.refusal(); why != "" {
		status := http.StatusUnprocessableEntity
		if s.notes == nil {
			status = http.StatusServiceUnavailable
		}
		return &pageError{Status: status, Title: "Nothing was written.", Detail: why, Near: []link{{"Notes", "/p/" + p.ID + "/notes"}}}
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "It may be larger than 1 MiB. Go back and shorten it.")
	}
	card, err := s.reader.Scorecard(r.Context(), Query{Portfolio: p.ID})
	if err != nil {
		return err
	}
	f := formMaker{s.newNoteWriter(card, Query{Portfolio: p.ID}), card}
	f.out.filter = r.URL.Query().Get("kpi")
	said, err := f.said(r.PostForm, p)
	if err != nil {
		return err
	}
	var form *noteForm
	var kept kpi.Said
	switch r.PostForm.Get("kind") {
	case "note":
		form, kept, err = s.writeOneNote(r, f, said)
	case "action":
		form, kept, err = s.writeOneAction(r, f, said)
	default:
		return badRequest("There is no kind called "+cut(r.PostForm.Get("kind"), 40)+".", "kind is note or action.")
	}
	if errors.Is(err, kpi.ErrNoNote) {
		e := notFound("There is no " + r.PostForm.Get("kind") + " " + strconv.FormatInt(said.ID, 10) + " in " + p.Name + ".")
		e.Near = []link{{"Notes", f.out.path}}
		return e
	}
	if err != nil && !errors.Is(err, kpi.ErrStale) {
		return err
	}
	if form == nil {
		http.Redirect(w, r, f.back(kept, r.PostForm.Get("kind")), http.StatusSeeOther)
		return nil
	}
	v, err := s.newNotesView(r, p, form)
	if err != nil {
		return err
	}
	status := http.StatusUnprocessableEntity
	if form.Stands != nil {
		status = http.StatusConflict
	}
	return s.pageOf(w, status, "notes", v)
}

// back leads to what was written; a filter that would hide it is left.
func (f formMaker) back(kept kpi.Said, kind string) string {
	filter := f.out.filter
	if filter != kept.KPI {
		filter = ""
	}
	return address(f.out.path, "kpi", filter) + "#" + kind + "-" + strconv.FormatInt(kept.ID, 10)
}

// said reads the fields that no person types.
func (f formMaker) said(typed url.Values, p kpi.Portfolio) (kpi.Said, error) {
	said := kpi.Said{Portfolio: p.ID, KPI: typed.Get("kpi"), Author: f.out.site.Person.ID}
	if typed.Get("id") == "" {
		return said, nil
	}
	var err error
	if said.ID, err = strconv.ParseInt(typed.Get("id"), 10, 64); err != nil || said.ID < 1 {
		return said, badRequest("There is no id "+cut(typed.Get("id"), 40)+".", "id is the number of a note or action; leave it out for a new one.")
	}
	if said.Revision, err = strconv.Atoi(typed.Get("revision")); err != nil || said.Revision < 1 {
		return said, badRequest("There is no revision "+cut(typed.Get("revision"), 40)+".", "revision is the number of the revision that was changed, from 1.")
	}
	return said, nil
}

// again is the form as it was typed.
func (f formMaker) again(form *noteForm, typed url.Values) *noteForm {
	form.At, form.Due, form.Text, form.Links = typed.Get("at"), typed.Get("due"), typed.Get("text"), typed.Get("links")
	return form
}

// check reads what notes and actions have in common.
func (f formMaker) check(said *kpi.Said, typed url.Values, wrong map[string]string) {
	var err error
	if said.Text, err = kpi.NoteText(typed.Get("text")); err != nil {
		wrong["text"] = noteFault(err)
	}
	if said.Links, err = kpi.NoteLinks(typed.Get("links")); err != nil {
		wrong["links"] = noteFault(err)
	}
	if _, ok := f.out.names[said.KPI]; said.KPI != "" && !ok {
		wrong["kpi"] = "There is no KPI called " + cut(said.KPI, 80) + " in this scorecard. Choose one of the list."
	}
}

// noteFault writes an error for a person.
func noteFault(err error) string { return title(err.Error()) + "." }

func typedDay(typed string) (kpi.Date, string) {
	d, err := kpi.ParseDate(strings.TrimSpace(typed))
	if err != nil {
		return d, "A day is written 2026-09-21."
	}
	return d, ""
}

func (s *server) writeOneNote(r *http.Request, f formMaker, said kpi.Said) (*noteForm, kpi.Said, error) {
	typed, wrong := r.PostForm, map[string]string{}
	n := kpi.Note{Said: said}
	f.check(&n.Said, typed, wrong)
	var bad string
	if n.At, bad = typedDay(typed.Get("at")); bad != "" {
		wrong["at"] = bad
	} else if f.out.today().Before(n.At) {
		wrong["at"] = "This day is still to come. A note says what was; what is to come is an action."
	}
	if typed.Get("withdraw") != "" && n.ID != 0 {
		n.Withdrawn, n.Text, n.Links = true, "", []string{}
		delete(wrong, "text")
		delete(wrong, "links")
	}
	form := f.again(f.note(n), typed)
	if form.Wrong = wrong; len(wrong) > 0 {
		return form, said, nil
	}
	stands, err := s.notes.SaveNote(r.Context(), n)
	if errors.Is(err, kpi.ErrStale) {
		v := f.out.note(stands)
		form.Revision, form.Stands = stands.Revision, &v
		v.Withdraw = stands.Withdrawn
		return form, said, err
	}
	return nil, stands.Said, err
}

func (s *server) writeOneAction(r *http.Request, f formMaker, said kpi.Said) (*noteForm, kpi.Said, error) {
	typed, wrong := r.PostForm, map[string]string{}
	a := kpi.Action{Said: said, Owner: typed.Get("owner"), State: kpi.ActionState(typed.Get("state"))}
	f.check(&a.Said, typed, wrong)
	if a.ID == 0 && a.State == "" {
		a.State = kpi.ActionOpen
	}
	var bad string
	if a.Due, bad = typedDay(typed.Get("due")); bad != "" {
		wrong["due"] = bad
	} else if a.ID == 0 && a.Due.Before(f.out.today()) {
		wrong["due"] = "This day has passed. Choose today or a day to come."
	}
	if !slices.Contains(kpi.ActionStates(), a.State) {
		wrong["state"] = "An action is open, done or dropped."
	}
	if !slices.ContainsFunc(f.out.site.Persons, func(p Person) bool { return p.ID == a.Owner }) {
		wrong["owner"] = "Choose who does it; people are [[person]] tables of the configuration."
	}
	form := f.again(f.action(a), typed)
	if form.Wrong = wrong; len(wrong) > 0 {
		return form, said, nil
	}
	stands, err := s.notes.SaveAction(r.Context(), a)
	if errors.Is(err, kpi.ErrStale) {
		v := f.out.action(stands)
		form.Revision, form.Stands = stands.Revision, &v
		return form, said, err
	}
	return nil, stands.Said, err
}
