package sqlsrc

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"
)

// statements runs queries of a database that is asked over HTTP. Values come as text;
// nil is null.
type statements interface {
	run(ctx context.Context, query string, args []any) (*answer, error)
	close()
}

// answer is a result that comes in parts.
type answer struct {
	columns []restColumn
	part    [][]*string // at hand
	// more gives the next part; io.EOF after the last.
	more func(ctx context.Context) ([][]*string, error)
	// total is how many rows there are, by the database's own count.
	total int64
	// cancel ends the statement over there.
	cancel func()
}

type restColumn struct{ name, kind string }

// restDB makes database/sql of it, so that rows are read as from any other database.
func restDB(api statements) *sql.DB { return sql.OpenDB(restConnector{api}) }

type restConnector struct{ api statements }

func (c restConnector) Connect(context.Context) (driver.Conn, error) { return restConn(c), nil }
func (c restConnector) Driver() driver.Driver                        { return restDriver{} }

// Close is called by DB.Close.
func (c restConnector) Close() error {
	c.api.close()
	return nil
}

type restDriver struct{}

func (restDriver) Open(string) (driver.Conn, error) {
	return nil, errors.New("sqlsrc: opened by its connector only")
}

// restConn has no state over there: each statement is a session of its own, and one
// query sees one state of the data.
type restConn struct{ api statements }

func (restConn) Prepare(string) (driver.Stmt, error) {
	return nil, errors.New("sqlsrc: queries are not prepared over HTTP")
}
func (restConn) Close() error { return nil }

func (restConn) Begin() (driver.Tx, error) { return restTx{}, nil }

func (restConn) BeginTx(context.Context, driver.TxOptions) (driver.Tx, error) { return restTx{}, nil }

type restTx struct{}

func (restTx) Commit() error   { return nil }
func (restTx) Rollback() error { return nil }

// QueryContext implements driver.QueryerContext.
func (c restConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	values := make([]any, len(args))
	for i, a := range args {
		values[i] = a.Value
	}
	a, err := c.api.run(ctx, query, values)
	if err != nil {
		return nil, err
	}
	return &restRows{ctx: ctx, answer: a}, nil
}

// restRows hands out the parts of an answer row by row, and holds at the end that all
// came that were promised.
type restRows struct {
	ctx context.Context
	*answer
	given int64
	done  bool
}

func (r *restRows) Columns() []string {
	var out []string
	for _, c := range r.columns {
		out = append(out, c.name)
	}
	return out
}

// ColumnTypeDatabaseTypeName names a column's type.
func (r *restRows) ColumnTypeDatabaseTypeName(i int) string { return r.columns[i].kind }

func (r *restRows) Next(dest []driver.Value) error {
	for len(r.part) == 0 {
		part, err := r.more(r.ctx)
		if err == io.EOF {
			if r.done = true; r.given != r.total {
				return fmt.Errorf("the database counts %d rows and gave %d", r.total, r.given)
			}
			return io.EOF
		}
		if err != nil {
			return err
		}
		r.part = part
	}
	row := r.part[0]
	if len(row) != len(r.columns) {
		return fmt.Errorf("a row of %d values under %d columns", len(row), len(r.columns))
	}
	for i, v := range row {
		if dest[i] = nil; v != nil {
			dest[i] = *v
		}
	}
	r.part, r.given = r.part[1:], r.given+1
	return nil
}

// Close ends a statement whose rows were not all read.
func (r *restRows) Close() error {
	if !r.done && r.cancel != nil {
		r.cancel()
	}
	r.done = true
	return nil
}

// poll is how long a statement that runs is left alone before it is asked for again:
// half a second at first, later ten.
func poll(n int) time.Duration {
	return min(time.Duration(1<<min(n, 10))*500*time.Millisecond, 10*time.Second)
}
