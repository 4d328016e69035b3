package dashboards

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// DefinitionVersion is one version of a KPI's definition, as it was recorded.
type DefinitionVersion struct {
	Number     int
	Hash       string
	Since      kpi.Millis
	By, Reason string
	Text       DefinitionText
}

// definitionsView is the dictionary: what is measured, by whom, how far along?
type definitionsView struct {
	base
	Headline   string
	Second     string
	Q          string
	Portfolio  string
	Portfolios []option
	Groups     []definitionGroup
	Shown, All int
}

type definitionGroup struct {
	Name string
	Rows []definitionRow
}

type definitionRow struct {
	ID, Name, Question string
	URL                string
	Owner, Cadence     string
	Target             string
	Version            string
	Steps              []milestone
	State              string // the furthest step that is reached
	Next               string // what is missing for the next one
	Sources            []string
}

// milestone of a definition's way to a verdict.
type milestone struct {
	Word string
	Done bool
}

// definitions answers /definitions.
func (s *server) definitions(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "q", "portfolio"); err != nil {
		return err
	}
	card, err := s.dictionary(r, params.Get("portfolio"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	site := s.reader.Site()
	q := strings.TrimSpace(params.Get("q"))
	v := definitionsView{base: s.base(r, "definitions", "Definitions"), Q: q, Portfolio: card.Portfolio.ID, All: len(card.KPIs)}
	for _, id := range site.Judged {
		p, _ := site.Tree.Portfolio(id)
		v.Portfolios = append(v.Portfolios, option{id, p.Name, id == card.Portfolio.ID})
	}
	reached := map[string]int{}
	for _, row := range card.KPIs {
		d := s.newDefinitionRow(row)
		for _, st := range d.Steps {
			if st.Done {
				reached[st.Word]++
			}
		}
		if !mentions(row, d, q) {
			continue
		}
		v.Shown++
		v.add(groupOf(row, "type"), d)
	}
	v.Headline, v.Second = dictionaryHeadline(v.All, reached)
	return s.page(w, "definitions", v)
}

// dictionary is the scorecard whose targets and verdicts say how far each KPI is.
func (s *server) dictionary(r *http.Request, portfolio string) (*scorecard.Scorecard, error) {
	site := s.reader.Site()
	if len(site.Judged) == 0 {
		return &scorecard.Scorecard{}, nil
	}
	if portfolio == "" {
		portfolio = site.Judged[0]
	}
	if _, err := s.portfolio(portfolio); err != nil {
		return nil, err
	}
	return s.reader.Scorecard(r.Context(), Query{Portfolio: portfolio})
}

func (v *definitionsView) add(group string, d definitionRow) {
	i := slices.IndexFunc(v.Groups, func(g definitionGroup) bool { return g.Name == group })
	if i < 0 {
		i = len(v.Groups)
		v.Groups = append(v.Groups, definitionGroup{Name: group})
	}
	v.Groups[i].Rows = append(v.Groups[i].Rows, d)
}

// mentions says that a KPI's name, question, owner, type or parts hold a text.
func mentions(row scorecard.Row, d definitionRow, q string) bool {
	texts := append([]string{row.ID, row.Name, d.Question, d.Owner, strings.Join(row.Types, " "), d.State}, d.Sources...)
	if row.Def != nil {
		texts = append(texts, row.Def.Numerator, row.Def.Basis)
	}
	return strings.Contains(strings.ToLower(strings.Join(texts, "\n")), strings.ToLower(q))
}

func (s *server) newDefinitionRow(row scorecard.Row) definitionRow {
	d := definitionRow{ID: row.ID, Name: row.Name, URL: "/definitions/" + row.ID, Owner: ownerOf(row), Cadence: cadenceWord(row.Cadence), Sources: row.Freshness.Sources}
	if row.Def != nil {
		d.Question = row.Def.Question
	}
	if row.Target != nil {
		if d.Target = row.Target.Short; d.Target == "" {
			d.Target = row.Target.Expr
		}
	}
	if row.Definition.Version > 0 {
		d.Version = "v" + count(row.Definition.Version)
	}
	d.Steps, d.State, d.Next = progress(row)
	return d
}

// progress is how far a KPI is on its way: a step counts with those before it.
func progress(row scorecard.Row) (steps []milestone, state, next string) {
	arriving := row.Value != nil || row.Bounds != nil || row.Latest != nil
	verdict := row.Status != kpi.NoData && row.Status != kpi.NotEnoughData && row.Status != kpi.MaturingNow && row.Target != nil
	for _, st := range []struct {
		word string
		done bool
		need string
	}{
		{"defined", true, ""},
		{"instrumented", len(row.Freshness.Sources) > 0, "no source delivers what it counts"},
		{"data arriving", arriving, "its sources have delivered nothing it counts"},
		{"target set", row.Target != nil, "no target is set"},
		{"judged", verdict, "not judged yet: " + word(row.Status)},
	} {
		done := st.done && next == ""
		if steps = append(steps, milestone{st.word, done}); done {
			state = st.word
		} else if next == "" {
			next = st.need
		}
	}
	return steps, state, next
}

// dictionaryHeadline counts how far the KPIs are.
func dictionaryHeadline(all int, reached map[string]int) (headline, second string) {
	if all == 0 {
		return "No KPI is defined yet.", ""
	}
	headline = count(reached["judged"]) + " of " + plural(all, "KPI is", "KPIs are") + " judged."
	var parts []string
	for _, w := range []string{"instrumented", "data arriving", "target set"} {
		parts = append(parts, count(reached[w])+" "+map[string]string{"instrumented": "instrumented", "data arriving": "with data", "target set": "with a target"}[w])
	}
	return headline, "Of " + count(all) + " defined: " + strings.Join(parts, ", ") + "."
}

func cadenceWord(g kpi.Grain) string {
	return map[kpi.Grain]string{kpi.Week: "weekly", kpi.Month: "monthly", kpi.Quarter: "quarterly", kpi.Half: "half-yearly", kpi.Year: "yearly"}[g]
}

// oneDefinitionView is the page of one definition.
type oneDefinitionView struct {
	base
	D        *kpi.Definition
	Row      definitionRow
	Types    string
	Settings []setting
	Measures []measureView
	Versions []versionView
	Pages    []link // of the KPI, by portfolio
}

type measureView struct {
	ID, Agg, Unit, Better, MinN, SQL string
}

type versionView struct {
	URL                             string
	Number, Hash, Since, By, Reason string
}

// oneDefinition answers /definitions/{kpi}.
func (s *server) oneDefinition(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "version"); err != nil {
		return err
	}
	card, err := s.dictionary(r, params.Get("portfolio"))
	if err != nil {
		return err
	}
	row, err := s.findRow(card, r.PathValue("kpi"), "")
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	versions, err := s.reader.Versions(r.Context(), row.ID)
	if err != nil {
		return err
	}
	if params.Has("version") {
		return s.oneVersion(w, r, row, versions)
	}
	site := s.reader.Site()
	v := oneDefinitionView{base: s.base(r, "definitions", row.Name+": definition"), D: row.Def, Row: s.newDefinitionRow(row),
		Types: title(strings.Join(row.Types, " · ")), Settings: settings(row.Def)}
	for _, m := range row.Def.Measures {
		better := "more is better"
		if m.Direction == kpi.Down {
			better = "less is better"
		}
		mv := measureView{ID: m.ID, Agg: string(m.Agg), Unit: m.Unit, Better: better, SQL: m.SQL, MinN: unknown}
		if m.MinN > 0 {
			mv.MinN = count(m.MinN)
		}
		v.Measures = append(v.Measures, mv)
	}
	for _, one := range slices.Backward(versions) {
		v.Versions = append(v.Versions, versionView{address("/definitions/"+row.ID, "portfolio", params.Get("portfolio"), "version", strconv.Itoa(one.Number)), "v" + count(one.Number), one.Hash[:min(8, len(one.Hash))], stamp(one.Since, site.Calendar.Zone), one.By, one.Reason})
	}
	for _, id := range site.Judged {
		p, _ := site.Tree.Portfolio(id)
		v.Pages = append(v.Pages, link{p.Name, "/p/" + id + "/k/" + row.ID})
	}
	return s.page(w, "definition", v)
}
