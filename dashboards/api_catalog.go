package dashboards

import (
	"net/http"
	"slices"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// kpiAnswer is a KPI of the catalog: what it is, and how far it has come in a portfolio.
type kpiAnswer struct {
	ID         string          `json:"id"`
	Name       string          `json:"name"`
	Question   string          `json:"question"`
	Types      []string        `json:"types"`
	Cadence    kpi.Grain       `json:"cadence"`
	Grains     []kpi.Grain     `json:"grains"`
	Segments   []string        `json:"segments"`
	Guardrails []string        `json:"guardrails"`
	Leads      []string        `json:"leads"`
	Measures   []measureAnswer `json:"measures"`
	Owner      string          `json:"owner"`
	Target     *string         `json:"target"`
	Sources    []string        `json:"sources"`
	State      string          `json:"state"` // defined, instrumented, data arriving, target set, judged
	Missing    *string         `json:"missing"`
	Version    int             `json:"version"`
}

type measureAnswer struct {
	ID        string  `json:"id"`
	Agg       kpi.Agg `json:"agg"`
	Unit      string  `json:"unit"`
	Direction string  `json:"direction"`
	Digits    int     `json:"digits"`
	MinN      int     `json:"min_n"`
}

// versionAnswer is a version of a definition.
type versionAnswer struct {
	KPI     string `json:"kpi"`
	Version int    `json:"version"`
	Hash    string `json:"hash"`
	Since   string `json:"since"`
	By      string `json:"by"`
	Reason  string `json:"reason"`
}

// catalog is the dictionary of a portfolio: its rows with a definition in force.
func (s *server) catalog(r *http.Request) ([]scorecard.Row, error) {
	card, err := s.dictionary(r, r.URL.Query().Get("portfolio"))
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(card.KPIs), func(row scorecard.Row) bool { return row.Def == nil }), nil
}

// apiKPIs answers GET /api/v1/kpis.
func (s *server) apiKPIs(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "portfolio"); err != nil {
		return err
	}
	rows, err := s.catalog(r)
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	out := []kpiAnswer{}
	for _, row := range rows {
		out = append(out, s.newKPIAnswer(row))
	}
	return writeJSON(w, map[string]any{"kpis": out})
}

// apiKPI answers GET /api/v1/kpis/{kpi}.
func (s *server) apiKPI(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query(), "portfolio"); err != nil {
		return err
	}
	row, err := s.catalogRow(r, r.PathValue("kpi"))
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	return writeJSON(w, s.newKPIAnswer(row))
}

func (s *server) catalogRow(r *http.Request, id string) (scorecard.Row, error) {
	card, err := s.dictionary(r, r.URL.Query().Get("portfolio"))
	if err != nil {
		return scorecard.Row{}, err
	}
	return s.findRow(card, id, "")
}

func (s *server) newKPIAnswer(row scorecard.Row) kpiAnswer {
	d, line := row.Def, s.newDefinitionRow(row)
	a := kpiAnswer{ID: row.ID, Name: row.Name, Question: d.Question, Types: row.Types, Cadence: row.Cadence, Grains: d.Grains,
		Segments: append([]string{}, d.Segments...), Guardrails: append([]string{}, d.Guardrails...), Leads: append([]string{}, d.Leads...),
		Owner: row.Owner, Sources: append([]string{}, line.Sources...), State: line.State, Missing: optional(line.Next), Version: row.Definition.Version}
	if row.Target != nil {
		a.Target = optional(row.Target.Expr)
	}
	for _, m := range d.Measures {
		direction := "up"
		if m.Direction == kpi.Down {
			direction = "down"
		}
		a.Measures = append(a.Measures, measureAnswer{m.ID, m.Agg, m.Unit, direction, m.Digits, m.MinN})
	}
	return a
}

// textAnswer is what a definition says; null where that was not kept.
type textAnswer struct {
	Name      string  `json:"name"`
	Question  string  `json:"question"`
	Numerator *string `json:"numerator"`
	Basis     *string `json:"basis"`
}

// definitionsAnswer are versions, and of one KPI what it says.
type definitionsAnswer struct {
	Versions []versionAnswer   `json:"versions"`
	Text     *textAnswer       `json:"text"`
	SQL      map[string]string `json:"sql"`
	Settings map[string]string `json:"settings"`
}

// apiDefinitions answers GET /api/v1/definitions: every version of every definition, or
// of one KPI with what it says now or said in one version.
func (s *server) apiDefinitions(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "portfolio", "kpi", "version"); err != nil {
		return err
	}
	if params.Has("version") && params.Get("kpi") == "" {
		return badRequest("A version belongs to a KPI.", "Give kpi, too; without version the answer lists the versions there are.")
	}
	rows, err := s.catalog(r)
	if id := params.Get("kpi"); id != "" && err == nil {
		var row scorecard.Row
		row, err = s.catalogRow(r, id)
		rows = []scorecard.Row{row}
	}
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	answer := definitionsAnswer{Versions: []versionAnswer{}}
	if params.Get("kpi") != "" {
		d := rows[0].Def
		answer.Text = &textAnswer{d.Name, d.Question, optional(d.Numerator), optional(d.Basis)}
		answer.SQL, answer.Settings = inForce(d)
	}
	for _, row := range rows {
		all, err := s.reader.Versions(r.Context(), row.ID)
		if err != nil {
			return err
		}
		if params.Has("version") {
			i, err := findVersion(row, all, params.Get("version"))
			if err != nil {
				return err
			}
			all = all[i : i+1]
			answer.as(row.Def, all[0].Text)
		}
		for _, v := range all {
			answer.Versions = append(answer.Versions, versionAnswer{row.ID, v.Number, v.Hash, v.Since.String(), v.By, v.Reason})
		}
	}
	return writeJSON(w, answer)
}

// as says what a version said.
func (a *definitionsAnswer) as(d *kpi.Definition, t DefinitionText) {
	a.Text = &textAnswer{t.Name, t.Question, optional(t.Numerator), optional(t.Basis)}
	a.SQL, a.Settings = map[string]string{}, map[string]string{}
	for id, sql := range t.SQL {
		a.SQL[id] = sql
	}
	for _, one := range versionSettings(d, t) {
		a.Settings[one.Name] = one.Value
	}
}

// inForce is the SQL of each measure, and the settings as they are read.
func inForce(d *kpi.Definition) (sql, values map[string]string) {
	sql, values = map[string]string{}, map[string]string{}
	for _, m := range d.Measures {
		sql[m.ID] = m.SQL
	}
	for _, one := range settings(d) {
		values[one.Name] = one.Value
	}
	return sql, values
}
