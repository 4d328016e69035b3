package dashboards

import (
	"net/http"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// registerView is the page of decisions, risks, escalations and asks: what is carried
// from pack to pack, and what was settled?
type registerView struct {
	base
	Pages    []tab
	Crumb    []link
	Headline string
	Second   string
	Groups   []registerGroup
	Settled  []entryView
	More     int // settled ones that are not shown
	AllURL   string
	Add      *sheetForm // nil when nothing can be written
	Refusal  string
	API      string
	AsOf     string
}

// registerGroup are the open entries of a kind.
type registerGroup struct {
	Kind    kpi.RegisterKind
	Name    string
	Entries []entryView
}

// entryView is an entry of the register as a page shows it.
type entryView struct {
	keptView
	Kind    string
	State   string
	At, Due string
	Overdue bool
	Bet     link // Text is "" for none
	Open    bool
}

// registerPage answers GET /p/{portfolio}/register.
func (s *server) registerPage(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "edit", "all"); err != nil {
		return err
	}
	p, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	d, err := s.newDesk(r.Context(), p, "register")
	if err != nil {
		return err
	}
	v, err := s.newRegisterView(r, d, nil)
	if err != nil {
		return err
	}
	return s.page(w, "register", v)
}

// newRegisterView makes the page; form, when there is one, stands where it was typed.
func (s *server) newRegisterView(r *http.Request, d *desk, form *sheetForm) (*registerView, error) {
	p, today := d.portfolio, d.out.today()
	k, _ := sheetBy(func(k sheet) bool { return k.Kind == entrySheet })
	v := &registerView{Pages: saidTabs(p.ID, "register"), Crumb: []link{{p.Name, "/p/" + p.ID}}, Refusal: s.unwritable("The register is"),
		AllURL: d.out.path + "?all=1", API: address("/api/v1/register", "portfolio", p.ID), AsOf: shownInstant(d.card.AsOf, d.out.site.Calendar.Zone)}
	edit, all := r.URL.Query().Get("edit"), r.URL.Query().Get("all") != "" || form != nil || r.URL.Query().Get("edit") != ""
	show := func(e kpi.RegisterEntry) entryView {
		one := d.entryView(k, e)
		one.place(edit, form, func() *sheetForm { return d.form(k, e.Said, "", d.entryFields(e)) })
		return one
	}
	open := kpi.RegisterOpen(d.register, today)
	for _, kind := range kpi.RegisterKinds() {
		g := registerGroup{Kind: kind, Name: map[kpi.RegisterKind]string{kpi.Risk: "Risks", kpi.Escalation: "Escalations", kpi.Ask: "Asks", kpi.Decision: "Decisions to be made"}[kind]}
		for _, e := range open {
			if e.Kind == kind {
				g.Entries = append(g.Entries, show(e))
			}
		}
		if len(g.Entries) > 0 {
			v.Groups = append(v.Groups, g)
		}
	}
	settled := kpi.RegisterSettled(d.register, kpi.Date{Year: 1, Month: 1, Day: 1}, kpi.Date{Year: 9999, Month: 1, Day: 1})
	if !all {
		v.More = max(0, len(settled)-maxClosed)
		settled = settled[:len(settled)-v.More]
	}
	for _, e := range settled {
		v.Settled = append(v.Settled, show(e))
	}
	if v.Refusal == "" {
		v.Add = d.form(k, kpi.Said{}, "", d.entryFields(kpi.RegisterEntry{Owner: d.out.site.Person.ID, At: today}))
		if form != nil && form.ID == 0 {
			v.Add = form
		}
	}
	v.Headline, v.Second = registerHeadline(open, today)
	v.base = s.base(r, "register", "Register · "+p.Name)
	v.Weekly = "/p/" + p.ID
	return v, nil
}

func (d *desk) entryView(k sheet, e kpi.RegisterEntry) entryView {
	v := entryView{keptView: d.view(k, e.Said, ""), Kind: title(string(e.Kind)), State: string(e.State), At: d.out.day(e.At), Overdue: e.Overdue(d.out.today()), Open: e.State.Open()}
	v.Owner = personName(d.out.site, e.Owner)
	if !e.Due.IsZero() {
		v.Due = d.out.day(e.Due)
	}
	if e.Bet != "" {
		v.Bet = link{Text: e.Bet}
		for _, b := range d.bets {
			if b.Key() == e.Bet {
				v.Bet = link{b.Name, "/p/" + d.portfolio.ID + "/bets?span=all#" + betAnchor(b)}
			}
		}
	}
	for i := len(e.Earlier) - 1; i >= 0; i-- {
		v.Earlier = append(v.Earlier, d.out.earlier(e.Earlier[i].Said, d.out.entrySays(e.Earlier[i])))
	}
	return v
}

// registerHeadline counts what is open by kind, and what should have been settled.
func registerHeadline(open []kpi.RegisterEntry, today kpi.Date) (headline, second string) {
	n, late := map[kpi.RegisterKind]int{}, 0
	for _, e := range open {
		n[e.Kind]++
		if e.Overdue(today) {
			late++
		}
	}
	var parts []string
	total := 0
	for _, k := range kpi.RegisterKinds()[:3] {
		if total += n[k]; n[k] > 0 {
			parts = append(parts, plural(n[k], string(k), string(k)+"s"))
		}
	}
	switch {
	case len(parts) > 0:
		headline = listed(parts, "and") + map[bool]string{true: " is", false: " are"}[total == 1] + " open."
	case n[kpi.Decision] == 0:
		headline = "Nothing is open in the register."
	}
	if n[kpi.Decision] > 0 {
		headline = strings.TrimSpace(headline + " " + plural(n[kpi.Decision], "decision is", "decisions are") + " to be made.")
	}
	second = "What is open is carried from pack to pack until it is settled; what was said is kept."
	if late > 0 {
		second = plural(late, "should have been settled by now.", "should have been settled by now.") + " " + second
	}
	return headline, second
}
