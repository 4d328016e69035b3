package dashboards

import (
	"fmt"
	"math"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// head is a column head; URL sorts by it.
type head struct {
	Text, Class, Abbr, URL string
	Sort                   string // aria-sort
}

func newHeads(pick choice, here func(...string) string) []head {
	heads := []head{
		{Text: "Status", Class: "c-status", URL: "status"}, {Text: "KPI", Class: "c-kpi", URL: "kpi"},
		{Text: "Latest", Class: "c-value"}, {Text: "Change", Class: "c-change"}, {Text: "Trend", Class: "c-trend"},
		{Text: "worse ‹ target › better", Class: "c-strip"}, {Text: "Target", Class: "c-target"},
		{Text: "Sample", Class: "c-sample"}, {Text: "Fresh", Class: "c-fresh"}, {Text: "Owner", Class: "c-owner", URL: "owner"},
	}
	for i := range heads {
		h := &heads[i]
		switch {
		case h.URL == "":
		case pick.sort == h.URL:
			h.Sort, h.URL = "ascending", here("sort", "-"+h.URL)
		case pick.sort == "-"+h.URL:
			h.Sort, h.URL = "descending", here("sort", "")
		default:
			h.URL = here("sort", h.URL)
		}
	}
	return heads
}

// group is one table body.
type group struct {
	Name    string
	Status  kpi.Status // of the dimension that the group is; "" for other groupings
	Summary string
	Rows    []rowView
}

// newGroups cuts rows into groups; a sorted table is one group without a head.
func newGroups(rows []scorecard.Row, h *scorecard.Health, pick choice, q Query) []group {
	if len(rows) == 0 {
		return nil
	}
	if pick.sort != "" {
		g := group{}
		for _, r := range rows {
			g.Rows = append(g.Rows, newRow(r, q))
		}
		return []group{g}
	}
	var order []string
	members := map[string][]scorecard.Row{}
	for _, name := range fixedOrder(pick.group) {
		order, members[name] = append(order, name), nil
	}
	for _, r := range rows {
		name := groupOf(r, pick.group)
		if _, ok := members[name]; !ok {
			order = append(order, name)
		}
		members[name] = append(members[name], r)
	}
	var groups []group
	for _, name := range order {
		if len(members[name]) == 0 {
			continue
		}
		g := group{Name: name, Summary: summary(members[name], pick.group)}
		if pick.group == "type" {
			g.Status = h.Of(members[name][0].Group())
		}
		for _, r := range members[name] {
			g.Rows = append(g.Rows, newRow(r, q))
		}
		groups = append(groups, g)
	}
	return groups
}

// fixedOrder of the groups that have one; owners come as the rows do.
func fixedOrder(by string) []string {
	switch by {
	case "type":
		return []string{"Outcome", "Stakeholder satisfaction", "Quality", "Efficiency", "Reliability",
			"Innovation", "Collaboration", "Leadership"}
	case "status":
		var names []string
		for _, s := range statuses() {
			names = append(names, title(word(s)))
		}
		return names
	}
	return nil
}

// groupOf names the group of a row.
func groupOf(r scorecard.Row, by string) string {
	switch by {
	case "status":
		return title(word(r.Status))
	case "owner":
		return ownerOf(r)
	}
	return scorecard.GroupTitle(r.Group())
}

func ownerOf(r scorecard.Row) string {
	if r.OwnerName != "" {
		return r.OwnerName
	}
	if r.Owner != "" {
		return r.Owner
	}
	return "No owner"
}

// summary names the exceptions in words: "4 KPIs · 1 off track · 1 at risk".
func summary(rows []scorecard.Row, by string) string {
	parts := []string{plural(len(rows), "KPI", "KPIs")}
	if by != "status" {
		for _, s := range []kpi.Status{kpi.OffTrack, kpi.AtRisk} {
			n := 0
			for _, r := range rows {
				if r.Status == s {
					n++
				}
			}
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, word(s)))
			}
		}
	}
	return strings.Join(parts, " · ")
}

// primary says that a row shows the first measure of its KPI.
func primary(r scorecard.Row) bool {
	return r.Def == nil || len(r.Def.Measures) == 0 || r.Measure == "" || r.Measure == r.Def.Primary().ID
}

// kpiPage is the address of a row's page; the first measure needs no naming.
func kpiPage(r scorecard.Row, q Query) string {
	measure := r.Measure
	if primary(r) {
		measure = ""
	}
	return address("/p/"+q.Portfolio+"/k/"+r.ID, "w", q.Week, "product", q.Product, "segment", q.Segment, "measure", measure, "known_at", q.known)
}

// anchor of a row: the KPI, and the measure unless it is the first.
func anchor(r scorecard.Row) string {
	if primary(r) {
		return "k-" + r.ID
	}
	return "k-" + r.ID + "-" + r.Measure
}

// rowView is one line of the scorecard.
type rowView struct {
	scorecard.Row
	URL        string
	Anchor     string
	Value      string
	Unit       string
	Full       string // value and unit in full, for the title
	Change     string
	ChangeSaid string // for a screen reader: "down 0.9 pts, worse"
	Tag        string
	Signal     bool
	Pool       string // "4 wk" when several weeks are pooled
	Spark      draw.Sparkline
	Strip      draw.Strip
	Target     string
	TargetFull string
	Sample     string
	Fresh      string
	Late       bool
	Output     bool
	GuardsText string
	OwnerShown string
}

func newRow(r scorecard.Row, q Query) rowView {
	v := rowView{
		Row: r, Spark: newSparkline(r), Strip: newStrip(r), Value: unknown, Change: unknown,
		URL: kpiPage(r, q), Anchor: anchor(r),
		Sample: sample(r), Fresh: r.Freshness.Shown, Late: r.Freshness.State == "late" || r.Freshness.State == "stale",
		OwnerShown: initialed(ownerOf(r)), GuardsText: strings.Join(r.Guards, ", "),
	}
	if r.Value != nil {
		v.Value, v.Unit = bare(*r.Value, measureOf(r)), unitSlot(r.Unit)
		v.Full = strings.TrimSpace(plain(*r.Value, max(r.Digits, 2)) + " " + r.Unit)
	}
	if r.Change != nil {
		v.Change, v.Tag, v.Signal = r.Change.Shown, r.Change.Tag, r.Change.Signal != nil
		v.ChangeSaid = changeSaid(r)
	}
	if len(r.Pooled) > 1 {
		v.Pool = fmt.Sprintf("%d %s", len(r.Pooled), map[kpi.Grain]string{kpi.Week: "wk", kpi.Month: "mo"}[r.Cadence])
	}
	if r.Target != nil {
		v.Target, v.TargetFull = r.Target.Short, r.Target.Expr
		if v.Target == "" {
			v.Target = r.Target.Expr
		}
	}
	for _, t := range r.Types {
		v.Output = v.Output || t == "output"
	}
	if v.Fresh == "" {
		v.Fresh = strings.ReplaceAll(r.Freshness.State, "_", " ")
	}
	return v
}

// changeSaid puts the direction of a change into words.
func changeSaid(r scorecard.Row) string {
	switch d := r.Change.Abs; {
	case d == 0:
		return "no change"
	case d > 0 == (r.Direction != "down"):
		return way(d) + ", better"
	default:
		return way(d) + ", worse"
	}
}

func way(d float64) string {
	if d < 0 {
		return "down"
	}
	return "up"
}

// sample says how many units stand behind a value and how sure it is.
func sample(r scorecard.Row) string {
	if r.N == nil {
		return unknown
	}
	n := "n " + kpi.FormatCount(*r.N)
	if r.Status == kpi.NotEnoughData {
		if need := minimum(r); int(*r.N) < need { // else another reason keeps it from a verdict
			return n + ", needs " + count(need)
		}
		return n
	}
	switch {
	case census(r):
		return "full count"
	case r.CI == nil:
		return n
	}
	return n + " · ±" + halfWidth(r)
}

// halfWidth of the 95% interval, with one decimal under 10.
func halfWidth(r scorecard.Row) string {
	return bare(math.Abs(r.CI[1]-r.CI[0])/2, measureOf(r))
}

// minimum is the sample a verdict needs: the target's, else the definition's.
func minimum(r scorecard.Row) int {
	if r.Verdict != nil && r.Verdict.Target != nil && r.Verdict.Target.MinN != nil {
		return *r.Verdict.Target.MinN
	}
	if r.Def != nil {
		if m, ok := r.Def.Measure(r.Measure); ok {
			return m.MinN
		}
	}
	return 0
}

// census says that everything was counted, so that there is nothing to estimate.
func census(r scorecard.Row) bool {
	if r.Def == nil {
		return false
	}
	m, ok := r.Def.Measure(r.Measure)
	return ok && (m.Agg == kpi.Sum || m.Agg == kpi.Distinct || m.Agg == kpi.Count)
}
