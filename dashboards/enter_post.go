package dashboards

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
)

// enterPost takes a form.
func (s *server) enterPost(w http.ResponseWriter, r *http.Request) error {
	p, k, err := s.entryPlace(r)
	if err != nil {
		return err
	}
	if e := s.closed(); e != nil {
		return e
	}
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "Open the page and send it again.")
	}
	typed := map[string]string{}
	for name, values := range r.PostForm {
		typed[name] = strings.TrimSpace(strings.ReplaceAll(values[0], "\r\n", "\n"))
	}
	receipt, fields, err := s.enter(r, p, k, typed)
	var wrong FieldErrors
	switch {
	case errors.As(err, &wrong):
		v, err := s.entryView(r, p, k, typed[k.About])
		if err != nil {
			return err
		}
		v.Fields, v.Problem = fields, put(fields, wrong)
		if v.Problem == "" {
			v.Problem = "Nothing was stored: " + plural(len(wrong), "field needs", "fields need") + " another look."
		}
		v.Title = "Not stored: " + v.Title
		return s.pageOf(w, http.StatusUnprocessableEntity, "enter", v)
	case err != nil:
		return err
	}
	done, about := "1", typed[k.About]
	if receipt.Same {
		done = "same"
	}
	if k.Kind == Surveying {
		about = receipt.ID
	}
	http.Redirect(w, r, address(enterURL(p.ID, k, ""), k.paramOr("id"), about, "done", done), http.StatusSeeOther)
	return nil
}

func (k entryKind) paramOr(name string) string {
	if k.Param == "" {
		return name
	}
	return k.Param
}

// enter checks what was typed and stores it; the fields carry it, and what is wrong.
// The error is a FieldErrors, whatever refused it: the form or what is behind it.
func (s *server) enter(r *http.Request, p kpi.Portfolio, k entryKind, typed map[string]string) (Receipt, []inputField, error) {
	site := s.reader.Site()
	e, err := s.reader.Entered(r.Context(), p.ID, typed[k.About])
	if err != nil {
		return Receipt{}, nil, err
	}
	fields := k.fields(site, p, e, typed[k.About])
	errs := check(fields, typed, site.Now(), zoneOf(site))
	errs = append(errs, k.beyond(fields, typed, e, site)...)
	if len(errs) > 0 {
		return Receipt{}, fields, errs
	}
	known := map[string]string{}
	for _, f := range fields {
		known[f.Name] = f.Value
	}
	receipt, err := s.entries.Enter(r.Context(), Entry{Kind: k.Kind, Portfolio: p.ID, Author: site.Person, Fields: known})
	return receipt, fields, err
}

// beyond checks what one field alone does not tell.
func (k entryKind) beyond(fields []inputField, typed map[string]string, e *Entered, site Site) FieldErrors {
	var errs FieldErrors
	today := site.Now().Time().In(zoneOf(site)).Format(time.DateOnly)
	fine := func(name string) bool {
		for _, f := range fields {
			if f.Name == name {
				return f.Value != "" && f.Error == ""
			}
		}
		return false
	}
	say := func(field, text string) { errs = append(errs, FieldError{field, text}) }
	switch {
	case k.Kind == Reviewing && fine("incident") && e.incident(typed["incident"]) == nil:
		say("incident", "There is no such incident in the last two quarters. An incident is written source/id.")
	case (k.Kind == Measuring || k.Kind == Valuing) && fine("bet") && e.bet(typed["bet"]) == nil:
		say("bet", "There is no such bet. A bet is written source/id.")
	case k.Kind == Surveying && fine("closes") && typed["closes"] < today:
		say("closes", "That day is over. The last day is today or later.")
	}
	if fine("date") && typed["date"] > today {
		say("date", "That day has not come. What is entered has been seen; today is "+today+".")
	}
	if k.Kind == Valuing {
		caseBeyond(typed, e, fine, say)
	}
	if k.Kind == Reviewing && typed["cause"] != "change" && fine("change_ref") {
		say("change_ref", "Only a change that was the cause is named. Choose the cause “change”, or leave this empty.")
	}
	return errs
}

// caseBeyond checks the amount of a line of a business case against its currency, and
// its links.
func caseBeyond(typed map[string]string, e *Entered, fine func(string) bool, say func(field, text string)) {
	evidence := typed["line"] == string(kpi.CaseEvidence)
	switch {
	case !fine("line"):
	case evidence && fine("amount"):
		say("amount", "A place where it can be read has no amount. Choose another line, or leave the amount out.")
	case evidence && typed["links"] == "" && typed["text"] == "":
		say("links", "Name where it can be read.")
	case !evidence && typed["amount"] == "":
		say("amount", "Amount is missing.")
	case !evidence && typed["currency"] == "":
		say("currency", "Choose the currency of the amount.")
	case !evidence && typed["text"] == "":
		say("text", "Say how the amount was worked out.")
	case !evidence && fine("currency"):
		for _, c := range e.Currencies {
			if _, err := kpi.ParseAmount(typed["amount"], c.Digits); err != nil && c.Currency == typed["currency"] {
				say("amount", noteFault(err))
			}
		}
	}
	if fine("links") {
		if _, err := kpi.NoteLinks(typed["links"]); err != nil {
			say("links", noteFault(err))
		}
	}
}
