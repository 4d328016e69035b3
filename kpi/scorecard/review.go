package scorecard

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/kpid/kpid/kpi"
)

// decidingRows is how many KPIs the first sheet of a review shows.
const decidingRows = 6

// Review is a quarter as a QBR shows it. A KPI's value of a quarter is the one that
// was judged at its end: the latest final period that ends in it, pooled as its target
// says, so that the number beside a status is always the number that was judged.
type Review struct {
	Quarter kpi.Period
	// The scorecards at the end of the quarter, of the one before and of the same one a
	// year before, as known now; and that of the quarter as it was first reported.
	Now, Before, YearAgo, First *Scorecard
	Headline                    Paragraph
	Happened                    []Paragraph
	Deciding                    []string // KPI ids, in the order of the page
	Moved                       []Moved
}

// Paragraph is text whose numbers are references; the text of one is what it shows.
type Paragraph []kpi.Phrase

// Text is the paragraph as it is read.
func (p Paragraph) Text() string {
	var b strings.Builder
	for _, phrase := range p {
		b.WriteString(phrase.Text)
	}
	return b.String()
}

// Moved is a KPI whose number or status of the quarter is not what was first reported.
type Moved struct {
	Row      Row // as known now
	First    Row
	Why      string // of the restatements; "" when nobody recorded a cause
	Statuses bool   // the status differs, not the number alone
}

// BuildReview makes the review of a quarter. Input.Week is not looked at.
func BuildReview(in Input, quarter kpi.Period) Review {
	at := func(in Input, p kpi.Period) *Scorecard {
		in.Week = p
		s := Build(in)
		return &s
	}
	first := in
	first.KPIs = slices.Clone(in.KPIs)
	for i, k := range first.KPIs {
		first.KPIs[i].Observations = k.First
	}
	r := Review{Quarter: quarter, Now: at(in, quarter), Before: at(in, in.Calendar.Prev(quarter)),
		YearAgo: at(in, in.Calendar.YearAgo(quarter)), First: at(first, quarter)}
	r.Finish(in.causes(r.Now.KPIs))
	return r
}

// Finish writes what follows from the scorecards; why is the recorded causes of
// restatements by KPI, "" or absent where there is none.
func (r *Review) Finish(why map[string]string) {
	r.Deciding = deciding(r.Now.KPIs)
	r.Moved = r.moved(why)
	r.Headline = r.headline()
	r.Happened = r.happened()
}

// Row of a scorecard for the same KPI and measure.
func (s *Scorecard) Row(like Row) (Row, bool) {
	i := slices.IndexFunc(s.KPIs, func(r Row) bool { return r.ID == like.ID && r.Measure == like.Measure })
	if i < 0 {
		return Row{}, false
	}
	return s.KPIs[i], true
}

// Against is the change from another period's value, "" when one of them is not known.
func (r Row) Against(other Row) string {
	if r.Value == nil || other.Value == nil {
		return ""
	}
	now, was := *r.Value, *other.Value
	return r.measure().FormatChange(now-was, relative(now, was))
}

// Shows is what a reference says in this review; "not known" where there is no number.
// ok is false for a KPI that the review does not have.
func (r *Review) Shows(ref kpi.Ref) (text string, ok bool) {
	if ref.KPI == kpi.Whole {
		c := r.Now.Counts
		n, ok := map[string]int{"met": c.OnTarget, "judged": c.Judged, "off_track": c.OffTrack, "at_risk": c.AtRisk}[ref.What]
		return strconv.Itoa(n), ok
	}
	i := slices.IndexFunc(r.Now.KPIs, func(row Row) bool { return row.ID == ref.KPI })
	if i < 0 {
		return "", false
	}
	row := r.Now.KPIs[i]
	switch ref.What {
	case "first":
		text = r.First.shown(row)
	case "before":
		text = r.Before.shown(row)
	case "ago":
		text = r.YearAgo.shown(row)
	case "change":
		text = r.Before.against(row)
	case "year":
		text = r.YearAgo.against(row)
	case "due":
		text = row.due()
	case "status":
		text = word(row.Status)
	default:
		text = row.shown()
	}
	return cmp.Or(text, "not known"), true
}

// shown is the value that a scorecard has for the KPI of a row; "" for none.
func (s *Scorecard) shown(like Row) string {
	if row, ok := s.Row(like); ok && row.Value != nil {
		return row.shown()
	}
	return ""
}

// against is the change of a row on what a scorecard has; "" where one is not known.
func (s *Scorecard) against(row Row) string {
	if other, ok := s.Row(row); ok {
		return row.Against(other)
	}
	return ""
}

// says is a reference with what it shows.
func (r *Review) says(row Row, what string) kpi.Phrase {
	ref := kpi.Ref{KPI: row.ID, What: what}
	text, _ := r.Shows(ref)
	return kpi.Phrase{Text: text, Ref: ref}
}

// deciding are the KPIs a review turns on: those off track, at risk and exceeding
// before those on track, and within each the heaviest.
func deciding(rows []Row) []string {
	rank := map[kpi.Status]int{kpi.OffTrack: 0, kpi.AtRisk: 1, kpi.Exceeding: 2, kpi.OnTrack: 3}
	var graded []int
	for i, r := range rows {
		if r.Status.Graded() {
			graded = append(graded, i)
		}
	}
	slices.SortStableFunc(graded, func(a, b int) int {
		return cmp.Or(cmp.Compare(rank[rows[a].Status], rank[rows[b].Status]), cmp.Compare(rows[b].weight(), rows[a].weight()))
	})
	graded = graded[:min(len(graded), decidingRows)]
	slices.Sort(graded)
	var out []string
	for _, i := range graded {
		out = append(out, rows[i].ID)
	}
	return out
}

func (r Row) weight() float64 {
	if r.Verdict == nil || r.Verdict.Target == nil {
		return 0
	}
	return r.Verdict.Target.Weight
}

// moved lists what is not as first reported.
func (r *Review) moved(why map[string]string) []Moved {
	out := []Moved{}
	for _, row := range r.Now.KPIs {
		first, ok := r.First.Row(row)
		if !ok || first.Value == nil {
			continue
		}
		m := Moved{Row: row, First: first, Why: why[row.ID], Statuses: first.Status != row.Status}
		if m.Statuses || row.Value == nil || row.measure().Format(*row.Value) != row.measure().Format(*first.Value) {
			out = append(out, m)
		}
	}
	return out
}

// causes are those of the restated periods behind each row, by KPI.
func (in Input) causes(rows []Row) map[string]string {
	out := map[string]string{}
	for _, row := range rows {
		var said []string
		for _, k := range in.KPIs {
			if k.Definition.ID != row.ID {
				continue
			}
			for _, o := range k.Observations {
				if o.Restated && o.Cause != nil && pooled(*row.Verdict, o.Period) && !slices.Contains(said, *o.Cause) {
					said = append(said, *o.Cause)
				}
			}
		}
		out[row.ID] = strings.Join(said, "; ")
	}
	return out
}

// headline is "Core Workflows met 18 of 23 targets in Q2." with what is worst and what
// is best, as far as it fits.
func (r Review) headline() Paragraph {
	c, name := r.Now.Counts, period(r.Quarter.ID)
	if c.Judged == 0 {
		return Paragraph{plain("No target of " + name + " can be judged yet. " + missing(c))}
	}
	noun := "targets"
	if c.Judged == 1 {
		noun = "target"
	}
	opening := Paragraph{plain(r.Now.Portfolio.Name + " met "), r.count("met"), plain(" of "), r.count("judged"), plain(" " + noun + " in " + name + ".")}
	good := goodNews(r.Now.KPIs)
	for _, w := range clauses(worst(r.Now.KPIs)) {
		for _, end := range []string{" " + good, ""} {
			said := append(slices.Clone(opening), plain(strings.TrimRight(" "+w.text+end, " ")))
			if utf8.RuneCountInString(said.Text()) <= headlineMax {
				return said
			}
		}
	}
	return opening
}

// count is a reference to a count of verdicts.
func (r *Review) count(what string) kpi.Phrase {
	ref := kpi.Ref{KPI: kpi.Whole, What: what}
	text, _ := r.Shows(ref)
	return kpi.Phrase{Text: text, Ref: ref}
}
