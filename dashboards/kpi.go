package dashboards

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// kpiView is the page of one KPI: is this real, and how far off target?
type kpiView struct {
	base
	Card       *scorecard.Scorecard
	Row        scorecard.Row
	Crumb      []link
	Week       string
	Known      knownView
	Value      string
	Interval   string
	Meta       string
	Notices    []string
	Views      []tab
	View       string
	Heading    string
	Per        string // what the percentage is of
	Finding    string // caption of the figure
	Option     json.RawMessage
	Drawings   []draw.Drawing
	Table      []tablePanel
	Boxes      []box
	HasPrior   bool
	HasOpen    bool
	HasBand    bool
	HasSignal  bool
	HasNotes   bool
	Notes      kpiNotesView
	Process    processView
	Definition definitionView
	Guardrails []guardView
	From       []sourceView // the sources it is computed from
	Field      fieldView
	Why        divisionView
	Bets       kpiBets
	WhyURL     string // where the number opens down to its units
	Restated   restatementsView
	Segments   segmentsView
	WhyParts   whyPartsView
	API        string
	AsOf       string
}

// kpi answers /p/{portfolio}/k/{kpi}.
func (s *server) kpi(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	q, err := s.scorecardQuery(r.PathValue("portfolio"), params)
	if err != nil {
		return err
	}
	view := params.Get("view")
	if view == "" {
		view = "612"
	}
	if view != "612" && view != "xmr" && view != "table" {
		return badRequest("There is no view called "+cut(view, 40)+".", "view is 612, xmr or table.")
	}
	if done, err := s.fresh(w, r); done || err != nil {
		return err
	}
	card, err := s.reader.Scorecard(r.Context(), q)
	if err != nil {
		return err
	}
	row, err := s.findRow(card, r.PathValue("kpi"), params.Get("measure"))
	if err != nil {
		return err
	}
	series, err := s.allSeries(r.Context(), q, row)
	if err != nil {
		return err
	}
	bets, err := s.betsOn(r.Context(), q, row)
	if err != nil {
		return err
	}
	journal, err := s.reader.Journal(r.Context(), q.Portfolio)
	if err != nil {
		return err
	}
	page, err := s.kpiPage(r, q, card, row, kpiData{series, bets, journal}, view)
	if err != nil {
		return err
	}
	if page.From, err = s.feeding(r.Context(), row.ID); err != nil {
		return err
	}
	if q.KnownAt == 0 { // it is worked out from the records, and those are as of now
		if page.Field, err = s.field(r.Context(), q, row); err != nil {
			return err
		}
	}
	restated, err := s.reader.Restatements(r.Context(), q, row)
	if err != nil {
		return err
	}
	page.Restated = s.newRestatements(row, restated, q)
	if err := s.segmentParts(r, q, row, &page); err != nil {
		return err
	}
	if err := s.definitionHistory(r.Context(), q, row, &page); err != nil {
		return err
	}
	if view == "xmr" {
		ahead, err := s.reader.Ahead(r.Context(), q, row)
		if err != nil {
			return err
		}
		page.Process.Ahead = aheadTexts(row, ahead)
	}
	return s.page(w, "kpi", page)
}

// findRow is the KPI's row of the scorecard; without one, the error names what
// is near.
func (s *server) findRow(card *scorecard.Scorecard, id, measure string) (scorecard.Row, error) {
	var known []string
	for _, r := range card.KPIs {
		if r.ID == id && (measure == "" || r.Measure == measure) {
			if r.Def == nil {
				r.Def, _ = s.reader.Definition(id)
			}
			if r.Def == nil {
				r.Def = &kpi.Definition{ID: id, Name: r.Name, Cadence: r.Cadence, Grains: []kpi.Grain{r.Cadence}}
			}
			return r, nil
		}
		known = append(known, r.ID)
	}
	e := notFound("There is no KPI called " + cut(id, 80) + " in " + card.Portfolio.Name + ".")
	for _, near := range nearest(id, known) {
		for _, r := range card.KPIs {
			if r.ID == near {
				e.Near = append(e.Near, link{r.Name, "/p/" + card.Portfolio.ID + "/k/" + near})
				break
			}
		}
	}
	return scorecard.Row{}, e
}

// allSeries reads the row's measure at every grain the KPI has.
func (s *server) allSeries(ctx context.Context, q Query, row scorecard.Row) (map[kpi.Grain][]scorecard.Point, error) {
	all := map[kpi.Grain][]scorecard.Point{}
	for _, g := range row.Def.Grains {
		points, err := s.reader.Series(ctx, q, row.ID, row.Measure, g)
		if err != nil {
			return nil, err
		}
		all[g] = points
	}
	return all, nil
}

// kpiData is what the page of a KPI reads beside its row.
type kpiData struct {
	series  map[kpi.Grain][]scorecard.Point
	bets    []kpiBet
	journal *Journal
}

func (s *server) kpiPage(r *http.Request, q Query, card *scorecard.Scorecard, row scorecard.Row,
	data kpiData, view string) (kpiView, error) {
	site := s.reader.Site()
	here := func(params ...string) string {
		return address("/p/"+q.Portfolio+"/k/"+row.ID, append([]string{"w", q.Week, "product", q.Product, "segment", q.Segment, "known_at", q.known,
			"measure", r.URL.Query().Get("measure")}, params...)...)
	}
	back := address("/p/"+q.Portfolio, "w", q.Week, "product", q.Product, "segment", q.Segment, "known_at", q.known)
	week := title(periodLong(card.Week))
	v := kpiView{
		base: s.base(r, "weekly", row.Name+": "+word(row.Status)+" · "+card.Portfolio.Name+", "+strings.ToLower(week)),
		Card: card, Row: row, Week: week, View: view, AsOf: shownInstant(card.AsOf, site.Calendar.Zone),
		Crumb:      []link{{card.Portfolio.Name, address("/p/"+q.Portfolio, "product", q.Product, "segment", q.Segment, "known_at", q.known)}, {week, back + "#" + anchor(row)}},
		Known:      newKnown(r, site, q, card),
		Value:      orUnknown(row.Value, measureOf(row)),
		Meta:       meta(row),
		WhyURL:     row.Links.Why,
		Notices:    append(notices(row), broken(row, site.Calendar.Zone)...),
		Views:      []tab{{"6–12", here(), view == "612"}, {"Process", here("view", "xmr"), view == "xmr"}, {"Table", here("view", "table"), view == "table"}},
		Process:    newProcess(row),
		Boxes:      newBoxes(row, site.Calendar, data.series, card.WeekEnds),
		Definition: newDefinition(row),
		Guardrails: newGuards(row, card, q),
		Why:        newWhy(row),
		API:        address("/api/v1/kpis/"+row.ID+"/series", "portfolio", q.Portfolio, "product", q.Product, "segment", q.Segment, "measure", row.Measure, "known_at", q.known),
	}
	v.Weekly = back
	if row.CI != nil {
		v.Interval = strings.TrimSpace("±" + halfWidth(row) + " " + changeUnit(row.Unit))
	}
	m := newChart(row, row.Def, site.Calendar, data.series, card.WeekEnds)
	v.bets(data.bets, &m, site.Now(), q.Portfolio)
	v.Notes = s.kpiNotes(s.newNoteWriter(card, q), data.journal, card, row, &m)
	return v, v.chart(m)
}

// chart puts the one model into its views.
func (v *kpiView) chart(m chartModel) error {
	var titles []string
	for _, p := range m.Panels {
		titles = append(titles, strings.ToLower(p.Title))
		v.Table = append(v.Table, newTable(m, p))
	}
	v.Heading = strings.NewReplacer("Six weeks and twelve months", "6 weeks and 12 months").Replace(title(strings.Join(titles, " and ")))
	if len(m.Panels) == 1 {
		v.Views[0].Text = "Chart"
	}
	if v.Row.Unit == "%" && v.Row.Def.Basis != "" {
		v.Per = "% of " + firstPhrase(v.Row.Def.Basis)
	} else {
		v.Per = v.Row.Unit
	}
	m.each(func(k *chartMark) {
		v.HasPrior = v.HasPrior || k.Prior != nil
		v.HasOpen = v.HasOpen || !k.Settled && !k.gap()
		v.HasBand = v.HasBand || k.Floor != nil
		v.HasSignal = v.HasSignal || k.Signal
		v.HasNotes = v.HasNotes || k.Notes != ""
	})
	v.Finding = v.Row.Name + ", " + strings.Join(titles, " and ") + ". " + v.Row.Sentence
	if v.View == "table" {
		return nil
	}
	v.Drawings = []draw.Drawing{newDrawing(m, v.Finding, false), newDrawing(m, v.Finding, true)}
	if v.ChartLib == "" {
		return nil
	}
	var err error
	v.Option, err = chartOption(m)
	return err
}

// firstPhrase takes a phrase up to its first clause, to go on in a sentence; an
// abbreviation at its start keeps its capitals.
func firstPhrase(s string) string {
	s, _, _ = strings.Cut(s, ";")
	s, _, _ = strings.Cut(s, ",")
	first, rest, _ := strings.Cut(s, " ")
	if lower := strings.ToLower(first); title(lower) == first {
		first = lower
	}
	return strings.TrimSpace(first + " " + rest)
}

// meta is the line under the big value: sample, period, how fresh.
func meta(row scorecard.Row) string {
	if row.Value == nil {
		return "no value"
	}
	var parts []string
	if row.N != nil {
		parts = append(parts, "n "+kpi.FormatCount(*row.N))
	}
	switch n := len(row.Pooled); {
	case n > 1:
		parts = append(parts, plural(n, "period", "periods")+" pooled, "+periodShort(row.Pooled[0])+enDash+periodShort(row.Pooled[n-1]))
	case row.Period != nil && !strings.HasPrefix(row.Freshness.Shown, periodShort(*row.Period)):
		parts = append(parts, periodLong(*row.Period))
	}
	if row.Freshness.Shown != "" {
		parts = append(parts, row.Freshness.Shown)
	}
	parts = append(parts, row.Freshness.Sources...)
	if row.Restated {
		parts = append(parts, "restated")
	}
	return strings.Join(parts, " · ")
}

// notices stand above the chart: what a reader must know before the number.
// broken says whether a holiday explains the latest period, and which versions of the definition began within the trend: numbers
// are compared by the newest one, and what was published stays what it was.
func broken(row scorecard.Row, zone *time.Location) []string {
	var out []string
	for i, p := range row.Trend {
		if len(p.Holidays) > 0 && i == len(row.Trend)-1 {
			out = append(out, title(periodLong(p.Period))+" had a holiday: "+strings.Join(p.Holidays, ", ")+".")
		}
		if b := p.Break; b != nil {
			text := "Definition v" + strconv.Itoa(b.Version) + " since " + shownInstant(b.At, zone) + ", by " + b.By
			if b.Reason != "" {
				text += ": " + b.Reason
			}
			out = append(out, text+". Earlier periods were worked out again; what was published before is kept with its version.")
		}
	}
	return out
}

func notices(row scorecard.Row) []string {
	var out []string
	if row.Notice != "" {
		out = append(out, row.Notice)
	}
	for _, text := range row.DQ.Says {
		out = append(out, title(text)+".")
	}
	if l := row.Latest; l != nil && (row.Period == nil || l.Period != *row.Period) && l.State != kpi.Final {
		text := title(periodLong(l.Period)) + " is " + string(l.State)
		switch {
		case l.Bounds != nil:
			text += ": " + span(l.Bounds[0], l.Bounds[1], measureOf(row)) + " is still possible"
		case l.Value != nil:
			text += ": " + measureOf(row).Format(*l.Value) + " so far"
		}
		if l.Certain != nil {
			text += "; whatever is still to come, it will be " + word(*l.Certain)
		}
		out = append(out, text+".")
	}
	if row.Pending != nil {
		out = append(out, "One more period like this and the status becomes "+word(*row.Pending)+".")
	}
	if slices.Contains([]string{"late", "stale"}, row.Freshness.State) {
		out = append(out, "Its data is "+row.Freshness.State+": "+strings.Join(row.Freshness.Behind, ", ")+".")
	}
	return out
}
