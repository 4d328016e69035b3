package store_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

func sqliteFile(t *testing.T) string { return filepath.Join(t.TempDir(), "data", "kpid.db") }

func mustOpen(t *testing.T, dsn string) *store.Store {
	t.Helper()
	s, err := openAt(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustClose(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSQLitePragmas(t *testing.T) {
	s := mustOpen(t, "sqlite:"+sqliteFile(t))
	defer mustClose(t, s)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "recursive_triggers": "1"} {
		var got string
		if err := s.Writer().Get(&got, "PRAGMA "+pragma); err != nil || got != want {
			t.Errorf("writer: %s is %s (%v), want %s", pragma, got, err, want)
		}
	}
	if got := storetest.Select(t, s, "PRAGMA query_only"); got[0] != "1" {
		t.Errorf("reader: query_only is %v", got)
	}
}

func TestSQLiteFileModes(t *testing.T) {
	path := sqliteFile(t)
	s := mustOpen(t, "sqlite:"+path)
	defer mustClose(t, s)
	storetest.Load(t, s, store.SinkConfig{}, "test", makePage(0).Rows...)
	for file, want := range map[string]os.FileMode{
		filepath.Dir(path): 0o700, path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".lock": 0o600,
	} {
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has %v, %v; want %v", file, info.Mode().Perm(), err, want)
		}
	}
}

// TestSQLiteLock: one process at a time, and the second learns which is the first.
func TestSQLiteLock(t *testing.T) {
	path := sqliteFile(t)
	p := start(t, "hold", "sqlite:"+path)
	if line, ok := p.line(); !ok || line != "open" {
		t.Fatalf("the holder said %q", line)
	}
	s, err := openAt("sqlite:" + path)
	if want := fmt.Sprintf("in use by process %d", p.cmd.Process.Pid); err == nil || !strings.Contains(err.Error(), want) {
		if err == nil {
			mustClose(t, s)
		}
		t.Fatalf("a second process gets %v; want %q", err, want)
	}
	// a reader needs no lock
	reader, err := store.Open(t.Context(), store.Config{DSN: "sqlite:" + path, Calendar: storetest.Calendar(), Now: still, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	mustClose(t, reader)

	p.kill(t)
	mustClose(t, mustOpen(t, "sqlite:"+path))
}

// TestSQLiteDamaged: a file that was damaged while a process died is refused and
// left as it is; so is one that is no database.
func TestSQLiteDamaged(t *testing.T) {
	path := sqliteFile(t)
	s := mustOpen(t, "sqlite:"+path)
	for n := range 8 {
		storetest.Load(t, s, store.SinkConfig{}, "test", makePage(n).Rows...)
	}
	mustClose(t, s)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	scribble := func(from, to int) []byte {
		out := bytes.Clone(whole)
		for i := from; i < to; i++ {
			out[i] = 0xA5
		}
		return out
	}
	page := eventPage(t, path)
	for name, content := range map[string][]byte{
		"a page of rows":       scribble(page, page+4096),
		"pages in the middle":  scribble(len(whole)/4, len(whole)/2),
		"cut off":              whole[:len(whole)/2],
		"no database":          []byte(strings.Repeat("this is a letter\n", 1000)),
		"a header of nonsense": scribble(0, 100),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+".lock", []byte("4711\n"), 0o600); err != nil { // as a killed process leaves it
			t.Fatal(err)
		}
		// asked again it is refused again: a refusal is no orderly end
		for range 2 {
			s, err := openAt("sqlite:" + path)
			if err == nil {
				mustClose(t, s)
				t.Errorf("%s: opened", name)
			} else if !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "backup") {
				t.Errorf("%s: the refusal does not name the file and the way out: %v", name, err)
			}
		}
		if now, err := os.ReadFile(path); err != nil || !bytes.Equal(now, content) {
			t.Errorf("%s: the file was changed (%v)", name, err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	mustClose(t, mustOpen(t, "sqlite:"+path))
}

// eventPage is the offset of a page that holds events and nothing that opening
// the database reads.
func eventPage(t *testing.T, path string) int {
	t.Helper()
	s := mustOpen(t, "sqlite:"+path)
	defer mustClose(t, s)
	var page int
	if err := s.Writer().Get(&page, "SELECT rootpage FROM sqlite_schema WHERE name = 'product_event_cell'"); err != nil {
		t.Fatal(err)
	}
	return (page - 1) * 4096
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dsn := storetest.DSN(t)
	s := mustOpen(t, dsn)
	if _, err := s.Writer().Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99001, " + map[string]string{"sqlite": "1", "postgres": "true"}[s.Dialect()] + ")"); err != nil {
		t.Fatal(err)
	}
	mustClose(t, s)
	s, err := openAt(dsn)
	if err == nil {
		mustClose(t, s)
		t.Fatal("opened a store of a newer schema")
	}
	for _, want := range []string{"99001", "newer kpid"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the refusal does not say %q: %v", want, err)
		}
	}
}

func TestUnknownScheme(t *testing.T) {
	_, err := store.Open(context.Background(), store.Config{DSN: "mysql:x", Now: still})
	if err == nil || !strings.Contains(err.Error(), "sqlite:PATH") {
		t.Errorf("a DSN nobody knows gives %v", err)
	}
}
