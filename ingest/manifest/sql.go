package manifest

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/named"
)

// SQL says that the streams of a manifest are queries.
type SQL struct {
	Pos
	Dialect string // postgres, redshift, mysql, sqlite, snowflake, bigquery
	// Where the database is, of those that are asked over HTTP: see connections.
	Connection map[string]string
}

// connections are the keys by which a database over HTTP is found; those with an
// exclamation mark are needed.
func connections(dialect string) []string {
	switch dialect {
	case "snowflake":
		return []string{"!account", "!warehouse", "!database", "!role", "user", "schema"}
	case "bigquery":
		return []string{"!project", "location", "dataset", "max_bytes"}
	}
	return nil
}

// OverHTTP says that the database is asked over HTTP.
func (s *SQL) OverHTTP() bool { return len(connections(s.Dialect)) > 0 }

// Query is a stream of a manifest with [sql].
type Query struct {
	Text   string // one SELECT with :since, :until, :since_ms, :until_ms
	Cursor Cursor // full or filter
}

func dialects() []string {
	return []string{"postgres", "redshift", "mysql", "sqlite", "snowflake", "bigquery"}
}

// QueryParameters are the names that a query may use.
func QueryParameters() []string { return []string{"since", "until", "since_ms", "until_ms"} }

// sql reads the table; nil when the manifest has none.
func (p *parser) sql(t *table) *SQL {
	s := t.sub("sql")
	if s == nil {
		return nil
	}
	out := &SQL{Pos: t.pos("sql"), Dialect: s.need("dialect")}
	if out.Dialect != "" && !slices.Contains(dialects(), out.Dialect) {
		s.fail("dialect", "found %q; allowed: %s", out.Dialect, oneOf(dialects()))
	}
	p.dialect = out.Dialect
	for _, key := range connections(out.Dialect) {
		if out.Connection == nil {
			out.Connection = map[string]string{}
		}
		name, needed := strings.CutPrefix(key, "!")
		if out.Connection[name] = s.str(name); needed {
			out.Connection[name] = s.need(name)
		}
	}
	s.done()
	return out
}

// query reads what a stream has instead of a file. That nothing is written is for
// the database to refuse; here the plain mistakes are named.
func (p *parser) query(t *table) *Query {
	q := &Query{Text: t.need("query")}
	words := strings.Fields(strings.ToLower(named.Bare(q.Text)))
	if len(words) > 0 && words[0] != "select" && words[0] != "with" {
		t.fail("query", "begins with %q; allowed: one SELECT, or WITH … SELECT", words[0])
	}
	if p.dialect == "snowflake" && slices.Contains(words, "procedure") { // WITH p AS PROCEDURE … CALL p()
		t.fail("query", "makes a procedure, which may write; allowed: one SELECT, or WITH … SELECT")
	}
	if strings.Contains(strings.TrimRight(named.Bare(q.Text), " \t\r\n;"), ";") {
		t.fail("query", "holds more than one statement; allowed: one SELECT")
	}
	_, _ = named.Replace(q.Text, func(name string) (string, error) {
		if !slices.Contains(QueryParameters(), name) {
			t.fail("query", ":%s has no value; allowed: :%s", name, strings.Join(QueryParameters(), ", :"))
		}
		return "", nil
	})
	q.Cursor = p.cursor(t, &Request{}, nil)
	switch {
	case q.Cursor.Kind != "full" && q.Cursor.Kind != "filter" && q.Cursor.Kind != "":
		t.sub("cursor").fail("kind", "found %q; allowed in a query: full, filter", q.Cursor.Kind)
	case q.Cursor.Kind == "filter" && !strings.Contains(q.Text, ":since"):
		t.fail("query", "a cursor of kind \"filter\" needs :since or :since_ms in the query")
	}
	return q
}
