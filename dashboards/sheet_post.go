package dashboards

import (
	"encoding/json"
	"errors"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// writeSheet answers a form of the register or of the goals.
func (s *server) writeSheet(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	page := path.Base(r.URL.Path)
	if err := s.mayWrite(); err != nil {
		return err
	}
	typed, err := typedForm(r)
	if err != nil {
		return err
	}
	k, ok := sheetBy(func(k sheet) bool { return k.Kind == typed["sheet"] && k.Page == page })
	if !ok {
		return badRequest("There is no form called "+cut(typed["sheet"], 40)+" here.", "Open the page and send its form again.")
	}
	d, err := s.newDesk(r.Context(), p, page)
	if err != nil {
		return err
	}
	stands, form, err := d.write(r.Context(), k, typed)
	var wrong FieldErrors
	switch {
	case errors.As(err, &wrong):
		return s.sheetAgain(w, r, d, http.StatusUnprocessableEntity, form)
	case errors.Is(err, kpi.ErrStale):
		form.ID, form.Revision, form.Key = stands.said.ID, stands.said.Revision, ""
		form.Stands, form.By = stands.says, personName(d.out.site, stands.said.Author)
		return s.sheetAgain(w, r, d, http.StatusConflict, form)
	case errors.Is(err, kpi.ErrNoNote):
		return s.noSheet(k, typed["id"], p)
	case err != nil:
		return err
	}
	http.Redirect(w, r, d.out.path+"#"+sheetAnchor(k.Kind, stands.said.ID, ""), http.StatusSeeOther)
	return nil
}

func (s *server) noSheet(k sheet, id string, p kpi.Portfolio) error {
	e := notFound("There is no " + k.Noun + " " + cut(id, 40) + " in " + p.Name + ".")
	e.Near = []link{{title(k.Page), "/p/" + p.ID + "/" + k.Page}}
	return e
}

// mayWrite refuses where nothing can be written.
func (s *server) mayWrite() error {
	why := s.unwritable("What is sent here is")
	switch {
	case why == "":
		return nil
	case s.notes == nil:
		return &pageError{Status: http.StatusServiceUnavailable, Title: "Nothing was written.", Detail: why}
	}
	return &pageError{Status: http.StatusUnprocessableEntity, Title: "Nothing was written.", Detail: why}
}

// sheetAgain shows the page with a form as it was typed.
func (s *server) sheetAgain(w http.ResponseWriter, r *http.Request, d *desk, status int, form *sheetForm) error {
	form.Open = true
	if form.Page == "goals" {
		return s.pageOf(w, status, "goals", s.newGoalsView(r, d, form))
	}
	v, err := s.newRegisterView(r, d, form)
	if err != nil {
		return err
	}
	return s.pageOf(w, status, "register", v)
}

// sheetAnswer says what stands after something was written.
type sheetAnswer struct {
	Kind      string `json:"kind"`
	ID        int64  `json:"id"`
	Revision  int    `json:"revision"`
	Portfolio string `json:"portfolio"`
	Author    string `json:"author"`
}

// apiSheet takes one thing as JSON, by the rules of its form. A form of another site
// cannot send JSON without asking first, so none can write anything here.
func (s *server) apiSheet(w http.ResponseWriter, r *http.Request) error {
	k, ok := sheetBy(func(k sheet) bool { return k.API == path.Base(r.URL.Path) })
	if !ok {
		return notFound("There is no such thing to write.")
	}
	if err := s.mayWrite(); err != nil {
		return err
	}
	typed, p, err := s.sentJSON(r)
	if err != nil {
		return err
	}
	d, err := s.newDesk(r.Context(), p, k.Page)
	if err != nil {
		return err
	}
	if err := d.knownFields(k, typed); err != nil {
		return err
	}
	had := d.standing()
	stands, _, err := d.write(r.Context(), k, typed)
	var wrong FieldErrors
	switch {
	case errors.As(err, &wrong):
		return &pageError{Status: http.StatusUnprocessableEntity, Title: "It cannot be kept as it is.", Detail: "Nothing was kept. " + wrong.Error(), Fields: wrong}
	case errors.Is(err, kpi.ErrStale):
		return &pageError{Status: http.StatusConflict, Title: "Nothing was kept: a newer revision was written in the meantime.",
			Detail: "Revision " + count(stands.said.Revision) + " of " + idText(stands.said.ID) + " stands. Read it, and send yours with that revision."}
	case errors.Is(err, kpi.ErrNoNote):
		return s.noSheet(k, typed["id"], p)
	case err != nil:
		return err
	}
	body, err := json.Marshal(sheetAnswer{k.Kind, stands.said.ID, stands.said.Revision, p.ID, stands.said.Author})
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if had[k.Page+"-"+k.family()+idText(stands.said.ID)] != stands.said.Revision {
		w.WriteHeader(http.StatusCreated)
	}
	_, _ = w.Write(append(body, '\n')) // the connection is the only thing that can fail here
	return nil
}

// family is what shares its numbers: objectives and key results do.
func (k sheet) family() string {
	if k.Kind == resultSheet {
		return objectiveSheet
	}
	return k.Kind
}

// standing is the revision of all that is kept, by what it is.
func (d *desk) standing() map[string]int {
	out := map[string]int{}
	for _, e := range d.register {
		out["register-"+entrySheet+idText(e.ID)] = e.Revision
	}
	for _, o := range d.goals.Objectives {
		out["goals-"+objectiveSheet+idText(o.ID)] = o.Revision
		for _, k := range o.Results {
			out["goals-"+objectiveSheet+idText(k.ID)] = k.Revision
		}
	}
	for _, m := range d.goals.Milestones {
		out["goals-"+milestoneSheet+idText(m.ID)] = m.Revision
	}
	return out
}

// knownFields refuses a name that is none of the form's.
func (d *desk) knownFields(k sheet, typed map[string]string) error {
	names := []string{"portfolio", "id", "revision"}
	fields, _, err := d.fieldsOf(k, 0, "")
	if err != nil {
		return err
	}
	for _, f := range fields {
		names = append(names, f.Name)
	}
	for name := range typed {
		if !slices.Contains(names, name) {
			return badRequest("There is no field called "+cut(name, 40)+".", "The fields are "+strings.Join(names, ", ")+".")
		}
	}
	return nil
}
