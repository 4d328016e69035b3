package dashboards

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// betsView is the page of the bets: which of them moved their KPI?
type betsView struct {
	base
	Node     kpi.Portfolio
	Pages    []tab // Bets, Roadmap
	Spans    []tab
	Headline string
	Short    string // for the title: 9 of 13 bets met
	Second   string
	Groups   []betGroup
	Areas    []betArea
	Open     []betRow // not measured, and waiting
	Hidden   int      // due before the span
	CSV      string
	API      string
}

// betGroup are the bets of one stage.
type betGroup struct {
	Stage kpi.Stage
	Name  string
	Rows  []betRow
}

// Short names the group in the counts.
func (g betGroup) Short() string {
	switch g.Stage {
	case kpi.StageWaiting:
		return "waiting"
	case kpi.StageKilled:
		return "killed"
	case kpi.StageLate:
		return "not counted"
	}
	return strings.ToLower(g.Name)
}

// betRow is a line of the table.
type betRow struct {
	bet            Bet
	Anchor         string
	Name, URL      string
	About          string // product and owner
	KPI, KPIURL    string // URL is "" for a KPI that is not there
	Segment        string // "" is all
	Expected, Seen string
	Interval       string
	Plot           draw.BetPlot
	Word, Aside    string
	Enter          string // where the measured lift is entered
}

// bets answers /p/{portfolio}/bets.
func (s *server) bets(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "span", "format"); err != nil {
		return err
	}
	node, err := s.portfolio(r.PathValue("portfolio"))
	if err != nil {
		return err
	}
	span, format := params.Get("span"), params.Get("format")
	if span != "" && span != "all" {
		return badRequest("There is no span called "+cut(span, 40)+".", "span is all, or left out for the last 12 months.")
	}
	if format != "" && format != "csv" {
		return badRequest("There is no format called "+cut(format, 40)+".", "format is csv, or left out for the page.")
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	list, err := s.reader.Bets(r.Context(), node.ID)
	if err != nil {
		return err
	}
	shown, hidden := s.within(list, span == "all")
	if format == "csv" {
		return writeRows(w, fileName("kpid", node.ID, "bets"), betsCSV(shown))
	}
	v := betsView{Node: node, Hidden: hidden, API: address("/api/v1/bets", "portfolio", node.ID),
		CSV:   address("/p/"+node.ID+"/bets", "span", span, "format", "csv"),
		Pages: planTabs(node.ID, "bets"),
		Spans: []tab{{"Last 12 months", "/p/" + node.ID + "/bets", span == ""}, {"All", "/p/" + node.ID + "/bets?span=all", span == "all"}}}
	s.fillBets(&v, shown)
	v.say(shown)
	v.base = s.base(r, "bets", v.Short+" · "+node.Name)
	v.Weekly = "/p/" + node.ID
	return s.page(w, "bets", v)
}

// planTabs lead from the bets to the roadmap and back.
func planTabs(node, here string) []tab {
	return []tab{{"Bets", "/p/" + node + "/bets", here == "bets"}, {"Roadmap", "/p/" + node + "/roadmap", here == "roadmap"}}
}

// within keeps the bets due in the last 12 months or later, and says how many are
// older.
func (s *server) within(list []Bet, all bool) (shown []Bet, hidden int) {
	site := s.reader.Site()
	since := yearBefore(site)
	for _, b := range list {
		if !all && b.MeasureBy < since {
			hidden++
			continue
		}
		shown = append(shown, b)
	}
	return shown, hidden
}

// yearBefore is the instant 12 months before now.
func yearBefore(site Site) kpi.Millis {
	return kpi.At(site.Now().Time().In(site.Calendar.Zone).AddDate(-1, 0, 0))
}

// fillBets makes the groups, in the order of the stages; in a group the bet due
// last comes first, and equal ones stay in the order of name and id.
func (s *server) fillBets(v *betsView, list []Bet) {
	sorted := slices.Clone(list)
	slices.SortStableFunc(sorted, func(a, b Bet) int {
		return cmp.Or(cmp.Compare(b.MeasureBy, a.MeasureBy), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key(), b.Key()))
	})
	for _, stage := range kpi.Stages() {
		g := betGroup{Stage: stage, Name: stageName(stage)}
		for _, b := range sorted {
			if b.Stage == stage {
				g.Rows = append(g.Rows, s.betRow(v.Node.ID, b))
			}
		}
		if len(g.Rows) == 0 {
			continue
		}
		v.Groups = append(v.Groups, g)
		if stage == kpi.StageNotMeasured || stage == kpi.StageWaiting {
			v.Open = append(v.Open, g.Rows...)
		}
	}
	v.Areas = s.betAreas(list)
}

// stageName heads a group.
func stageName(s kpi.Stage) string {
	return map[kpi.Stage]string{kpi.StageMet: "Met", kpi.StageMissed: "Missed", kpi.StageNotMeasured: "Not measured", kpi.StageWaiting: "Waiting for their number",
		kpi.StageRunning: "Running", kpi.StagePlanned: "Planned", kpi.StageKilled: "Killed before their release", kpi.StageLate: "Not counted: registered after their release, or never"}[s]
}

func (s *server) betRow(node string, b Bet) betRow {
	site := s.reader.Site()
	name, link, measure := s.betKPI(node, b.KPI, b.Measure)
	w := newLiftWriter(b, measure)
	row := betRow{bet: b, Anchor: "bet-" + fileName(b.Source, b.ID), Name: b.Name, URL: safeURL(b.URL), KPI: name, KPIURL: link,
		Expected: w.text(b.Expected), Seen: unknown, About: productName(site, b.Product)}
	if b.Owner != "" {
		row.About += " · " + personName(site, b.Owner)
	}
	if b.Segment != "all" {
		row.Segment = b.Segment
	}
	if lift := b.Seen.Lift; lift != nil && (b.Stage.Due() || b.Stage == kpi.StageLate) {
		row.Seen, row.Interval = w.bare(*lift), w.span(b.Seen.Lo, b.Seen.Hi)
	}
	row.Word, row.Aside = verdictOf(b, site.Now(), site.Calendar.Zone, s.kpiName)
	if b.ExpectedNow != b.Expected {
		row.Aside = strings.TrimPrefix(row.Aside+"; expected changed to "+w.text(b.ExpectedNow)+" after the release, not counted", "; ")
	}
	day := ""
	if b.Stage == kpi.StageRunning || b.Stage == kpi.StageWaiting {
		day = dayOf(b, site.Now())
	}
	row.Plot = newBetPlot(b, row.plotLabel(day), day)
	if s.entries != nil && (b.Stage == kpi.StageNotMeasured || b.Stage == kpi.StageWaiting) {
		row.Enter = address("/p/"+node+"/enter/lift", "bet", b.Key())
	}
	return row
}

// plotLabel says in words what the plot draws.
func (r betRow) plotLabel(day string) string {
	text := r.Word
	if day != "" {
		text += ", " + day
	}
	text += ": expected " + r.Expected
	if r.Seen == unknown {
		return text + ", no lift seen yet"
	}
	text += ", seen " + r.Seen
	if share, ok := r.bet.Share(*r.bet.Seen.Lift); ok {
		text += ", " + times(share) + " the lift expected"
	}
	if r.Interval != "" {
		text += ", 95% interval " + r.Interval
	}
	return text
}

// times writes a share of the promise: 1.4×.
func times(share float64) string { return plain(share, 1) + "×" }

// betKPI names the KPI of a bet and finds its page and measure.
func (s *server) betKPI(node, id, measure string) (name, link string, m kpi.Measure) {
	d, ok := s.reader.Definition(id)
	if !ok {
		return id, "", kpi.Measure{}
	}
	m, ok = d.Measure(measure)
	if !ok {
		m = d.Primary()
	}
	return d.Name, "/p/" + node + "/k/" + id, m
}

// kpiName of an id; what is no KPI keeps its id.
func (s *server) kpiName(id string) string {
	name, _, _ := s.betKPI("", id, "")
	return name
}

// productName of an id; "@node" is a fact about a portfolio.
func productName(site Site, id string) string {
	for _, p := range site.Tree.Products {
		if p.ID == id {
			return p.Name
		}
	}
	if node, ok := site.Tree.Portfolio(strings.TrimPrefix(id, "@")); ok && strings.HasPrefix(id, "@") {
		return node.Name
	}
	return id
}

// areaOf a KPI: the group it stands under on the scorecard.
func (s *server) areaOf(id string) string {
	d, ok := s.reader.Definition(id)
	if !ok {
		return "Unknown KPI"
	}
	return scorecard.GroupTitle(scorecard.Row{Types: d.Types}.Group())
}
