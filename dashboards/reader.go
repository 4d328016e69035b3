package dashboards

import (
	"context"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
	"github.com/kpid/kpid/report"
)

// Reader is all the pages, the API and /metrics know of the rest of kpid.
// Its answers come from stored observations; nothing is aggregated on a page view.
type Reader interface {
	// Site is fixed for the life of the process.
	Site() Site
	// Version changes whenever a number, a target or a source changes; pages are cached by it.
	Version(ctx context.Context) (string, error)
	// Scorecard of a node for a week.
	Scorecard(ctx context.Context, q Query) (*scorecard.Scorecard, error)
	// Standing counts the statuses of a week and of those before it, so many at most, as
	// known now, oldest first.
	Standing(ctx context.Context, q Query, weeks int) ([]scorecard.Counts, error)
	// Review of a quarter; Query.Week is not looked at.
	Review(ctx context.Context, q Query, quarter kpi.Period) (*scorecard.Review, error)
	// Series of one measure at one grain, oldest first, latest revisions,
	// with the target each period had.
	Series(ctx context.Context, q Query, kpiID, measure string, g kpi.Grain) ([]scorecard.Point, error)
	// SixTwelve is the 6-12 view of a measure for a week; what is not stored is
	// worked out from the facts.
	SixTwelve(ctx context.Context, q Query, kpiID, measure string) (*kpi.SixTwelve, error)
	// Ahead is where a row is heading; what is running or maturing is worked out
	// from the facts.
	Ahead(ctx context.Context, q Query, row scorecard.Row) (*scorecard.Ahead, error)
	// Field is what stands beside a row's number: drivers, bridge, funnel and the like,
	// worked out from its units once for each data version.
	Field(ctx context.Context, q Query, row scorecard.Row) (*Field, error)
	// Restatements of a row's series at its cadence within the time its chart shows,
	// newest period first.
	Restatements(ctx context.Context, q Query, row scorecard.Row) ([]scorecard.Restatement, error)
	// Segments is a row's measure by one dimension; by "" is the first that has values.
	// A dimension that is not among those it has gives a breakdown with By "".
	Segments(ctx context.Context, q Query, row scorecard.Row, by string) (*scorecard.Segments, error)
	// Newest are the newest units of a row's judged period, at most so many, with the
	// segment of a dimension that each was in.
	Newest(ctx context.Context, q Query, row scorecard.Row, by string, limit int) (*scorecard.Newest, error)
	// Explain opens one number down to the units it is made of.
	Explain(ctx context.Context, q Question) (*scorecard.Explanation, error)
	// Definition in force, with what the card shows.
	Definition(kpiID string) (*kpi.Definition, bool)
	// Versions of a KPI's definition, oldest first.
	Versions(ctx context.Context, kpiID string) ([]DefinitionVersion, error)
	// Sources and how they stand.
	Sources(ctx context.Context) ([]SourceStatus, error)
	// History of the sources: so many days, and the last runs and at most so many rejected
	// rows of one source ("" is any).
	History(ctx context.Context, days int, source string, rejected int) (*History, error)
	// Deliveries says how the messages of each [[notify]] stand; none without one.
	Deliveries(ctx context.Context) ([]Delivery, error)
	// Rejected rows that are open, newest first.
	Rejected(ctx context.Context, q RejectedQuery) (*RejectedPage, error)
	// RejectedKinds of a source, by stream and field.
	RejectedKinds(ctx context.Context, source string) ([]RejectedKind, error)
	// Runs of a source ("" is any, and the evaluations), newest first: so many at most,
	// older than the run after, 0 for the newest.
	Runs(ctx context.Context, source string, after int64, limit int) ([]PastRun, error)
	// Bets of the products of a node and below, in id order.
	Bets(ctx context.Context, portfolio string) ([]Bet, error)
	// Roadmap of the same products: every initiative, and the releases.
	Roadmap(ctx context.Context, portfolio string) (*Roadmap, error)
	// Journal is what people wrote about a portfolio.
	Journal(ctx context.Context, portfolio string) (*Journal, error)
	// Narratives of a review, every revision, oldest first within each section.
	Narratives(ctx context.Context, portfolio, period string) ([]kpi.Narrative, error)
	// Freezes of a portfolio without their bodies, oldest first; period "" is any.
	Freezes(ctx context.Context, portfolio, period string) ([]kpi.Freeze, error)
	// Frozen is a freeze whole. It is kpi.ErrNoFreeze where there is none that may be shown.
	Frozen(ctx context.Context, id string) (kpi.Freeze, error)
	// Since are the changes of what a row of a pack rests on that came after it, oldest
	// first.
	Since(ctx context.Context, portfolio string, k report.KPI) ([]report.Cause, error)
	// Goals of a portfolio: objectives with their key results as they are judged, and the
	// milestones with what the data says of them.
	Goals(ctx context.Context, portfolio string) (*Goals, error)
	// Entered is what people have said of a portfolio. about is the incident or the bet
	// an entry is about, source/id, whose number is given; "" for none.
	Entered(ctx context.Context, portfolio, about string) (*Entered, error)
}

// Site is what every page needs.
type Site struct {
	Company  string
	Tree     kpi.Tree
	Persons  []Person
	Person   Person // who reads when nobody signs in
	Segments []string
	KPIs     []KPIName // in the order of the scorecard
	Calendar kpi.Calendar
	Now      func() kpi.Millis // the clock pages show; stands still in the sample
	Sample   bool              // the clock stands at [server] as_of: every page says so
	Judged   []string          // portfolios with a scorecard
	Version  string            // of the program
}

// Person who owns, reads or signs.
type Person struct {
	ID, Name, Role string
}

// Query selects a scorecard. Week "" is the week before the one that contains now.
type Query struct {
	Portfolio string
	Product   string
	Segment   string // "" is all
	Week      string
	// KnownAt is the instant whose knowledge is shown: what had been recorded by then.
	// 0 is now. It is a plain number so that a Query can be a key.
	KnownAt kpi.Millis
	known   string // as it was asked for, for the links of the page
}

// SourceStatus is one line of the sources list.
type SourceStatus struct {
	ID              string
	Connector       string
	Owner           string
	Expected        *kpi.Millis // when it is due next
	State           string      // on_time, late, stale, never, failed
	CompleteThrough *kpi.Millis
	LastRun         *kpi.Millis
	LastSuccess     *kpi.Millis
	LastResult      string
	Message         string
	Rows            int64
	Rejected        int64
	Results         map[string]int64 // records by result, for the counter
	Seconds         float64          // of the last run
	Feeds           []string         // KPI ids
	Drift           []Drift          // open changes in the form of its records
	Held            *HeldRun         // the run that was held back and stands; nil: none
}

// Drift is a field of a source's records that has gone, or a word that is new.
type Drift struct {
	Stream, Field string
	Since         kpi.Millis
	Text          string // a sentence
}
