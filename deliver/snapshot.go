package deliver

import (
	"strconv"
	"strings"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Patience is how long a miss may stand before a word about it is overdue: a week
// after it was first seen without one.
const Patience = 7 * 24 * 60 * 60 * 1000

// Facts are what messages of a portfolio are made from. Nothing confidential is in
// them: who may see what is decided before.
type Facts struct {
	Card        *scorecard.Scorecard
	Unexplained []scorecard.Row // off track or at risk without a word of who answers for it
	Overdue     []kpi.Action    // open past their day
	Person      func(id string) string
}

// Snapshot is what can change between two messages. Numbers are not in it: they
// move every week, and whether a move means anything is what statuses and signals say.
type Snapshot struct {
	Statuses map[string]kpi.Status `json:"statuses"` // by row
	Signals  map[string]string     `json:"signals"`  // by row: the newest that was told, or is there now
	Sources  map[string]string     `json:"sources"`  // stale ones and those that never delivered: their state
	Missing  map[string]Missing    `json:"missing"`  // by row: a word that is not there
	Overdue  map[string]string     `json:"overdue"`  // by action: its day
}

// Missing is a word that nobody has written yet.
type Missing struct {
	Since kpi.Millis `json:"since"` // when it was first seen to be missing
	Late  bool       `json:"late"`
}

// Take makes a snapshot. was is the one before; nil at first.
func Take(f Facts, now kpi.Millis, was *Snapshot) Snapshot {
	if was == nil {
		was = &Snapshot{}
	}
	s := Snapshot{Statuses: map[string]kpi.Status{}, Signals: map[string]string{}, Sources: map[string]string{},
		Missing: map[string]Missing{}, Overdue: map[string]string{}}
	for _, r := range f.Card.KPIs {
		s.Statuses[key(r)] = r.Status
		if told := signal(r); told != "" {
			s.Signals[key(r)] = told
		} else if before := was.Signals[key(r)]; before != "" {
			s.Signals[key(r)] = before // when it comes back it is no news
		}
	}
	for _, l := range f.Card.Trust.Late {
		if l.State != "late" { // a day late is said on pages and in the digest
			s.Sources[l.Source] = l.State
		}
	}
	for _, r := range f.Unexplained {
		m, ok := was.Missing[key(r)]
		if !ok {
			m.Since = now
		}
		m.Late = now-m.Since >= Patience
		s.Missing[key(r)] = m
	}
	for _, a := range f.Overdue {
		s.Overdue[strconv.FormatInt(a.ID, 10)] = a.Due.String()
	}
	return s
}

// key of a row: a KPI may be judged by a measure that is not its first.
func key(r scorecard.Row) string { return r.ID + "/" + r.Measure }

// signal of the newest final period of a row, "" without one: "2026-W38 1".
func signal(r scorecard.Row) string {
	p := r.Process
	if p == nil || len(p.Signals) == 0 || len(p.Values) == 0 || r.Status == kpi.NoData {
		return ""
	}
	s := p.Signals[len(p.Signals)-1]
	if s.Period != p.Values[len(p.Values)-1].Period || s.Favourable == nil { // a jump is neither good nor bad
		return ""
	}
	return s.Period + " " + strconv.Itoa(int(s.Rule))
}

// signalText says what stands out in the words of the page where it has them.
func signalText(f Facts, r scorecard.Row) string {
	for _, c := range f.Card.Changed {
		if c.KPI == r.ID && c.Tag == "Signal" {
			return c.Sentence
		}
	}
	way := "adverse"
	if *r.Process.Signals[len(r.Process.Signals)-1].Favourable {
		way = "favourable"
	}
	period, _, _ := strings.Cut(signal(r), " ")
	return way + " signal in " + period + ": it lies outside its usual movement"
}
