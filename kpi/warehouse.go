package kpi

// Warehouse says that a KPI is computed where its data lies: its SQL runs in a company's
// own database, and only the sums come home.
type Warehouse struct {
	Source  string // that the database is asked through
	Reread  Span   // how far back from the last time its periods are asked for again
	History Span   // how far back the first time
}

// SQLForm is how a database writes what the engine puts around a KPI's SQL.
type SQLForm struct {
	Mark func(n int) string // stands for the n-th argument, from 1
	// Types of a CAST: text, whole numbers of 64 bits, and double precision.
	Text, Whole, Real string
	Union             bool // lists are SELECT … UNION ALL SELECT …: there is no VALUES
}

// LocalForm is that of the store, in both its databases.
func LocalForm() SQLForm {
	return SQLForm{Mark: func(int) string { return "?" }, Text: "TEXT", Whole: "BIGINT", Real: "DOUBLE PRECISION"}
}

// Total is what the units of one measure in one cell come to, as a warehouse gave it.
type Total struct {
	Cell
	Measure  string  `db:"measure"`
	Num      float64 `db:"num"`
	Den      float64 `db:"den"`
	Units    int64   `db:"units"`   // that are not left out
	Nonzero  int64   `db:"nonzero"` // of those, with num other than 0
	Pending  int64   `db:"pending"`
	Excluded int64   `db:"excluded"`
}

// Totals are the answer of a warehouse for one KPI: of the asked scopes and periods,
// those with units.
type Totals struct {
	KPI     string
	Hash    string // of the definition they were worked out by
	Scopes  []int64
	Periods []string
	List    []Total
}
