package dashboards

import (
	"context"
	"strconv"

	"github.com/kpid/kpid/kpi"
)

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// written is what stands after something was written.
type written struct {
	said kpi.Said
	key  string
	says string // in a sentence
}

// sheetWrite is one thing that is being written.
type sheetWrite struct {
	said   kpi.Said
	values map[string]string // by field, checked alone
	wrong  FieldErrors
}

func (w *sheetWrite) bad(field, text string) { w.wrong = append(w.wrong, FieldError{field, text}) }

// fine says that a field holds something that nothing is wrong with alone.
func (w *sheetWrite) fine(field string) bool {
	for _, e := range w.wrong {
		if e.Field == field {
			return false
		}
	}
	return w.values[field] != ""
}

// day of a field that was checked.
func (w *sheetWrite) day(field string) kpi.Date {
	d, err := kpi.ParseDate(w.values[field])
	if err != nil {
		return kpi.Date{}
	}
	return d
}

// past refuses a day that has not come.
func (w *sheetWrite) past(field string, today kpi.Date) {
	if w.fine(field) && today.Before(w.day(field)) {
		w.bad(field, "This day is still to come; today is "+today.String()+".")
	}
}

// write checks what was typed and keeps it. The fields carry it and what is wrong with
// it; then the error is a FieldErrors. It is kpi.ErrNoNote for an id that is not there,
// and kpi.ErrStale, with what stands, when somebody else was faster.
func (d *desk) write(ctx context.Context, k sheet, typed map[string]string) (written, *sheetForm, error) {
	w := &sheetWrite{said: kpi.Said{Portfolio: d.portfolio.ID, Author: d.out.site.Person.ID}, values: map[string]string{}}
	if err := w.number(typed); err != nil {
		return written{}, nil, err
	}
	fields, key, err := d.fieldsOf(k, w.said.ID, typed["item"])
	if err != nil {
		return written{}, nil, err
	}
	if key != "" { // what the usual set says need not be said again
		for _, f := range fields {
			if _, said := typed[f.Name]; !said {
				typed[f.Name] = f.Value
			}
		}
	}
	w.wrong = check(fields, typed, d.out.site.Now(), zoneOf(d.out.site))
	for _, f := range fields {
		w.values[f.Name] = f.Value
	}
	if w.fine("text") {
		if w.said.Text, err = kpi.NoteText(w.values["text"]); err != nil {
			w.bad("text", noteFault(err))
		}
	}
	if w.said.Links, err = kpi.NoteLinks(w.values["links"]); err != nil {
		w.bad("links", noteFault(err))
	}
	out, err := d.keep(ctx, k, w)
	form := d.form(k, w.said, key, fields)
	if len(w.wrong) > 0 {
		form.Problem = put(form.Fields, w.wrong)
		return out, form, w.wrong
	}
	return out, form, err
}

// number reads the id and the revision, which no person types.
func (w *sheetWrite) number(typed map[string]string) error {
	id := typed["id"]
	if id == "" {
		return nil
	}
	var err error
	if w.said.ID, err = strconv.ParseInt(id, 10, 64); err != nil || w.said.ID < 1 {
		return badRequest("There is no id "+cut(id, 40)+".", "id is the number of what is changed; leave it out for something new.")
	}
	if w.said.Revision, err = strconv.Atoi(typed["revision"]); err != nil || w.said.Revision < 1 {
		return badRequest("There is no revision "+cut(typed["revision"], 40)+".", "revision is the number of the revision that was changed, from 1.")
	}
	return nil
}

// fieldsOf gives the fields with what stands; key is that of a usual milestone.
func (d *desk) fieldsOf(k sheet, id int64, item string) (fields []inputField, key string, err error) {
	switch k.Kind {
	case entrySheet:
		e, ok := d.entry(id)
		if ok || id == 0 {
			return d.entryFields(e), "", nil
		}
	case objectiveSheet, resultSheet:
		o, ok := d.goal(id)
		if (ok && (o.Parent != 0) == (k.Kind == resultSheet)) || id == 0 {
			if k.Kind == resultSheet {
				return d.resultFields(o), "", nil
			}
			return d.objectiveFields(o), "", nil
		}
	case milestoneSheet:
		m, ok := d.milestone(id, item)
		if ok || id == 0 && item == "" {
			return d.milestoneFields(m), m.Key, nil
		}
		if id == 0 {
			return nil, "", badRequest("There is no item called "+cut(item, 40)+" in the usual set.", "Leave item out for a milestone of your own, or set [[portfolio]] director_since, which the usual set begins with.")
		}
	}
	return nil, "", kpi.ErrNoNote
}

func (d *desk) entry(id int64) (kpi.RegisterEntry, bool) {
	for _, e := range d.register {
		if e.ID == id && id != 0 {
			return e, true
		}
	}
	return kpi.RegisterEntry{}, false
}

func (d *desk) goal(id int64) (kpi.Objective, bool) {
	for _, o := range d.goals.Objectives {
		if o.ID == id && id != 0 {
			return o.Objective, true
		}
		for _, k := range o.Results {
			if k.ID == id && id != 0 {
				return k.Objective, true
			}
		}
	}
	return kpi.Objective{}, false
}

func (d *desk) milestone(id int64, item string) (kpi.Milestone, bool) {
	for _, m := range d.goals.Milestones {
		if id != 0 && m.ID == id || id == 0 && item != "" && m.Key == item {
			return m.Milestone, true
		}
	}
	return kpi.Milestone{}, false
}

// keep makes of the fields what is kept, checks what one field alone does not tell, and
// keeps it when nothing is wrong.
func (d *desk) keep(ctx context.Context, k sheet, w *sheetWrite) (written, error) {
	var out written
	var err error
	switch k.Kind {
	case entrySheet:
		e := d.readEntry(w)
		if len(w.wrong) > 0 {
			return out, nil
		}
		e, err = d.notes.SaveRegisterEntry(ctx, e)
		out = written{e.Said, "", d.out.entrySays(e)}
	case objectiveSheet, resultSheet:
		o := d.readObjective(w, k.Kind == resultSheet)
		if len(w.wrong) > 0 {
			return out, nil
		}
		o, err = d.notes.SaveObjective(ctx, o)
		out = written{o.Said, "", d.out.goalSays(o)}
	case milestoneSheet:
		m := d.readMilestone(w)
		if len(w.wrong) > 0 {
			return out, nil
		}
		m, err = d.notes.SaveMilestone(ctx, m)
		out = written{m.Said, m.Key, d.out.milestoneSays(m)}
	}
	return out, err
}
