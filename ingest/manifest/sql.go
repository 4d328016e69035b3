package manifest

import (
	"slices"
	"strings"

	"github.com/kpid/kpid/internal/named"
)

// SQL says that the streams of a manifest are queries.
type SQL struct {
	Pos
	Dialect string // postgres, redshift, mysql, sqlite
}

// Query is a stream of a manifest with [sql].
type Query struct {
	Text   string // one SELECT with :since, :until, :since_ms, :until_ms
	Cursor Cursor // full or filter
}

func dialects() []string { return []string{"postgres", "redshift", "mysql", "sqlite"} }

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
