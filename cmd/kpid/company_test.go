package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	kpid "github.com/kpid/kpid"
	"github.com/kpid/kpid/internal/pgtest"
	"github.com/kpid/kpid/sample"
)

// patience bounds every wait for a real condition; nothing is asserted about
// how long one took.
const patience = 5 * time.Minute

// company is a folder with a configuration, its data, and an empty database.
type company struct {
	dir, config, dsn string
}

// newCompany copies the sample's configuration and manifests into a folder of
// its own, writes the exports (or uses those of another company) and gives it
// a database of the chosen kind. The key of personal columns is the same for
// all, so that their stores can be compared.
func newCompany(t *testing.T, data string) company {
	t.Helper()
	dir := t.TempDir()
	c := company{dir: dir, config: filepath.Join(dir, "config.toml"), dsn: "sqlite:" + filepath.Join(dir, "var", "kpid.db")}
	if os.Getenv("KPID_TEST_STORE") == "postgres" {
		c.dsn = pgtest.Open(t)
	}
	if data == "" {
		data = filepath.Join(dir, "sample", "data")
		if _, err := sample.Generate(data, sample.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.ReplaceAll(kpid.ReferenceConfig, `"sqlite:var/kpid.db"`, `"`+c.dsn+`"`)
	text = strings.ReplaceAll(text, `"sample/data/`, `"`+data+`/`)
	write(t, c.config, text)
	write(t, filepath.Join(dir, "var", "personal.key"), "0123456789abcdef0123456789abcdef")
	manifests, err := filepath.Glob("../../sample/*.toml")
	if err != nil || len(manifests) == 0 {
		t.Fatalf("no manifests of the sample: %v", err)
	}
	for _, m := range manifests {
		b, err := os.ReadFile(m)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, "sample", filepath.Base(m)), string(b))
	}
	return c
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// console is what a command writes, line by line.
type console struct {
	mu    sync.Mutex
	part  []byte
	lines []string
	more  chan struct{} // a token whenever there is something new
}

func newConsole() *console { return &console{more: make(chan struct{}, 1)} }

// Write keeps whole lines.
func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.part = append(c.part, p...)
	for {
		line, rest, ok := bytes.Cut(c.part, []byte("\n"))
		if !ok {
			break
		}
		c.lines, c.part = append(c.lines, string(line)), bytes.Clone(rest)
	}
	select {
	case c.more <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (c *console) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.lines)
}

// find gives the first line that begins with a prefix.
func (c *console) find(prefix string) (string, bool) {
	for _, l := range c.all() {
		if strings.HasPrefix(l, prefix) {
			return l, true
		}
	}
	return "", false
}

const serves = "kpid serves "

// address waits until the program says where it serves.
func (c *console) address(t *testing.T, ended <-chan int) string {
	t.Helper()
	late := time.After(patience)
	for {
		if line, ok := c.find(serves); ok {
			return strings.TrimPrefix(line, serves)
		}
		select {
		case <-c.more:
		case status := <-ended:
			t.Fatalf("kpid ended with %d before it served:\n%s", status, strings.Join(c.all(), "\n"))
		case <-late:
			t.Fatalf("kpid does not serve:\n%s", strings.Join(c.all(), "\n"))
		}
	}
}

// service is kpid serve, in this process, on a free port.
type service struct {
	*console
	base string
	stop func()
}

func (c company) serve(t *testing.T, flags ...string) *service {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &service{console: newConsole()}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--config", c.config, "--listen", "127.0.0.1:0"}, flags...), terminal{out: io.Discard, err: s})
	}()
	s.stop = sync.OnceFunc(func() {
		cancel()
		if status := <-ended; status != 0 {
			t.Errorf("serve ended with %d:\n%s", status, strings.Join(s.all(), "\n"))
		}
	})
	t.Cleanup(cancel)
	s.base = s.address(t, ended)
	if ok, _ := regexp.MatchString(`^http://127\.0\.0\.1:[1-9][0-9]*$`, s.base); !ok {
		t.Fatalf("serve prints the address %q", s.base)
	}
	return s
}

// get asks for a path and gives the answer, not following redirects.
func (s *service) get(t testing.TB, path string, change ...func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.base+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(r)
	}
	client := &http.Client{Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	res, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
