package ingest

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// A Source delivers pages of mapped rows. It calls emit once for each page, in
// order; when emit returns nil the page and its cursor are stored for good.
// state gives the cursor that was stored with the last page of a stream.
type Source interface {
	Fetch(ctx context.Context, state State, emit func(context.Context, Page) error) (Summary, error)
}

// State is what the store remembers of a source's streams.
type State interface {
	// Cursor is nil for a stream that was never read.
	Cursor(stream string) json.RawMessage
}

// Page is what one step of a source brings. Rows and cursor are committed
// together: a crash leaves both or neither.
type Page struct {
	Stream   string
	Records  int        // records read, whether mapped, rejected or not for us
	Rows     []fact.Row // mapped and checked
	Rejected []Rejection
	Cursor   json.RawMessage
	// Raw is what is kept of the records, and Fields which of their fields were.
	Raw    []Raw
	Fields []string
	Totals *kpi.Totals // of a KPI that is computed in the source's database
	Drift  Drift       // what the page shows of the form of its records
	// Share of the stream that is read with this page, 0..1; 0: nobody knows.
	Share float64
	// Whole lists the files this run has now read from start to end: what was
	// rejected of them before and is not any more has been corrected.
	Whole []string
	// Listing holds by fact the ids of everything there is, on the page that ends a
	// complete listing: what the store has beside them is gone. A listing that lost
	// over a fifth is held back with a *HeldError, unless Accept says that it is meant.
	Listing Listing
	Accept  bool
	// CompleteThrough is set on the page that ends a stream: everything that
	// happened before this instant has been delivered.
	CompleteThrough *kpi.Millis
}

// Raw is a record as it came, cut down to what may be kept. Its key names it within its
// stream; without one it is known by its body.
type Raw struct {
	Key  string
	Body string // a JSON object
}

// Kept is a record that was kept.
type Kept struct {
	Raw
	Fields []string // of it that were kept
	SeenAt kpi.Millis
}

// HeldError is a listing that lost so much that it is more likely broken: nothing of
// what is missing is taken as gone until somebody accepts it.
type HeldError struct {
	Fact         string
	Had, Missing int
}

// Error says what is missing.
func (e *HeldError) Error() string {
	return fmt.Sprintf("%d of %d rows of %s are missing from a listing that calls itself complete; nothing was taken away. If they are gone for good, accept it", e.Missing, e.Had, e.Fact)
}

// Rejection is one record or field that could not be taken, with what the
// operator needs to mend it. It is stored; it stops nothing else.
type Rejection struct {
	Stream  string
	Locator string // file:line, or page:record
	Field   string
	Found   string // cut at 200 bytes
	Allowed string
	Body    string // the record, cut at 4 KiB
}

// Counts is what the store did with a page.
type Counts struct {
	Records    int // read
	Rows       int // rows offered
	New        int
	Changed    int // same key, other content, newer
	Superseded int // same key, other content, older: kept as a revision
	Duplicates int // same key, same content
	Rejected   int
	Gone       int
}

// Add sums two counts.
func (c *Counts) Add(o Counts) {
	c.Records += o.Records
	c.Rows += o.Rows
	c.New += o.New
	c.Changed += o.Changed
	c.Superseded += o.Superseded
	c.Duplicates += o.Duplicates
	c.Rejected += o.Rejected
	c.Gone += o.Gone
}

// Summary is what a source says of its own run.
type Summary struct {
	Complete        bool // every stream was read to its end
	CompleteThrough *kpi.Millis
	Pages           int
	Unchanged       int // files or pages that were known and not read again
	Message         string
}

// Result of a run.
type Result string

// Run results.
const (
	OK      Result = "ok"
	Partial Result = "partial" // stored, but records were rejected or a stream did not end
	Failed  Result = "failed"
	Held    Result = "held"
)

// Report is a finished run as it is stored and printed.
type Report struct {
	Run     int64
	Source  string
	Result  Result
	Counts  Counts
	Summary Summary
	Err     error
}

// Sink stores runs. The store implements it.
type Sink interface {
	// BeginRun opens a run of a source; asOf is the clock of the run.
	BeginRun(ctx context.Context, source string, asOf kpi.Millis) (Run, error)
}

// Run is one open run.
type Run interface {
	State
	ID() int64
	// Commit stores a page: rows, rejections, touched periods and cursor, in one transaction.
	Commit(ctx context.Context, p Page) (Counts, error)
	// Finish closes the run.
	Finish(ctx context.Context, r Report) error
}
