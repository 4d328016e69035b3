package dashboards

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// sheet is a kind of thing that people keep in revisions. Its form and its sibling of
// the API have the same fields and are held to the same rules.
type sheet struct {
	Kind, Noun string
	API        string // last part of the path
	Page       string // where it is written
}

// Kinds of sheets.
const (
	entrySheet     = "entry"
	objectiveSheet = "objective"
	resultSheet    = "result"
	milestoneSheet = "milestone"
)

func sheets() []sheet {
	return []sheet{
		{entrySheet, "entry", "register", "register"},
		{objectiveSheet, "objective", "objectives", "goals"},
		{resultSheet, "key result", "key-results", "goals"},
		{milestoneSheet, "milestone", "milestones", "goals"},
	}
}

// sheetBy finds the kind that some key of it names.
func sheetBy(fits func(sheet) bool) (sheet, bool) {
	i := slices.IndexFunc(sheets(), fits)
	if i < 0 {
		return sheet{}, false
	}
	return sheets()[i], true
}

// desk is what a person needs at hand to write: what there is, and what may be named.
type desk struct {
	out       noteWriter
	portfolio kpi.Portfolio
	card      *scorecard.Scorecard
	register  []kpi.RegisterEntry
	goals     *Goals
	bets      []Bet
	reader    Reader
	notes     Notes
}

// newDesk gathers it for a page.
func (s *server) newDesk(ctx context.Context, p kpi.Portfolio, page string) (*desk, error) {
	q := Query{Portfolio: p.ID}
	card, err := s.reader.Scorecard(ctx, q)
	if err != nil {
		return nil, err
	}
	d := &desk{out: s.newNoteWriter(card, q), portfolio: p, card: card, reader: s.reader, notes: s.notes, goals: &Goals{}}
	d.out.path = "/p/" + p.ID + "/" + page
	if page == "goals" {
		d.goals, err = s.reader.Goals(ctx, p.ID)
		return d, err
	}
	journal, err := s.reader.Journal(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	d.register = journal.Register
	d.bets, err = s.reader.Bets(ctx, p.ID)
	return d, err
}

// sheetForm is a form of a sheet, as it was typed, with what is wrong beside each field.
type sheetForm struct {
	sheet
	ID       int64
	Revision int
	Key      string // of a milestone of the usual set that nobody has written about
	Action   string
	Fields   []inputField
	Problem  string
	Stands   string // what somebody else wrote in the meantime
	By       string // and who
	Cancel   string
	Open     bool // a new one whose form is not folded
}

// Anchor is where the form stands on the page.
func (f *sheetForm) Anchor() string { return sheetAnchor(f.Kind, f.ID, f.Key) }

func sheetAnchor(kind string, id int64, key string) string {
	switch {
	case id != 0:
		return kind + "-" + strconv.FormatInt(id, 10)
	case key != "":
		return kind + "-" + key
	}
	return kind + "-new"
}

// form of a sheet about what has an id, or is new.
func (d *desk) form(k sheet, said kpi.Said, key string, fields []inputField) *sheetForm {
	f := &sheetForm{sheet: k, ID: said.ID, Revision: said.Revision, Key: key, Action: d.out.path, Fields: fields, Cancel: d.out.path}
	f.Cancel += "#" + f.Anchor()
	for i := range f.Fields {
		f.Fields[i].Of = f.Anchor() + "-"
	}
	return f
}

// keptView is what is kept of any sheet, as a page shows it.
type keptView struct {
	Anchor  string
	Text    string
	Links   []awayLink
	About   link // the KPI
	Owner   string
	Signed  string
	Earlier []earlierView // newest first
	Edit    string        // "" when this server only reads
	Form    *sheetForm    // shown in its place
}

func (d *desk) view(k sheet, said kpi.Said, key string) keptView {
	v := keptView{Anchor: sheetAnchor(k.Kind, said.ID, key), Text: said.Text, Links: newAwayLinks(said.Links), About: d.out.about(said.KPI)}
	if said.ID != 0 {
		v.Signed = d.out.signed(said, said.Revision > 1)
	}
	if d.out.edits {
		v.Edit = address(d.out.path, "edit", v.Anchor) + "#" + v.Anchor
	}
	return v
}

// place puts a form where it belongs: the one that was typed, else the one that is
// asked for.
func (v *keptView) place(edit string, typed *sheetForm, make func() *sheetForm) {
	switch {
	case typed != nil && typed.Anchor() == v.Anchor:
		v.Form = typed
	case typed == nil && v.Edit != "" && edit == v.Anchor:
		v.Form = make()
	}
}

// unwritable says why nothing can be written here; "" when it can. what is "The
// register is" or the like.
func (s *server) unwritable(what string) string {
	switch {
	case s.notes == nil:
		return "This server only reads. " + what + " written on one that was started without --read-only."
	case s.reader.Site().Person.ID == "":
		return "Everything here is signed, and nobody signs in. Set person under [server] in the configuration to the id of a [[person]]; that person signs."
	}
	return ""
}

// saidTabs lead between the pages of what people write.
func saidTabs(node, here string) []tab {
	return []tab{{"Notes and actions", "/p/" + node + "/notes", here == "notes"}, {"Register", "/p/" + node + "/register", here == "register"},
		{"Goals", "/p/" + node + "/goals", here == "goals"}}
}

// typedForm reads what was sent: of each field the first value, without space around it.
func typedForm(r *http.Request) (map[string]string, error) {
	if err := r.ParseForm(); err != nil {
		return nil, badRequest("The form could not be read.", "It may be larger than 1 MiB. Go back and shorten it.")
	}
	typed := map[string]string{}
	for name, values := range r.PostForm {
		typed[name] = strings.TrimSpace(strings.ReplaceAll(values[0], "\r\n", "\n"))
	}
	return typed, nil
}
