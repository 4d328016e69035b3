package kpi

// Input is everything Judge needs for one KPI, measure and scope.
type Input struct {
	Calendar     Calendar
	Definition   *Definition
	Measure      Measure
	Targets      []Target            // of this KPI, measure and segment; the one in force is picked by Since/Until
	Observations []Observation       // judged grain, latest revisions, in time order
	Baselines    map[string]Baseline // frozen baselines by Target.Hash
	AsOf         Millis              // the clock
	Through      Millis              // periods ending after this are not looked at (the page's week end); 0: AsOf
	Stale        bool                // a feeding source is overdue by two cadences: the last verdict becomes no_data
}

// Judge replays the history of a series and gives one verdict for each final
// period, in time order. A series without a final period gives one verdict:
// the newest ended period by its bounds, or no_data. The last element is the
// verdict of now.
func Judge(in Input) []Verdict { return nil }

// TakeBaseline computes the baseline a target would freeze from what is known
// now; ok is false while its periods are not all over or none has a value.
func TakeBaseline(in Input, t Target) (b Baseline, ok bool) { return Baseline{}, false }
