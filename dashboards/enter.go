package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
)

// enterView is the page of what only people know: what waits for somebody, and the
// forms with what was entered before.
type enterView struct {
	base
	Portfolio kpi.Portfolio
	Headline  string
	Second    string
	Kinds     []enterKindView
	Due       []dueView
	Kind      *entryKind // nil: the index
	Back      string
	Closed    string // why nothing can be entered
	Said      string // what became of the last entry
	Problem   string // with the entry as a whole
	Fields    []inputField
	About     []factLine // the row the entry is about
	Tables    []enteredTable
	Links     []string
}

type enterKindView struct {
	Title, Lead, URL string
	Waiting          int
}

type dueView struct{ What, Why, URL string }

// factLine is a name with a text.
type factLine struct{ Name, Text string }

// closed is why nothing can be entered: this server only reads, or nobody is
// named who could sign.
func (s *server) closed() *pageError { return s.shut(s.entries != nil) }

// shut is closed of any writer.
func (s *server) shut(writes bool) *pageError {
	switch {
	case !writes:
		return &pageError{Status: http.StatusServiceUnavailable, Title: "This server only reads.", Detail: "Enter it on one that was started without --read-only."}
	case s.reader.Site().Person.ID == "":
		return &pageError{Status: http.StatusServiceUnavailable, Title: "Nobody is named who could sign this.", Detail: "Set [server] person to the id of a [[person]] in the configuration; every entry carries a name."}
	}
	return nil
}

// enterIndex answers /p/{portfolio}/enter.
func (s *server) enterIndex(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	e, err := s.reader.Entered(r.Context(), p.ID, "")
	if err != nil {
		return err
	}
	v := enterView{Portfolio: p, Second: "Numbers come from sources; these come from people. Each entry is dated, signed and kept, also when it is corrected."}
	for _, k := range entryKinds() {
		line := enterKindView{k.Title, k.Lead, "/p/" + p.ID + "/enter/" + k.Kind, 0}
		for _, d := range e.Due {
			if d.Kind == k.Kind {
				line.Waiting++
				v.Due = append(v.Due, dueView{d.What, d.Why, enterURL(p.ID, k, d.ID)})
			}
		}
		v.Kinds = append(v.Kinds, line)
	}
	v.Headline = "Nothing in " + p.Name + " waits for somebody’s word."
	if n := len(v.Due); n > 0 {
		v.Headline = plural(n, "thing", "things") + " in " + p.Name + " " + map[bool]string{true: "waits", false: "wait"}[n == 1] + " for somebody’s word."
	}
	s.finishEnter(r, &v)
	return s.page(w, "enter", v)
}

// enterURL leads to a form, about a row where there is one.
func enterURL(portfolio string, k entryKind, id string) string {
	if k.Param == "" {
		return "/p/" + portfolio + "/enter/" + k.Kind
	}
	return address("/p/"+portfolio+"/enter/"+k.Kind, k.Param, id)
}

func (s *server) finishEnter(r *http.Request, v *enterView) {
	v.base = s.base(r, "weekly", v.Headline+" · "+v.Portfolio.Name)
	v.Weekly = "/p/" + v.Portfolio.ID
	v.Back = "/p/" + v.Portfolio.ID + "/enter"
	if e := s.closed(); e != nil {
		v.Closed = e.Title + " " + e.Detail
	}
}

// enterForm answers /p/{portfolio}/enter/{kind}.
func (s *server) enterForm(w http.ResponseWriter, r *http.Request) error {
	p, k, err := s.entryPlace(r)
	if err != nil {
		return err
	}
	params := r.URL.Query()
	if err := only(params, "id", "bet", "done"); err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	v, err := s.entryView(r, p, k, params.Get(k.Param))
	if err != nil {
		return err
	}
	switch params.Get("done") {
	case "1":
		v.Said = "Entered, and signed with your name. The numbers follow within about a minute."
	case "same":
		v.Said = "This was entered before; nothing changed."
	}
	return s.page(w, "enter", v)
}

func (s *server) entryPlace(r *http.Request) (kpi.Portfolio, entryKind, error) {
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return p, entryKind{}, err
	}
	k, ok := kindOf(r.PathValue("kind"))
	if !ok {
		e := notFound("There is no form called " + cut(r.PathValue("kind"), 40) + ".")
		for _, k := range entryKinds() {
			e.Near = append(e.Near, link{k.Title, "/p/" + p.ID + "/enter/" + k.Kind})
		}
		return p, k, e
	}
	return p, k, nil
}

// entryView gathers the form of a kind and what was entered before. about is the row,
// "" for the form's list.
func (s *server) entryView(r *http.Request, p kpi.Portfolio, k entryKind, about string) (enterView, error) {
	v := enterView{Portfolio: p, Kind: &k, Headline: k.Title, Second: k.Lead}
	e, err := s.reader.Entered(r.Context(), p.ID, about)
	if err != nil {
		return v, err
	}
	site := s.reader.Site()
	switch {
	case about != "" && k.Kind == Reviewing && e.incident(about) == nil:
		return v, notFound("There is no incident " + cut(about, 80) + " in " + p.Name + " of the last two quarters.")
	case about != "" && k.Kind == Measuring && e.bet(about) == nil:
		return v, notFound("There is no bet " + cut(about, 80) + " in " + p.Name + ".")
	}
	if k.About == "" || about != "" {
		v.Fields = k.fields(site, p, e, about)
	}
	v.fill(site, k, e, about)
	s.finishEnter(r, &v)
	if k.Kind == Surveying && about != "" && v.Closed == "" {
		if v.Links, err = s.entries.Links(r.Context(), p.ID, about); err != nil {
			return v, err
		}
	}
	return v, nil
}
