package deliver

import (
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi/scorecard"
)

// ReviewPage is the review of a quarter as a page to be published. foot is put behind
// [Mark].
func ReviewPage(r *scorecard.Review, public, foot string) Document {
	id := r.Now.Portfolio.ID
	at := link(public, "/p/"+id+"/qbr/"+r.Quarter.ID)
	d := Document{Title: clean(r.Now.Portfolio.Name, longestName) + ", review of " + r.Quarter.ID, Foot: strings.TrimSpace(Mark + " " + foot)}
	if r.Now.Sample {
		d.Title += " (sample data)"
	}
	d.Blocks = append(d.Blocks, Text(Span{Text: r.Headline}))
	if at != "" {
		d.Blocks = append(d.Blocks, Text(Span{Text: "Open the review", URL: at}))
	}
	if len(r.Happened) > 0 {
		d.Blocks = append(d.Blocks, Heading("What happened"))
		for _, p := range r.Happened {
			d.Blocks = append(d.Blocks, Text(Span{Text: p.Text()}))
		}
	}
	d.Blocks = append(d.Blocks, verdicts(r), Heading("All KPIs"), kpis(r, public))
	if len(r.Moved) > 0 {
		d.Blocks = append(d.Blocks, Heading("Changed since first reported"), movements(r))
	}
	return d
}

// verdicts counts the statuses as first reported and as known now.
func verdicts(r *scorecard.Review) Block {
	rows := [][]Words{}
	for _, c := range []struct {
		name       string
		first, now int
	}{
		{"off track", r.First.Counts.OffTrack, r.Now.Counts.OffTrack}, {"at risk", r.First.Counts.AtRisk, r.Now.Counts.AtRisk},
		{"on track", r.First.Counts.OnTrack, r.Now.Counts.OnTrack}, {"exceeding", r.First.Counts.Exceeding, r.Now.Counts.Exceeding},
	} {
		rows = append(rows, []Words{Plain(c.name), Plain(strconv.Itoa(c.first)), Plain(strconv.Itoa(c.now))})
	}
	return Table([]string{"Verdict", "First reported", "Known now"}, rows)
}

func kpis(r *scorecard.Review, public string) Block {
	rows := [][]Words{}
	for _, row := range r.Now.KPIs {
		first, _ := r.First.Row(row)
		before, _ := r.Before.Row(row)
		owner := row.OwnerName
		if owner == "" {
			owner = row.Owner
		}
		rows = append(rows, []Words{
			{{Text: row.Name, URL: link(public, row.Links.Page)}}, Plain(word(row.Status)), Plain(value(row, row.Value)), Plain(goal(row)),
			Plain(value(before, before.Value)), Plain(value(first, first.Value)), Plain(owner),
		})
	}
	return Table([]string{"KPI", "Verdict", "Value", "Near edge", "Quarter before", "First reported", "Owner"}, rows)
}

func movements(r *scorecard.Review) Block {
	rows := [][]Words{}
	for _, m := range r.Moved {
		why := m.Why
		if why == "" {
			why = "no cause was recorded"
		}
		rows = append(rows, []Words{Plain(m.Row.Name), Plain(value(m.First, m.First.Value) + ", " + word(m.First.Status)),
			Plain(value(m.Row, m.Row.Value) + ", " + word(m.Row.Status)), Plain(why)})
	}
	return Table([]string{"KPI", "First reported", "Known now", "Why"}, rows)
}

// goal is the near edge of the target as it stood.
func goal(r scorecard.Row) string {
	if r.Target == nil {
		return "no target"
	}
	return value(r, r.Target.FloorNow)
}

// value in the unit of a row; a dash where there is none.
func value(r scorecard.Row, v *float64) string {
	if v == nil || r.Def == nil {
		return "–"
	}
	m, ok := r.Def.Measure(r.Measure)
	if !ok {
		m = r.Def.Primary()
	}
	return m.Format(*v)
}
