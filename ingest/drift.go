package ingest

// Drift counts what a page shows of the form of its records: whether the fields that
// are mapped are still there, and words that the mapping does not know.
type Drift struct {
	Fields []FieldCount
	Words  []WordCount
}

// FieldCount is a mapped field of the page's records.
type FieldCount struct {
	Field   string
	Asked   int    // records that were looked at
	Present int    // of them with the field, empty or not
	Beside  string // names beside it in a record without it
}

// WordCount is a word that the mapping of a field lacks.
type WordCount struct {
	Field, Word string
	Records     int
}
