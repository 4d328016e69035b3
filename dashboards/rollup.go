package dashboards

import (
	"net/http"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// rollupView is the page of a VP: which portfolio, or which KPI, needs me?
type rollupView struct {
	base
	Node       string
	Week       string
	Prev, Next string
	Keep       []link // hidden fields of the filter: name and value
	Segments   []option
	Headline   string
	Second     string
	Facts      []rollupFact
	Columns    []rollupColumn
	Groups     []rollupGroup
	Count      int
	Statuses   []kpi.Status // for the key
	ID, CSV    string
	AsOf       string
}

type rollupFact struct{ Label, Title, Text string }

// rollupColumn is a portfolio.
type rollupColumn struct {
	Name, Owner, URL                   string
	Met, Judged                        int
	OffTrack, AtRisk, Unjudged, Absent int
	Trend                              miniTrend
}

type rollupGroup struct {
	Name string
	Rows []rollupRow
}

// rollupRow is a KPI across the portfolios.
type rollupRow struct {
	Name                  string
	Cells                 []rollupCell
	Met, Judged, OffTrack int
}

// rollupCell is a KPI in a portfolio; Absent: it has neither target nor number there.
type rollupCell struct {
	Absent               bool
	Status               kpi.Status
	Value, Unit, Change  string
	Said                 string // for a screen reader
	URL                  string
	OnTarget, HasVerdict bool
	Tinted               bool
}

// rollup answers /vp/{portfolio}.
func (s *server) rollup(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "w", "segment", "format"); err != nil {
		return err
	}
	node, below, err := s.under(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	q, err := s.scorecardQuery(below[0].ID, params)
	if err != nil {
		return err
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	var cards []*scorecard.Scorecard
	for _, p := range below {
		card, err := s.reader.Scorecard(r.Context(), q.of(p.ID))
		if err != nil {
			return err
		}
		cards = append(cards, card)
	}
	switch params.Get("format") {
	case "":
	case "csv":
		return writeCSV(w, fileName("kpid", node.ID, "rollup", cards[0].Week), cards...)
	case "json":
		return writeJSON(w, rollupAnswer{node.ID, node.Name, cards[0].Week, cards[0].Segment, cards})
	default:
		return badRequest("There is no format called "+cut(params.Get("format"), 40)+".", "The formats are csv and json.")
	}
	v := newRollup(s.reader.Site(), node, q, cards)
	if err := s.trends(r.Context(), &v, below, q); err != nil {
		return err
	}
	v.say()
	v.base = s.base(r, "rollup", v.Headline)
	return s.page(w, "rollup", v)
}

// rollupAnswer is the roll-up as JSON: the scorecards it is made of.
type rollupAnswer struct {
	Portfolio  string                 `json:"portfolio"`
	Name       string                 `json:"name"`
	Week       string                 `json:"week"`
	Segment    string                 `json:"segment"`
	Scorecards []*scorecard.Scorecard `json:"scorecards"`
}

// of is the same question of another portfolio.
func (q Query) of(portfolio string) Query {
	q.Portfolio = portfolio
	return q
}

func newRollup(site Site, node kpi.Portfolio, q Query, cards []*scorecard.Scorecard) rollupView {
	path := "/vp/" + node.ID
	v := rollupView{ID: node.ID, Node: node.Name, Statuses: statuses(), Week: periodLong(cards[0].Week), AsOf: shownInstant(cards[0].AsOf, site.Calendar.Zone),
		Second: secondLine(site, q, ""), Segments: segmentOptions(site, q), CSV: address(path, "w", q.Week, "segment", q.Segment, "format", "csv")}
	if q.Week != "" {
		v.Keep = []link{{"w", q.Week}}
	}
	v.Prev, v.Next = weekLinks(site, path, cards[0], "segment", q.Segment)
	v.fill(site, cards, q)
	return v
}

// under finds a node and the portfolios below it that have a scorecard.
func (s *server) under(id string) (kpi.Portfolio, []kpi.Portfolio, error) {
	site := s.reader.Site()
	node, ok := site.Tree.Portfolio(id)
	if !ok {
		e := notFound("There is no portfolio called " + cut(id, 80) + ".")
		for _, near := range nearest(id, tops(site)) {
			e.Near = append(e.Near, link{near, "/vp/" + near})
		}
		return node, nil, e
	}
	below := judgedBelow(site, id)
	if len(below) == 0 {
		e := notFound("No portfolio below " + node.Name + " has a scorecard, so there is nothing to roll up.")
		e.Near = []link{{node.Name, "/p/" + id}}
		return node, nil, e
	}
	return node, below, nil
}

// judgedBelow are the portfolios below a node, at any depth, that have a scorecard.
func judgedBelow(site Site, id string) []kpi.Portfolio {
	var out []kpi.Portfolio
	for _, p := range site.Tree.Children(id) {
		if slices.Contains(site.Judged, p.ID) {
			out = append(out, p)
		}
		out = append(out, judgedBelow(site, p.ID)...)
	}
	return out
}

// tops are the nodes with at least two scorecards below them, the highest first.
func tops(site Site) []string {
	var out []string
	for _, p := range site.Tree.Portfolios {
		if len(judgedBelow(site, p.ID)) > 1 {
			out = append(out, p.ID)
		}
	}
	return out
}

// fill makes the grid: a column for each card, a row for each KPI in the order of the
// first card that has it.
func (v *rollupView) fill(site Site, cards []*scorecard.Scorecard, q Query) {
	type place struct{ group, row int }
	at := map[string]place{}
	for i, card := range cards {
		p, _ := site.Tree.Portfolio(card.Portfolio.ID)
		v.Columns = append(v.Columns, rollupColumn{Name: card.Portfolio.Name, Owner: personName(site, p.Owner), URL: address("/p/"+p.ID, "w", q.Week, "segment", q.Segment)})
		for _, row := range card.KPIs {
			if !primary(row) {
				continue
			}
			where, ok := at[row.ID]
			if !ok {
				where = place{v.group(groupOf(row, "type")), 0}
				g := &v.Groups[where.group]
				where.row = len(g.Rows)
				g.Rows = append(g.Rows, rollupRow{Name: row.Name, Cells: absentCells(len(cards))})
				at[row.ID] = where
				v.Count++
			}
			v.Groups[where.group].Rows[where.row].Cells[i] = newRollupCell(row, q.of(p.ID))
		}
	}
	v.add()
}

func absentCells(n int) []rollupCell {
	out := make([]rollupCell, n)
	for i := range out {
		out[i].Absent = true
	}
	return out
}

// group gives the place of a group, in the order of the scorecard.
func (v *rollupView) group(name string) int {
	i := slices.IndexFunc(v.Groups, func(g rollupGroup) bool { return g.Name == name })
	if i >= 0 {
		return i
	}
	v.Groups = append(v.Groups, rollupGroup{Name: name})
	return len(v.Groups) - 1
}

func newRollupCell(row scorecard.Row, q Query) rollupCell {
	line := newRow(row, q)
	c := rollupCell{Status: row.Status, Value: line.Value, Unit: line.Unit, Change: line.Change, URL: line.URL,
		Absent:     row.Value == nil && row.Target == nil,
		OnTarget:   row.Status.OnTarget(),
		HasVerdict: row.Status.Graded(),
		Tinted:     row.Status.Graded() && row.Status != kpi.OnTrack,
	}
	if row.Value == nil {
		c.Value, c.Change = word(row.Status), ""
	}
	c.Said = word(row.Status)
	if line.ChangeSaid != "" {
		c.Said += ", " + line.ChangeSaid
	}
	return c
}

// add counts rows and columns.
func (v *rollupView) add() {
	for g := range v.Groups {
		for r := range v.Groups[g].Rows {
			row := &v.Groups[g].Rows[r]
			for i, c := range row.Cells {
				col := &v.Columns[i]
				switch {
				case c.Absent:
					col.Absent++
					continue
				case !c.HasVerdict:
					col.Unjudged++
					continue
				}
				col.Judged, row.Judged = col.Judged+1, row.Judged+1
				switch {
				case c.OnTarget:
					col.Met, row.Met = col.Met+1, row.Met+1
				case c.Status == kpi.OffTrack:
					col.OffTrack, row.OffTrack = col.OffTrack+1, row.OffTrack+1
				default:
					col.AtRisk++
				}
			}
		}
	}
}

// say writes the headline and the three facts: down a column, across a row, not known.
func (v *rollupView) say() {
	met, judged, unjudged, absent := 0, 0, 0, 0
	var worst *rollupColumn
	for i := range v.Columns {
		c := &v.Columns[i]
		met, judged, unjudged, absent = met+c.Met, judged+c.Judged, unjudged+c.Unjudged, absent+c.Absent
		if worst == nil || c.OffTrack > worst.OffTrack || c.OffTrack == worst.OffTrack && c.AtRisk > worst.AtRisk {
			worst = c
		}
	}
	if judged == 0 {
		v.Headline = "No target can be judged yet across " + plural(len(v.Columns), "portfolio", "portfolios") + "."
		return
	}
	v.Headline = count(met) + " of " + plural(judged, "target is", "targets are") + " met across " + plural(len(v.Columns), "portfolio", "portfolios") + "."
	row := v.worstRow()
	var clauses []string
	if worst.OffTrack+worst.AtRisk > 0 && len(v.Columns) > 1 {
		clauses = append(clauses, worst.Name+" is furthest behind")
		v.Facts = append(v.Facts, rollupFact{"Down a column", worst.Name, count(worst.OffTrack) + " off track and " + count(worst.AtRisk) + " at risk of " + count(worst.Judged) + " judged."})
	}
	if row != nil {
		clauses = append(clauses, row.Name+" is off track in "+count(row.OffTrack))
		v.Facts = append(v.Facts, rollupFact{"Across a row", row.Name, "Off track in " + count(row.OffTrack) + " of " + plural(row.Judged, "portfolio", "portfolios") + " that judge it."})
	}
	if len(clauses) > 0 {
		v.Headline += " " + strings.Join(clauses, "; ") + "."
	} else {
		v.Headline += " Nothing is off track."
	}
	text := "Every cell has a verdict."
	if unjudged > 0 {
		text = "Too young, too few or not delivered; the cell says which."
	}
	if absent > 0 {
		text += " " + plural(absent, "cell is", "cells are") + " not used."
	}
	v.Facts = append(v.Facts, rollupFact{"Not known", plural(unjudged, "cell", "cells") + " without a verdict", text})
}

// worstRow is the KPI that is off track in most portfolios, in two at least.
func (v *rollupView) worstRow() *rollupRow {
	var worst *rollupRow
	for g := range v.Groups {
		for r := range v.Groups[g].Rows {
			row := &v.Groups[g].Rows[r]
			if row.OffTrack >= 2 && (worst == nil || row.OffTrack > worst.OffTrack) {
				worst = row
			}
		}
	}
	return worst
}

func personName(site Site, id string) string {
	for _, p := range site.Persons {
		if p.ID == id {
			return p.Name
		}
	}
	return id
}
