package dashboards

import (
	"context"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// NewWeekly is the weekly page as a document. base is put before the paths of links; ""
// leaves them out.
func NewWeekly(ctx context.Context, r Reader, q Query, base string) (*report.Document, error) {
	s := &server{reader: r}
	card, err := r.Scorecard(ctx, q)
	if err != nil {
		return nil, err
	}
	q.Week = card.Week
	journal, err := r.Journal(ctx, q.Portfolio)
	if err != nil {
		return nil, err
	}
	w := docWriter{site: r.Site(), q: q, base: base, notes: s.newNoteWriter(card, q)}
	changed := w.changed("What changed this week", card.Changed)
	d := w.document(card, title(periodLong(card.Week)), card.Headline)
	w.sheet(d, "Week", report.Heading{Level: 1, Text: card.Headline}, report.Plain(secondLine(w.site, q, card.Second)), w.counts(card),
		report.Columns{Left: append(changed, w.unexplained(card, journal)...), Right: append(w.trust(card), w.promised(journal)...), Share: .55})
	w.sheet(d, "Scorecard", w.scorecard(card)...)
	return d, nil
}

// docWriter turns a scorecard and what was written into blocks.
type docWriter struct {
	site  Site
	q     Query
	base  string
	notes noteWriter
}

func (w docWriter) url(path string) string {
	if w.base == "" || path == "" {
		return ""
	}
	return strings.TrimSuffix(w.base, "/") + path
}

func (w docWriter) document(card *scorecard.Scorecard, name, headline string) *report.Document {
	d := &report.Document{Title: headline, Name: name, About: card.Portfolio.Name, Lang: "en", Made: card.AsOf, Foot: "As of " + shownInstant(card.AsOf, w.site.Calendar.Zone) + "."}
	if card.KnownAt != nil {
		d.Foot = "As known on " + shownInstant(*card.KnownAt, w.site.Calendar.Zone) + "."
	}
	if card.Sample {
		d.Foot += " Sample data."
	}
	return d
}

func (w docWriter) sheet(d *report.Document, name string, blocks ...report.Block) {
	d.Sheets = append(d.Sheets, report.Sheet{Name: name, Head: d.Name, Blocks: blocks})
}

func (w docWriter) counts(card *scorecard.Scorecard) report.Table {
	t := report.Table{Rows: [][]report.Cell{nil}}
	for _, s := range statuses() {
		if n := card.Counts.Of(s); n > 0 || s.Graded() {
			t.Columns = append(t.Columns, report.Column{Name: title(word(s))})
			t.Rows[0] = append(t.Rows[0], report.Cell{Text: count(n), Status: s, Bold: true})
		}
	}
	return t
}

func (w docWriter) changed(heading string, all []scorecard.Change) []report.Block {
	out := []report.Block{report.Heading{Level: 2, Text: heading}}
	if len(all) == 0 {
		return append(out, report.Small("Nothing: every KPI kept its status."))
	}
	var items [][]report.Piece
	for _, c := range newChanges(all, w.q) {
		said := " " + c.Sentence + " (" + strings.ToLower(c.Tag) + ")"
		if c.From != nil {
			said = " " + word(*c.From) + " → " + word(c.To) + "." + said
		}
		items = append(items, []report.Piece{{Text: c.Name, URL: w.url(c.URL), Bold: true}, {Text: said}})
	}
	return append(out, report.List{Items: items})
}

func (w docWriter) unexplained(card *scorecard.Scorecard, j *Journal) []report.Block {
	missing := newMissing(card, w.notes, j, w.q, len(card.KPIs))
	out := []report.Block{report.Heading{Level: 2, Text: "Unexplained"}}
	if len(missing.Rows) == 0 {
		return append(out, report.Small(missing.None))
	}
	var items [][]report.Piece
	for _, row := range missing.Rows {
		items = append(items, []report.Piece{{Text: row.Name, URL: w.url(row.URL), Bold: true}, {Text: ": " + word(row.Status) + ", nobody has said why."}})
	}
	return append(out, report.List{Items: items})
}

func (w docWriter) trust(card *scorecard.Scorecard) []report.Block {
	t := newTrust(card, w.site.Calendar.Zone)
	items := [][]report.Piece{{{Text: "Data through " + t.Through + ", " + plural(t.Sources, "source", "sources") + "."}}}
	for _, l := range t.Late {
		items = append(items, []report.Piece{{Text: l.Source, Bold: true}, {Text: " is " + l.Behind + ": " + strings.Join(l.KPIs, ", ") + "."}})
	}
	if len(t.Restated) > 0 {
		items = append(items, []report.Piece{{Text: "Restated: " + strings.Join(t.Restated, ", ") + "."}})
	}
	if t.NoVerdict != "" {
		items = append(items, []report.Piece{{Text: "Without a verdict: " + t.NoVerdict + "."}})
	}
	if t.Rejected > 0 {
		items = append(items, []report.Piece{{Text: plural(t.Rejected, "row is", "rows are") + " rejected and not counted."}})
	}
	return []report.Block{report.Heading{Level: 2, Text: "Can I trust it today?"}, report.List{Items: items}}
}

// promised are the open actions, the one due first first.
func (w docWriter) promised(j *Journal) []report.Block {
	open := j.open("")
	out := []report.Block{report.Heading{Level: 2, Text: "Open actions"}, report.Small(openSaid(open, w.notes))}
	if len(open) == 0 {
		return out
	}
	t := report.Table{Columns: []report.Column{{Name: "Action", Share: 4}, {Name: "Owner", Share: 1.4}, {Name: "Due", Share: 1}}}
	for _, a := range open {
		v := w.notes.action(a)
		due := v.Due
		if v.Overdue {
			due += ", overdue"
		}
		t.Rows = append(t.Rows, []report.Cell{{Text: v.Text}, {Text: v.Owner}, {Text: due, Bold: v.Overdue}})
	}
	return append(out, t)
}

// scorecard is every row in the groups of the page.
func (w docWriter) scorecard(card *scorecard.Scorecard) []report.Block {
	t := report.Table{Title: "Scorecard", Columns: []report.Column{{Name: "Type", Share: 1.3}, {Name: "Status", Share: 1.4}, {Name: "KPI", Share: 2.6}, {Name: "Latest", Right: true, Share: 1.2}, {Name: "Change", Right: true},
		{Name: "Trend", Center: true, Share: 1.6}, {Name: "worse ‹ target › better", Center: true, Share: 1.9}, {Name: "Target", Share: 1.6}, {Name: "Fresh", Share: 1.1}, {Name: "Owner", Share: 1.2}}}
	group := ""
	for _, g := range newGroups(card.KPIs, card.Health, choice{group: "type"}, w.q) {
		for _, row := range g.Rows {
			name := g.Name
			if name == group {
				name = ""
			}
			group = g.Name
			value := strings.TrimSpace(row.Value + " " + row.Unit)
			if row.Row.Value != nil {
				value = shortValue(row.Row.Value, measureOf(row.Row))
			}
			spark, strip := row.Spark.Drawing(), row.Strip.Drawing()
			t.Rows = append(t.Rows, []report.Cell{{Text: name}, {Text: title(word(row.Status)), Status: row.Status}, {Text: row.Name, URL: w.url(row.URL)}, {Text: value, Number: row.Row.Value, Bold: true},
				{Text: row.Change}, {Text: row.Spark.Label, Drawing: &spark}, {Text: row.Strip.Label, Drawing: &strip}, {Text: orDash(row.Target)}, {Text: row.Fresh}, {Text: row.OwnerShown}})
		}
	}
	return []report.Block{report.Heading{Level: 2, Text: "Scorecard"}, t, report.Small("Right of the blue line meets the target. Shaded: target band. Short tick: baseline. Thin bar: 95% interval. A ring on a trend: a process rule fired.")}
}

// months that have begun are those a monthly update may be about.
func monthOf(site Site, id string) (kpi.Period, error) {
	p, err := site.Calendar.Period(id)
	if err != nil || p.Grain != kpi.Month {
		return p, badRequest("There is no month called "+cut(id, 40)+".", "A month is written "+site.Calendar.Ended(kpi.Month, site.Now()).ID+".")
	}
	if p.Starts > site.Now() {
		return p, notFound(title(periodLong(id)) + " has not begun.")
	}
	return p, nil
}
