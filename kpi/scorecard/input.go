package scorecard

import "github.com/kpid/kpid/kpi"

// Input is everything a scorecard rests on, as read from the store. The order of
// its lists does not matter: the same input in any order gives the same page.
type Input struct {
	Calendar    kpi.Calendar
	AsOf        kpi.Millis // the clock
	Portfolio   PortfolioRef
	Week        kpi.Period         // the page's week; periods that end after it are not looked at
	Product     string             // "" is all products
	Segment     string             // "" is all
	Dimensions  map[string]float64 // weights of the scorecard in force in the week; nil: the usual ones
	KnownAt     kpi.Millis         // what had been recorded by then is all there is; 0 is now
	DataVersion string
	Sample      bool
	KPIs        []KPI
	Sources     []Source // those that feed one of the KPIs
}

// KPI is one row to be: what it is, what was promised, what was observed.
type KPI struct {
	Definition *kpi.Definition
	Measure    kpi.Measure
	Owner      string // person id
	OwnerName  string
	Weight     float64 // of the target in force, for the order of rows
	// Order is the place within its group; equal ones are ordered by weight,
	// heaviest first, then by name.
	Order        int
	Money        *Money                  // when numerator and denominator are amounts
	Targets      []kpi.Target            // of this KPI, measure and segment
	Baselines    map[string]kpi.Baseline // frozen, by Target.Hash
	Observations []kpi.Observation       // of the judged grain, latest revisions
	First        []kpi.Observation       // the same as first reported: of each period the first final revision; only reviews look at them
	Wider        []Wider                 // coarser grains of a share with few cases, the finest first
	Events       []kpi.Millis            // when what a rare count counts happened
	Others       []kpi.Series            // the measures that parts of a target name
	Units        []kpi.Unit              // the capabilities of a ramp that starts with each
	GA           kpi.Date                // of the capability whose series this is
	Sources      []string                // ids of Input.Sources
	Version      int                     // of the definition
	Run          *int64                  // the last run that evaluated it
	Checks       []Check                 // measures that warn
	Breaks       []Break                 // where versions of the definition began, but the first
	Phases       []kpi.Phase             // changes that somebody named: new limits from there
	Holidays     []Holiday               // of the company, in any order
	// Contradictions of the facts it reads, within the newest settled period.
	Contradictions []Contradiction
}

// Holiday explains a low period; nothing is left out because of it.
type Holiday struct {
	Day  kpi.Date
	Name string
}

// holidaysIn names those within a period.
func holidaysIn(c kpi.Calendar, all []Holiday, p kpi.Period) []string {
	out := []string{}
	for _, h := range all {
		if at := c.Midnight(h.Day); at >= p.Starts && at < p.Ends {
			out = append(out, h.Name)
		}
	}
	return out
}

// Source is how a source stands now.
type Source struct {
	ID              string
	State           string // on_time, late, stale or never
	Behind          string // "2 d late"; "" when it is not
	CompleteThrough *kpi.Millis
	Rejected        int // records still unresolved
}

// States of a source, best first.
const (
	onTime = "on_time"
	late   = "late"
	stale  = "stale"
	never  = "never"
)

// stateFor is the state of a source as a page of a week sees it. A page of the
// past is complete once the source has passed its week, however late the source
// is today.
func (s Source) stateFor(week kpi.Period, asOf kpi.Millis) string {
	past := week.Ends+(week.Ends-week.Starts) <= asOf
	if past && s.CompleteThrough != nil && *s.CompleteThrough >= week.Ends {
		return onTime
	}
	return s.State
}

// sourcesOf are the sources that feed a KPI, in the order of their ids.
func (in Input) sourcesOf(k KPI) []Source {
	var out []Source
	for _, s := range in.sortedSources() {
		for _, id := range k.Sources {
			if id == s.ID {
				out = append(out, s)
				break
			}
		}
	}
	return out
}

// segment is the name of the segment: "all" when nothing was said.
func (in Input) segment() string {
	if in.Segment == "" {
		return "all"
	}
	return in.Segment
}
