// Package pgtest gives tests empty PostgreSQL databases.
//
// The server is the one named by KPID_TEST_PG_DSN (make test starts one for all
// packages), else a throw-away cluster started at the first Open of the process.
// Where no server is installed the test is skipped in one line, or fails when
// KPID_REQUIRE contains the word postgres, so that CI cannot lose it silently.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// wait is how long a server may take to answer before a test gives up.
const wait = time.Minute

// serial numbers the databases of this process; tests run in parallel.
var serial atomic.Int64

// Open makes a fresh, empty database and gives its DSN (postgres://…). The
// database is dropped when the test ends.
func Open(t testing.TB) (dsn string) {
	t.Helper()
	server := os.Getenv("KPID_TEST_PG_DSN")
	if server == "" {
		own, err := cluster()
		if err != nil {
			missing(t, err)
		}
		server = own.dsn
	}
	name := fmt.Sprintf("kpid_%d_%d", os.Getpid(), serial.Add(1))
	// template0, because copying template1 fails while anyone is connected to it.
	run(t, server, "CREATE DATABASE "+name+" TEMPLATE template0")
	t.Cleanup(func() { run(t, server, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)") })
	return within(t, server, name)
}

// Reader makes a role that can do nothing but read, for SQL that users write in
// the database of a DSN that Open gave. It is gone when the test ends.
func Reader(t testing.TB, dsn string) (role string) {
	t.Helper()
	u, err := url.Parse(dsn)
	if err != nil {
		t.Fatal(err)
	}
	role = "reader_" + strings.TrimPrefix(u.Path, "/") // roles belong to the server, not to a database
	run(t, dsn, "CREATE ROLE "+role+" NOLOGIN")
	t.Cleanup(func() { run(t, dsn, "DROP OWNED BY "+role+"; DROP ROLE "+role) })
	return role
}

// missing ends a test that has no server: a skip, or a failure where PostgreSQL is required.
func missing(t testing.TB, err error) {
	t.Helper()
	if required(os.Getenv("KPID_REQUIRE"), "postgres") {
		t.Fatalf("KPID_REQUIRE asks for postgres: %v", err)
	}
	t.Skipf("skipped: %v", err)
}

// required says whether a list of words separated by spaces or commas has one.
func required(list, word string) bool {
	return slices.Contains(strings.FieldsFunc(list, func(r rune) bool { return r == ' ' || r == ',' }), word)
}

// within is the DSN of another database on the same server.
func within(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		t.Fatalf("KPID_TEST_PG_DSN is %q; it must be a URL such as postgres://postgres@/postgres?host=/run/postgresql", server)
	}
	u.Path = "/" + name
	return u.String()
}

func run(t testing.TB, server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), wait)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement); err != nil {
		t.Fatalf("PostgreSQL for tests: %s: %v", statement, err)
	}
}
