package sqlsrc_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
	_ "github.com/jackc/pgx/v5/stdlib"
	_ "github.com/mattn/go-sqlite3"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/ingest/sqlsrc"
	"github.com/kpid/kpid/internal/mariadbtest"
	"github.com/kpid/kpid/internal/pgtest"
	"github.com/kpid/kpid/kpi"
)

// canary is the password of the reading user; it may be told nowhere.
const canary = "s3cr3t-c4n4ry"

var now = time.Date(2026, 9, 21, 6, 0, 0, 0, time.UTC)

// house is a company's database: what an administrator does there, and the address
// of a user who may only read.
type house struct {
	t       *testing.T
	dialect string
	admin   *sql.DB
	owner   string // address of one who may write
	reader  string
}

func (h *house) do(statements ...string) {
	h.t.Helper()
	for _, s := range statements {
		if _, err := h.admin.Exec(s); err != nil {
			h.t.Fatalf("%s: %v", s, err)
		}
	}
}

// everyHouse runs a test in each kind of database.
func everyHouse(t *testing.T, test func(t *testing.T, h *house)) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "company data.db")
		h := &house{t: t, dialect: "sqlite", admin: open(t, "sqlite3", path), owner: path, reader: path}
		test(t, h)
	})
	t.Run("postgres", func(t *testing.T) {
		dsn := pgtest.Open(t)
		h := &house{t: t, dialect: "postgres", admin: open(t, "pgx", dsn), owner: dsn}
		u, err := url.Parse(dsn)
		if err != nil {
			t.Fatal(err)
		}
		role := "src_" + strings.Trim(u.Path, "/")
		h.do("CREATE ROLE "+role+" LOGIN PASSWORD '"+canary+"'", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO "+role)
		t.Cleanup(func() { h.do("DROP OWNED BY "+role, "DROP ROLE "+role) })
		u.User = url.UserPassword(role, canary)
		h.reader = u.String()
		test(t, h)
	})
	t.Run("mariadb", func(t *testing.T) {
		socket := mariadbtest.Socket(t)
		cfg := driver.NewConfig()
		cfg.Net, cfg.Addr, cfg.User, cfg.DBName = "unix", socket, "root", ""
		setup := open(t, "mysql", cfg.FormatDSN())
		if _, err := setup.Exec("CREATE DATABASE company CHARACTER SET utf8mb4"); err != nil {
			t.Fatal(err)
		}
		cfg.DBName = "company"
		h := &house{t: t, dialect: "mysql", admin: open(t, "mysql", cfg.FormatDSN()), owner: cfg.FormatDSN()}
		h.do("CREATE USER reader@localhost IDENTIFIED BY '"+canary+"'", "GRANT SELECT ON company.* TO reader@localhost")
		cfg.User, cfg.Passwd = "reader", canary
		h.reader = cfg.FormatDSN()
		test(t, h)
	})
}

func open(t *testing.T, name, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(name, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// run reads once by a manifest.
func (h *house) run(sink *ingesttest.Sink, text string, change ...func(*sqlsrc.Config)) ingest.Report {
	h.t.Helper()
	text = "kpid = 1\nid = \"house\"\n[sql]\ndialect = \"" + h.dialect + "\"\n" + text
	m, err := manifest.Parse("house.toml", []byte(text))
	if err != nil {
		h.t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		h.t.Fatal(err)
	}
	cfg := sqlsrc.Config{Source: "house", Manifest: m, DSN: h.reader, Config: mapping.Config{Now: kpi.At(now), Zone: zone, Key: []byte("0123456789abcdef"),
		Tree:     kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "core"}}, Products: []kpi.Product{{ID: "flows", Portfolio: "core"}}},
		Products: mapping.Products{Field: "product", Map: map[string]string{"Flows": "flows"}}}}
	for _, c := range change {
		c(&cfg)
	}
	src, err := sqlsrc.New(cfg)
	if err != nil {
		h.t.Fatal(err)
	}
	rep := ingest.RunSource(context.Background(), sink, "house", src, cfg.Now, nil)
	if said := fmt.Sprint(rep.Err, rep.Summary.Message); strings.Contains(said, canary) {
		h.t.Errorf("the password is told: %s", said)
	}
	return rep
}

// stream is one with the query and more keys, that makes tickets.
func stream(query, more string) string {
	return "[[stream]]\nid = \"tickets\"\nquery = '''" + query + "'''\nkey = [\"id\"]\n" + more + `
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
account_id = "account"
product_id = "product"
created_at = { path = "created", time = "any" }
channel = { const = "web" }
status = "status"
topic = { path = "topic", optional = true }
updated_at = { path = "updated", time = "any" }
`
}
