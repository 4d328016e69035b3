package report

import (
	"fmt"

	"github.com/kpid/kpid/kpi"
)

// Bundle lays the reviews of several portfolios out as one document: a sheet that
// compares them, then the sheets of each. They are of one quarter, in the order given;
// there is at least one.
func Bundle(packs []*Pack, first bool, base string) *Document {
	if len(packs) == 1 {
		return packs[0].Document(first, base)
	}
	lead := packs[0]
	d := &Document{Name: lead.Period.Name + " review", About: plural(len(packs), "portfolio", "portfolios"), Lang: "en", Made: lead.KnownAt, Foot: packWriter{Pack: lead, first: first}.foot()}
	over := rollup(packs, first)
	d.Title = over.title
	d.Sheets = append(d.Sheets, Sheet{Name: "Roll-up", Head: lead.Period.Short + ": " + lead.Period.Dates, Blocks: []Block{Heading{1, over.title}, over.verdicts, Heading{2, "Each portfolio in a sentence"}, over.headlines}})
	for _, p := range packs {
		for _, s := range p.Document(first, base).Sheets {
			s.Name, s.Head = p.Portfolio.ID+" "+s.Name, p.Portfolio.Name+" · "+s.Head
			d.Sheets = append(d.Sheets, s)
		}
	}
	return d
}

// rolled is the first sheet of a bundle.
type rolled struct {
	title               string
	verdicts, headlines Table
}

func rollup(packs []*Pack, first bool) rolled {
	out := rolled{headlines: Table{Title: "Headlines", Columns: []Column{{Name: "Portfolio"}, {Name: "Review", Share: 5}}}}
	statuses := []kpi.Status{kpi.OffTrack, kpi.AtRisk, kpi.OnTrack, kpi.Exceeding, kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData}
	out.verdicts = Table{Title: "Verdicts by portfolio", Columns: []Column{{Name: "Portfolio", Share: 2}, {Name: "Met", Right: true}}}
	for _, s := range statuses {
		out.verdicts.Columns = append(out.verdicts.Columns, Column{Name: capital(statusWord(s)), Right: true})
	}
	behind, least := "", 2.0
	for _, p := range packs {
		counts := map[kpi.Status]int{}
		for _, v := range p.Verdicts {
			counts[v.Status] = v.Now
			if first {
				counts[v.Status] = v.First
			}
		}
		good := counts[kpi.OnTrack] + counts[kpi.Exceeding]
		all := good + counts[kpi.AtRisk] + counts[kpi.OffTrack]
		if share := float64(good) / float64(max(1, all)); all > 0 && share < least { // portfolios may hold each other, so they are not added up
			least, behind = share, fmt.Sprintf("%s is furthest behind in %s: %d of %s met.", p.Portfolio.Name, p.Period.Name, good, plural(all, "target", "targets"))
		}
		row := []Cell{{Text: p.Portfolio.Name, Bold: true}, {Text: fmt.Sprintf("%d of %d", good, all)}}
		for _, s := range statuses {
			row = append(row, count(counts[s]))
		}
		out.verdicts.Rows = append(out.verdicts.Rows, row)
		out.headlines.Rows = append(out.headlines.Rows, []Cell{{Text: p.Portfolio.Name, Bold: true}, {Text: p.Headline.Text()}})
	}
	out.title = "Of " + plural(len(packs), "portfolio", "portfolios") + " " + behind
	if behind == "" {
		out.title = "No target of " + packs[0].Period.Name + " can be judged yet."
	}
	return out
}
