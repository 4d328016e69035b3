package sqlsrc

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/internal/named"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/fact"
)

// mark is what is remembered of a stream.
type mark struct {
	Mapping string     `json:"mapping"`
	Since   kpi.Millis `json:"since,omitempty"` // the newest time of the cursor's column
}

// stream is one run through a query.
type stream struct {
	*source
	db      *sql.DB
	dialect dialect
	def     *manifest.Stream
	mapper  *mapping.Mapper
	instant func(gjson.Result) (kpi.Millis, bool) // of the cursor's column
	emit    func(context.Context, ingest.Page) error

	mark   mark
	newest kpi.Millis
	out    mapping.Output
	n      int
	total  int
	listed ingest.Listing
}

func (st *stream) run(ctx context.Context, state ingest.State) error {
	var err error
	if st.mapper, err = st.source.mapper(st.def); err != nil {
		return err
	}
	if stored := state.Cursor(st.def.ID); stored != nil && json.Unmarshal(stored, &st.mark) != nil {
		st.mark = mark{}
	}
	if st.mark.Mapping != st.print || st.cfg.Since != 0 {
		st.mark = mark{}
	}
	st.mark.Mapping = st.print
	st.listed = st.listing()
	if err := st.query(ctx); err != nil {
		return err
	}
	if st.def.Query.Cursor.Kind == "filter" {
		st.mark.Since = max(st.mark.Since, st.newest)
	}
	if err := st.commit(ctx, nil); err != nil {
		return err
	}
	return st.commit(ctx, &st.cfg.Now)
}

// query reads one snapshot, page by page.
func (st *stream) query(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, st.cfg.Limits.Query)
	defer cancel()
	tx, err := st.dialect.begin(limited, st.db, st.cfg.Limits.Query)
	if err != nil {
		return st.worded(limited, fmt.Errorf("a snapshot cannot be opened: %w", err))
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	text, args, err := st.bound()
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(limited, text, args...)
	if err != nil {
		return st.worded(limited, err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return st.worded(limited, err)
	}
	if err := st.fits(columns); err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return st.worded(limited, err)
		}
		if st.total++; st.total > st.cfg.Limits.Rows {
			return fmt.Errorf("the query gives more than %d rows", st.cfg.Limits.Rows)
		}
		st.take(columns, values)
		if st.n >= st.cfg.Limits.PageRows {
			if err := st.commit(ctx, nil); err != nil {
				return err
			}
		}
	}
	return st.worded(limited, rows.Err())
}

// worded says what stopped a query. The database ends one by itself, and it or we may
// be the first.
func (st *stream) worded(ctx context.Context, err error) error {
	if err != nil && (errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) || st.dialect.late(err)) {
		return fmt.Errorf("the query took longer than %s", st.cfg.Limits.Query)
	}
	return err
}

// bound puts the marks of the database for the parameters.
func (st *stream) bound() (string, []any, error) {
	c := st.def.Query.Cursor
	now := st.cfg.Now.Time()
	since := time.Unix(0, 0)
	switch {
	case st.cfg.Since != 0:
		since = st.cfg.Since.Time()
	case st.mark.Since != 0:
		since = st.mark.Since.Time().Add(-c.Overlap)
	case c.Start > 0:
		since = now.Add(-c.Start)
	}
	var args []any
	text, err := named.Replace(strings.TrimRight(st.def.Query.Text, " \t\r\n;"), func(name string) (string, error) {
		at := map[string]time.Time{"since": since, "until": now}[strings.TrimSuffix(name, "_ms")]
		instant := !strings.HasSuffix(name, "_ms")
		if instant {
			args = append(args, st.dialect.instant(at.UTC()))
		} else {
			args = append(args, at.UnixMilli())
		}
		return st.dialect.mark(len(args), instant), nil
	})
	return text, args, err
}

// fits holds the columns against what the manifest reads.
func (st *stream) fits(columns []*sql.ColumnType) error {
	var names []string
	for _, c := range columns {
		if slices.Contains(names, c.Name()) {
			return fmt.Errorf("the query gives the column %q twice; name each once", c.Name())
		}
		names = append(names, c.Name())
	}
	if f := st.def.Query.Cursor.Field; f != "" && !slices.Contains(names, f) {
		return fmt.Errorf("the query gives no column %q, the field of the cursor; it gives %s", f, strings.Join(names, ", "))
	}
	for _, ref := range st.mapper.Needs() {
		if head, _, _ := strings.Cut(ref.Path, "."); ref.Scope == manifest.Rec && !slices.Contains(names, head) {
			return fmt.Errorf("the query gives no column %q; it gives %s", head, strings.Join(names, ", "))
		}
	}
	return nil
}

// take makes a record of a row.
func (st *stream) take(columns []*sql.ColumnType, values []any) {
	st.n++
	var b strings.Builder
	bad := ""
	for i, c := range columns {
		sep := ","
		if i == 0 {
			sep = "{"
		}
		text, ok := st.dialect.value(c.DatabaseTypeName(), values[i])
		if !ok {
			bad, text = c.Name(), "null"
		}
		name, _ := json.Marshal(c.Name())
		b.WriteString(sep + string(name) + ":" + text)
		if c.Name() == st.def.Query.Cursor.Field {
			if at, ok := st.instant(gjson.Parse(text)); ok {
				st.newest = max(st.newest, min(at, st.cfg.Now))
			}
		}
	}
	raw := b.String() + "}"
	where, line := st.locator(raw)
	if err := mapping.CheckJSON([]byte(raw)); err != nil {
		bad = "the row"
	}
	if bad != "" {
		st.out.Rejected = append(st.out.Rejected, st.mapper.Unreadable(where, line, bad+" holds bytes that are no text", "text, numbers, times, true and false, JSON; convert it in the query", ""))
		return
	}
	st.mapper.Map(mapping.NewJSON(raw, st.mapper.Slots()), where, line, &st.out)
}

// commit hands a page over.
func (st *stream) commit(ctx context.Context, through *kpi.Millis) error {
	st.mapper.Flush(&st.out)
	stored, err := json.Marshal(st.mark)
	if err != nil {
		return err
	}
	page := ingest.Page{Stream: st.def.ID, Records: st.n, Rows: st.out.Rows, Rejected: st.out.Rejected, Cursor: stored, CompleteThrough: through,
		Raw: st.out.Raw, Fields: st.mapper.Kept(), Drift: st.mapper.Drift()}
	if len(page.Rejected) > 0 {
		st.listed = nil
	}
	if through != nil {
		page.Listing, page.Accept = st.listed, st.cfg.Accept
		if st.def.Query.Cursor.Kind == "full" {
			page.Whole = []string{st.def.ID}
		}
	}
	if err := ingest.Hand(ctx, st.emit, page); err != nil {
		return err
	}
	st.listed.Note(page.Rows)
	st.n, st.out = 0, mapping.Output{Rows: make([]fact.Row, 0, len(page.Rows))}
	return nil
}
