package dashboards

import (
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

// Field is what stands beside the number of a row because it answers the question the
// number raises. All of it is of the period (or the pooled periods) and the scope of the
// row and leaves out what the number leaves out. What does not belong to the KPI is nil.
type Field struct {
	Periods []string // of the row, oldest first
	Drivers *Drivers
	Bridge  *Bridge
	Funnel  *Funnel
	Spread  *Spread
	Grid    *Grid
}

// Drivers are the reasons behind a number, with those of as many periods before.
type Drivers struct {
	Kind  DriverKind
	Rows  []kpi.Driver
	Money *scorecard.Money // of the amounts; nil: there are none
	// ByAmount says that the number is of money: shares are of the amount.
	ByAmount bool
	Before   []string // periods before; none: nothing is known of them
	// Measured says that the lines are of the units of the number itself; false: of
	// incidents of the same span, which no number on the page counts.
	Measured bool
	Starts   kpi.Millis // of a span other than the row's periods; 0, 0: there is none
	Ends     kpi.Millis
}

// DriverKind says what is counted by reason.
type DriverKind string

// The kinds of drivers.
const (
	LossReasons    DriverKind = "loss"     // accounts that left, and that pay less
	WinReasons     DriverKind = "win"      // trials that became customers
	TicketTopics   DriverKind = "ticket"   // tickets that count
	IncidentCauses DriverKind = "incident" // incidents of the severities that count
)

// Bridge is the waterfall of net revenue retention.
type Bridge struct {
	kpi.Bridge
	Money       scorecard.Money
	Opens, Ends kpi.Millis // the instants it leads from and to
}

// Funnel is the way from the first step to the last; every step is counted of those
// that took the first.
type Funnel struct {
	Steps []FunnelStep
	Open  int // of the first step, whose window has not ended
}

// FunnelStep is one step: how many took it, how many of them after the one before, and
// how many may still take it.
type FunnelStep struct {
	Name                 string
	Count, Through, Open int
}

// Spread is how long it took: Took of those who are there, in the unit of the measure;
// Waiting may still arrive, Never were waited for in vain. N is all of them. The
// quantiles are of all (Kaplan and Meier 1958), and nil where too few are there.
type Spread struct {
	Took           []float64
	Waiting, Never int
	N              int
	P10, P50, P90  *float64
	Share          float64  // the quantile that the number is: 0.5 for a median
	Mark           *float64 // where it lies: the value of the page
}

// Grid are the customers by when they began. MinN is the sample below which a share is
// not shown.
type Grid struct {
	kpi.RetentionGrid
	MinN int
}
