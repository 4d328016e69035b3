package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/store/storetest"
)

const watchedManifest = `kpid = 1
id = "desk"
[[stream]]
id = "tickets"
file = "*/*.csv"
decode = ["csv"]
key = ["id"]
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
product_id = { const = "app" }
created_at = "at"
channel = { const = "mail" }
status = { const = "open" }
`

// TestWatchedFolder holds that files are read when they come, also those of a folder
// that comes with them, once they are at rest.
func TestWatchedFolder(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "config.toml")
	write(t, file, "[store]\ndsn = \""+storetest.DSN(t)+"\"\n[[portfolio]]\nid = \"core\"\nname = \"Core\"\n[[product]]\nid = \"app\"\nname = \"App\"\nportfolio = \"core\"\n"+
		"[[source]]\nid = \"desk\"\nconnector = \"file\"\nmanifest = \"desk.toml\"\npath = \"in\"\nwatch = true\n")
	write(t, filepath.Join(dir, "desk.toml"), watchedManifest)
	write(t, filepath.Join(dir, "in", "2026", "a.csv"), "id,at\n1,2026-03-01T10:00:00Z\n")
	out := newConsole()
	o := &options{config: file, term: terminal{out: out, err: out}}
	err := o.with(t.Context(), false, func(a *app) error {
		s := newScheduler(a, out, slog.New(slog.DiscardHandler))
		if err := s.catchUp(t.Context()); err != nil {
			return err
		}
		await(t, out, "desk: 1 records, 1 new")
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.watch(ctx, 20*time.Millisecond) }()
		// until the first change is seen nobody knows whether the watch has begun
		await(t, out, "desk: 1 records, 1 new, ", func() {
			if err := os.WriteFile(filepath.Join(dir, "in", "2026", "b.csv"), []byte("id,at\n2,2026-03-01T10:00:00Z\n"), 0o600); err != nil {
				t.Error(err)
			}
		})
		write(t, filepath.Join(dir, "in", "2027", "c.csv"), "id,at\n3,2026-03-01T10:00:00Z\n4,2026-03-01T10:00:00Z\n")
		await(t, out, "desk: 2 records, 2 new")
		stop()
		s.wg.Wait()
		return <-ended
	})
	if err != nil {
		t.Error(err)
	}
}

// await waits for a line, doing something again and again meanwhile.
func await(t *testing.T, c *console, part string, again ...func()) {
	t.Helper()
	late := time.After(patience)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		for _, line := range c.all() {
			if strings.Contains(line, part) {
				return
			}
		}
		select {
		case <-c.more:
		case <-tick.C:
			for _, f := range again {
				f()
			}
		case <-late:
			t.Fatalf("nothing says %q:\n%s", part, strings.Join(c.all(), "\n"))
		}
	}
}
