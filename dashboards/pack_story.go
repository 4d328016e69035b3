package dashboards

import (
	"context"
	"slices"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// packStory fills the headline and the narrative: generated from verdicts, bets and
// actions, or what a person wrote in its place.
func (s *server) packStory(ctx context.Context, p *report.Pack, review *scorecard.Review, j *Journal, w noteWriter) error {
	all, err := s.reader.Narratives(ctx, p.Portfolio.ID, p.Period.ID)
	if err != nil {
		return err
	}
	generated := generatedStory(p, review, j, w)
	for _, name := range kpi.Sections() {
		section := report.Section{Name: name, Title: sectionTitle(name), Paragraphs: packParagraphs(generated[name], p.Moved)}
		for _, n := range slices.Backward(all) { // the newest revision stands
			if n.Section == name {
				s.written(&section, n, review, p.Moved)
				break
			}
		}
		if name == kpi.SectionHeadline {
			p.Headline = section
			continue
		}
		p.Story = append(p.Story, section)
	}
	return nil
}

// sectionTitle is the heading of a section; the headline is one itself.
func sectionTitle(name kpi.Section) string {
	return map[kpi.Section]string{kpi.SectionHappened: "What happened", kpi.SectionLearned: "What we learned",
		kpi.SectionChanges: "What changes next", kpi.SectionAsked: "Asked of this review"}[name]
}

// generatedStory says what follows from the data. It names no cause: only people do.
func generatedStory(p *report.Pack, review *scorecard.Review, j *Journal, w noteWriter) map[kpi.Section][]scorecard.Paragraph {
	plain := func(text string) scorecard.Paragraph { return scorecard.Paragraph{kpi.Phrase{Text: text}} }
	out := map[kpi.Section][]scorecard.Paragraph{kpi.SectionHeadline: {review.Headline}, kpi.SectionHappened: review.Happened}
	if learned := learnedOf(p.Bets); len(learned) > 0 {
		out[kpi.SectionLearned] = []scorecard.Paragraph{plain(strings.Join(learned, " "))}
	}
	for _, said := range saidOf(p) {
		out[kpi.SectionLearned] = append(out[kpi.SectionLearned], plain(said))
	}
	more := 0
	for _, a := range j.open("") {
		switch {
		case w.site.Calendar.Midnight(a.Due) < review.Quarter.Ends:
		case len(out[kpi.SectionChanges]) == reviewActs:
			more++
		default:
			action := w.briefAction(a)
			out[kpi.SectionChanges] = append(out[kpi.SectionChanges], plain(action.Text+" ("+action.Owner+", due "+action.Due+")"))
		}
	}
	if more > 0 {
		out[kpi.SectionChanges] = append(out[kpi.SectionChanges], plain(plural(more, "open action more.", "open actions more.")))
	}
	for _, m := range p.Register {
		if m.Kind == string(kpi.Ask) && m.Open {
			text := strings.TrimRight(m.Text, ". ") + " (" + m.Owner
			if m.Due != "" {
				text += ", by " + m.Due
			}
			out[kpi.SectionAsked] = append(out[kpi.SectionAsked], plain(text+")"))
		}
	}
	return out
}

// learnedOf says what the bets of the quarter returned.
func learnedOf(b report.Bets) []string {
	if b.Said == "" {
		return nil
	}
	out := []string{b.Said}
	for _, a := range b.Areas {
		if a.Median != "" && !a.Of {
			out = append(out, a.Name+" bets returned "+a.Median+" of what was expected of them in median.")
		}
	}
	return out
}

// saidOf quotes the newest note on each KPI that decides the quarter: causes are told in
// the words of whoever signed them.
func saidOf(p *report.Pack) []string {
	var out []string
	for _, id := range p.Deciding {
		for _, n := range p.Notes {
			if n.KPI == id && len(out) < reviewNotes {
				out = append(out, n.Name+": “"+strings.TrimSpace(cut(n.Text, 200))+"” ("+n.Signed+", "+n.At+")")
				break
			}
		}
	}
	return out
}

func packParagraphs(all []scorecard.Paragraph, moved []report.Moved) [][]report.Phrase {
	var out [][]report.Phrase
	for _, p := range all {
		var line []report.Phrase
		for _, phrase := range p {
			again := slices.ContainsFunc(moved, func(m report.Moved) bool { return m.KPI == phrase.Ref.KPI })
			line = append(line, report.Phrase{Text: phrase.Text, KPI: phrase.Ref.KPI, What: phrase.Ref.What, Restated: again && phrase.Ref.What == ""})
		}
		out = append(out, line)
	}
	return out
}

// written puts what a person wrote in place of what was generated, its references as
// they stand now. Text that names a KPI which is gone keeps what it showed.
func (s *server) written(section *report.Section, n kpi.Narrative, review *scorecard.Review, moved []report.Moved) {
	section.Revision = n.Revision
	if n.Text == "" { // given back
		return
	}
	paragraphs, err := kpi.ParseNarrative(n.Text, func(string) bool { return true })
	if err != nil { // it was checked when it was written
		paragraphs = [][]kpi.Phrase{{{Text: n.Text}}}
	}
	shows := map[string]string{}
	var said []scorecard.Paragraph
	for _, p := range paragraphs {
		for i := range p {
			if p[i].Ref == (kpi.Ref{}) {
				continue
			}
			text, ok := review.Shows(p[i].Ref)
			if !ok {
				text = n.Numbers[p[i].Ref.String()]
			}
			p[i].Text, shows[p[i].Ref.String()] = text, text
		}
		said = append(said, p)
	}
	site := s.reader.Site()
	section.Paragraphs, section.By = packParagraphs(said, moved), personName(site, n.Author)
	section.On = site.Calendar.Date(n.RecordedAt).String()
	for _, ref := range n.Restated(shows) {
		id, _, _ := strings.Cut(strings.Trim(ref, "{}"), ".")
		section.Since = append(section.Since, report.Shift{Name: s.kpiName(id), Ref: ref, Was: n.Numbers[ref], Now: shows[ref]})
	}
}
