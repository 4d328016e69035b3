package dashboards

import (
	"strings"
	"time"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// option of a select.
type option struct {
	Value, Text string
	Selected    bool
}

// tab of a segmented control.
type tab struct {
	Text, URL string
	Current   bool
}

// filterView is the row of selects and the week stepper.
type filterView struct {
	Portfolios, Products, Segments []option
	Keep                           []link // hidden fields: name and value
	Week, Dates                    string
	Prev, Next                     string // "" at the end
}

func newFilter(site Site, q Query, pick choice, card *scorecard.Scorecard) filterView {
	products := site.Tree.Under(q.Portfolio)
	f := filterView{
		Week:     title(periodLong(card.Week)),
		Dates:    dates(card.WeekStarts, card.WeekEnds, site.Calendar.Zone),
		Products: []option{{"", allOf(len(products)), q.Product == ""}},
		Segments: segmentOptions(site, q),
	}
	for _, id := range site.Judged {
		p, _ := site.Tree.Portfolio(id)
		f.Portfolios = append(f.Portfolios, option{id, p.Name, id == q.Portfolio})
	}
	for _, p := range products {
		f.Products = append(f.Products, option{p.ID, p.Name, p.ID == q.Product})
	}
	for _, kept := range []link{{"w", q.Week}, {"group", trimDefault(pick.group, "type")}, {"known_at", q.known}} {
		if kept.URL != "" {
			f.Keep = append(f.Keep, kept)
		}
	}
	f.Prev, f.Next = neighbours(site, q, card)
	return f
}

// segmentOptions are the segments a page can be limited to.
func segmentOptions(site Site, q Query) []option {
	out := []option{{"", "All", q.Segment == ""}}
	for _, s := range site.Segments {
		out = append(out, option{s, s, s == q.Segment})
	}
	return out
}

func allOf(n int) string {
	if n == 0 {
		return "All"
	}
	return "All " + count(n)
}

// neighbours links the weeks before and after. The last week is the one that
// ended most recently; there is nothing whole to show after it.
func neighbours(site Site, q Query, card *scorecard.Scorecard) (prev, next string) {
	return weekLinks(q.site(site), "/p/"+q.Portfolio, card, "product", q.Product, "segment", q.Segment, "known_at", q.known)
}

// weekLinks lead to the weeks before and after that of a card; "" at the end.
func weekLinks(site Site, path string, card *scorecard.Scorecard, params ...string) (prev, next string) {
	to := func(p kpi.Period) string { return address(path, append([]string{"w", p.ID}, params...)...) }
	cal := site.Calendar
	if p := cal.Containing(kpi.Week, card.WeekStarts-1); p.ID != "" {
		prev = to(p)
	}
	if p := cal.Containing(kpi.Week, card.WeekEnds); p.ID != "" && p.Ends <= site.Now() {
		next = to(p)
	}
	return prev, next
}

// chip is a count of one status, and the filter for it.
type chip struct {
	Status  kpi.Status
	Count   int
	Was     *int
	URL     string
	Current bool
	Divide  bool // a thin line stands before the statuses that are not judged
}

func newChips(c scorecard.Counts, pick choice, here func(...string) string) []chip {
	var chips []chip
	for _, s := range statuses() {
		n := c.Of(s)
		if n == 0 && !s.Graded() && pick.status != s {
			continue
		}
		ch := chip{Status: s, Count: n, URL: here("status", string(s)), Current: pick.status == s}
		if ch.Current {
			ch.URL = here("status", "")
		}
		if s.Graded() && c.Was != nil {
			was := c.Was.Of(s)
			ch.Was = &was
		}
		if !s.Graded() && len(chips) > 0 && chips[len(chips)-1].Status.Graded() {
			ch.Divide = true
		}
		chips = append(chips, ch)
	}
	return chips
}

// changeView is one line of What changed.
type changeView struct {
	From     *kpi.Status
	To       kpi.Status
	Kind     string
	Name     string
	Sentence string
	Tag      string
	URL      string
}

// maxChanges is how many lines fit a glance; the caption counts the rest.
const maxChanges = 7

func newChanges(changes []scorecard.Change, q Query) []changeView {
	var out []changeView
	for _, c := range changes[:min(maxChanges, len(changes))] {
		v := changeView{To: c.To, Kind: c.Kind, Name: c.Name, Tag: c.Tag,
			Sentence: strings.TrimSpace(strings.TrimPrefix(c.Sentence, c.Name)),
			URL:      address("/p/"+q.Portfolio+"/k/"+c.KPI, "w", q.Week, "product", q.Product, "segment", q.Segment, "known_at", q.known)}
		if c.From != nil && *c.From != c.To {
			v.From = c.From
		}
		out = append(out, v)
	}
	return out
}

// moved is the caption of What changed.
func moved(card *scorecard.Scorecard) string {
	look := map[string]bool{}
	for _, c := range card.Changed {
		look[c.KPI] = true
	}
	total := len(card.KPIs)
	if len(look) == 0 {
		return ""
	}
	verb := " need a look; "
	if len(look) == 1 {
		verb = " needs a look; "
	}
	text := count(len(look)) + " of " + plural(total, "KPI", "KPIs") + verb +
		count(max(0, total-len(look))) + " kept their status"
	if more := len(card.Changed) - maxChanges; more > 0 {
		text += "; " + plural(more, "more line is", "more lines are") + " not shown"
	}
	return text
}

// trustView answers: can I trust it today?
type trustView struct {
	Through   string
	Late      []lateView
	Sources   int
	Restated  []string
	NoVerdict string
	Rejected  int
	Owed      promisedView // open actions
}

type lateView struct {
	Source, State, Behind string
	KPIs                  []string
}

func newTrust(card *scorecard.Scorecard, zone *time.Location) trustView {
	names := map[string]string{}
	for _, r := range card.KPIs {
		names[r.ID] = r.Name
	}
	t := card.Trust
	v := trustView{Through: unknown, Sources: t.Sources, Restated: t.Restated, NoVerdict: noVerdict(card.Counts), Rejected: t.Rejected}
	if t.Through != nil {
		if at, err := time.Parse(time.RFC3339, *t.Through); err == nil {
			v.Through = through(kpi.At(at), zone)
		}
	}
	for _, l := range t.Late {
		lv := lateView{Source: l.Source, State: l.State, Behind: l.Behind}
		for _, id := range l.KPIs {
			if name, ok := names[id]; ok {
				id = name
			}
			lv.KPIs = append(lv.KPIs, id)
		}
		v.Late = append(v.Late, lv)
	}
	return v
}

// noVerdict counts the KPIs without a judgement by why; the table names them.
func noVerdict(c scorecard.Counts) string {
	total, parts := 0, []string(nil)
	for _, s := range []kpi.Status{kpi.MaturingNow, kpi.NotEnoughData, kpi.NoData} {
		if n := c.Of(s); n > 0 {
			total += n
			parts = append(parts, count(n)+" "+word(s))
		}
	}
	if total == 0 {
		return ""
	}
	return plural(total, "KPI", "KPIs") + ": " + strings.Join(parts, ", ")
}

// shownInstant writes an RFC 3339 text for people; what it cannot read it leaves.
func shownInstant(text string, zone *time.Location) string {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return stamp(kpi.At(at), zone)
}
