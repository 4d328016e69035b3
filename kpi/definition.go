package kpi

import "slices"

// Direction says which way is better.
type Direction int

// The two directions, as factors: dir * value grows as things get better.
const (
	Up   Direction = +1
	Down Direction = -1
)

// Agg names how the units of a measure become one number (SCHEMA: aggregates).
type Agg string

// The aggregates. The database sums Share, Count, Sum and Distinct; for the
// others it hands over rows and the engine does the arithmetic.
const (
	Share     Agg = "share"     // sum(num)/sum(den), Wilson interval
	Ratio     Agg = "ratio"     // sum(num)/sum(den), ratio estimator over clusters
	Count     Agg = "count"     // sum(num), Byar interval
	Sum       Agg = "sum"       // sum(num), census, no interval
	Distinct  Agg = "distinct"  // units with num = 1, census, no interval
	Median    Agg = "median"    // type 7, or Kaplan-Meier when a unit is censored
	Mean      Agg = "mean"      // t interval, finite population when it is known
	NPS       Agg = "nps"       // 100 * (promoters - detractors) / n
	Worst     Agg = "worst"     // num/den of the worst unit: sums would let a healthy one hide it
	Composite Agg = "composite" // parts only, no number of its own
)

// Measure is one number of a KPI.
type Measure struct {
	ID        string
	Agg       Agg
	Unit      string // "%", "pts", "days", "hours", "/5", or a word; "" for a plain count
	Direction Direction
	Digits    int     // shown after the decimal point
	MinN      int     // below this many units no verdict is given; 0: no minimum
	Additive  bool    // leaf scopes add up, so the engine may sum products
	Unbounded bool    // a % that may pass 100 (NRR)
	Scale     float64 // value = Scale * num/den; 1 unless the definition says so (100: per 100 accounts)

	MaxShare    float64 // refuse a verdict when one cluster holds more than this share of den; 0: no rule
	MinResponse float64 // refuse a verdict below this response rate (surveys); 0: no rule
	MinEvents   int     // of a median with censored units: fewer that arrived give no verdict
	SureN       int     // a verdict on fewer units is uncertain

	Cadence    Grain    // the finest grain it is kept at, where that differs from the definition's
	Complement bool     // value = 1 - num/den: leavers over headcount give retention
	Interval   string   // "" as the aggregate has it, "none" for a census, "byar" for a count over a known den
	Quantile   float64  // of a median: 0.5 unless said
	FxAt       string   // where it differs from the definition's
	NoZero     bool     // of a count, sum or distinct: without units there is no number, not 0
	Trailing   Trailing // the number of a longer window
	Warns      *Warning // what is said beside the KPI when the value is out of bounds

	SQL string // the text of kpi.sql or kpi.<measure>.sql
}

// Quotient is the value of a fraction in stored units.
func (m Measure) Quotient(num, den float64) float64 {
	switch {
	case m.Complement:
		return m.scale() * (1 - num/den)
	case m.Agg == NPS:
		return 100 * num / den
	}
	return m.scale() * num / den
}

// Range turns a pair of limits of num/den into limits of the value.
func (m Measure) Range(lo, hi float64) (*float64, *float64) {
	low, high := m.Quotient(lo, 1), m.Quotient(hi, 1)
	if m.Complement {
		low, high = high, low
	}
	return &low, &high
}

// Trailing widens a period to the span that ends with it: always, or where the
// period itself has fewer than Below units. The zero value is the period itself.
type Trailing struct {
	Span   Span
	Below  int     // 0: always
	Grains []Grain // only at these; nil: at all
}

// At says whether periods of a grain are widened.
func (t Trailing) At(g Grain) bool {
	return t.Span.N > 0 && (t.Grains == nil || slices.Contains(t.Grains, g))
}

// Warning is a plausibility check: a measure whose value says that another
// number is not to be trusted as it stands.
type Warning struct {
	Above, Below *float64 // display units; a value beyond either is said
	FallsYoY     *float64 // percent below the same period of the year before
	Drops        *float64 // display units below the period before
	Says         string   // {value}, {num}, {den} and {excluded} stand for the numbers
}

// Param is a documented setting of a definition.
type Param struct {
	Name    string
	Type    string // text, int, real, bool, span, list
	Default any    // string, int64, float64, bool, []string or []int64; a span is int64 milliseconds
	Doc     string
}

// Definition is one KPI folder, parsed and validated.
type Definition struct {
	ID         string
	Name       string
	Short      string // for a narrow column; Name when empty
	Question   string
	Numerator  string // one plain phrase: what counts
	Basis      string // one plain phrase: out of what
	Types      []string
	Area       string // the folder above
	Cadence    Grain  // the grain that is judged
	Grains     []Grain
	Facts      []string // fact tables and rollups the SQL reads
	Grace      Span
	Mature     int64 // ms after the period's end before it can be final; 0: at once
	Back       int64 // ms: a record at t reaches periods from t - Back ...
	Ahead      int64 // ... to t + Ahead; negative: every later period
	EveryScope bool  // a record reaches every scope, not only those that hold its product
	Segments   []string
	Guardrails []string
	Leads      []string // of Output: the Outcome KPIs it is meant to lead
	FxAt       string   // "starts" or "year_ago": when the rate of a comparison is fixed
	Formula    string   // source of the formula
	None       string   // the sentence for "no value": "no accounts signed up"
	Readme     string
	Measures   []Measure // the first is the primary one
	Params     []Param
	Values     map[string]any // parameters in force: defaults overlaid with config
	Hash       string         // of toml + sql + parameters: the definition version
	Links      []string       // https: where its design, its evidence or its decision can be read
	By, Reason string         // who made this version, and why; "" when the files do not say
	Origin     *Origin        // where it was brought in from; nil when it was written here

	// Warehouse is where it is computed; nil: in the store, from facts.
	Warehouse *Warehouse
	// Own says that a user wrote it: its SQL runs with a time and a row limit.
	Own bool

	// The parameters that give Mature, Back and Ahead; "" where they are fixed.
	MatureParam, BackParam, AheadParam string
	// Source is the canonical form of the toml and the SQL texts: what Hash
	// covers beside Values.
	Source string
}

// CadenceOf is the grain a measure is judged at, and the finest it is kept at.
func (d *Definition) CadenceOf(m Measure) Grain {
	if m.Cadence != "" {
		return m.Cadence
	}
	return d.Cadence
}

// Keeps says whether a measure is kept at a grain: at its cadence and coarser.
func (d *Definition) Keeps(m Measure, g Grain) bool {
	return slices.Contains(d.Grains, g) && g.coarseness() >= d.CadenceOf(m).coarseness()
}

// Primary is the measure a row of the scorecard shows.
func (d *Definition) Primary() Measure { return d.Measures[0] }

// Measure finds a measure by id; "" is the primary one.
func (d *Definition) Measure(id string) (Measure, bool) {
	if id == "" {
		return d.Primary(), true
	}
	for _, m := range d.Measures {
		if m.ID == id {
			return m, true
		}
	}
	return Measure{}, false
}
