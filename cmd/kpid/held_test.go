package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kpid/kpid/dashboards"
)

// heldCompany has a help desk that listed six tickets, and then two; from then on
// every answer waits for what comes on the channel, once one is set.
type heldCompany struct {
	app  *app
	tell func(path string, form url.Values) (int, string, string)
	wait atomic.Pointer[chan struct{}]
}

func withHeld(t *testing.T, patience time.Duration, test func(c *heldCompany)) {
	c, served := &heldCompany{}, atomic.Int32{}
	served.Store(6)
	file := vendorSetup(t, map[string]http.HandlerFunc{"desk": func(w http.ResponseWriter, _ *http.Request) {
		if ch := c.wait.Load(); ch != nil {
			<-*ch
		}
		var list []string
		for i := range served.Load() {
			list = append(list, ticket(fmt.Sprint(i+1), "open"))
		}
		fmt.Fprintf(w, `{"tickets":[%s],"total":%d}`, strings.Join(list, ","), len(list))
	}})
	write(t, filepath.Join(filepath.Dir(file), "vendors", "desk.toml"), strings.Replace(vendorManifest,
		`cursor = { kind = "filter", field = "updated", start = "400d", overlap = "1m" }`, `cursor = { kind = "full" }`, 1))
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, file, strings.Replace(string(text), "[server]\n", "[server]\nperson = \"p.nair\"\n", 1)+"[[person]]\nid = \"p.nair\"\nname = \"Priya Nair\"\n")
	o := &options{config: file, term: terminal{out: io.Discard, err: io.Discard}}
	err = o.with(t.Context(), false, func(a *app) error {
		sched := newScheduler(a, io.Discard, slog.New(slog.DiscardHandler))
		life, stop := context.WithCancel(t.Context())
		holds := &accepter{sched: sched, life: life, patience: patience}
		defer holds.wg.Wait()
		defer stop()
		for _, n := range []int32{6, 2} {
			served.Store(n)
			if _, err := a.ingest(t.Context(), io.Discard, []string{"desk"}, reading{}); err != nil {
				return err
			}
		}
		h, err := dashboards.New(dashboards.Config{Reader: newReader(a), Holds: holds})
		if err != nil {
			return err
		}
		c.app, c.tell = a, func(path string, form url.Values) (int, string, string) {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			if form != nil {
				r = httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			}
			r.Host = "localhost"
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w.Code, w.Header().Get("Location"), w.Body.String()
		}
		test(c)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func (c *heldCompany) tickets(t *testing.T) int64 {
	t.Helper()
	n := int64(-1)
	if err := c.app.store.Query(t.Context(), "SELECT COUNT(*) FROM ticket", nil, func(scan func(...any) error) error { return scan(&n) }); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAcceptOnThePage: of six tickets two are listed. Nothing is gone until a person
// says so; then four are, signed, and the numbers are computed from what is left.
func TestAcceptOnThePage(t *testing.T) {
	withHeld(t, time.Minute, func(c *heldCompany) {
		_, _, page := c.tell("/sources/desk", nil)
		for _, want := range []string{"Held back: run 2", "4 of 6 rows of ticket are missing", "Signed <bdi>Priya Nair</bdi>"} {
			if !strings.Contains(page, want) {
				t.Errorf("the page lacks %q", want)
			}
		}
		if n := c.tickets(t); n != 6 {
			t.Fatalf("%d tickets stand before anybody accepted, want 6", n)
		}
		if code, _, _ := c.tell("/sources/desk/accept", url.Values{"run": {"1"}}); code != 409 {
			t.Errorf("a run that was not held: %d, want 409", code)
		}
		code, where, _ := c.tell("/sources/desk/accept", url.Values{"run": {"2"}})
		if code != 303 || where != "/sources/desk?accepted=2" {
			t.Fatalf("%d to %s", code, where)
		}
		if n := c.tickets(t); n != 2 {
			t.Errorf("%d tickets stand, want 2", n)
		}
		if _, _, page = c.tell(where, nil); !strings.Contains(page, "Done. 4 rows taken as gone: run 2 was accepted by p.nair.") || strings.Contains(page, "Held back") {
			t.Errorf("the page after it: %s", page)
		}
		if waits, err := c.app.waiting(t.Context()); waits || err != nil {
			t.Errorf("an evaluation waits: %t, %v", waits, err)
		}
		if code, _, _ = c.tell("/sources/desk/accept", url.Values{"run": {"2"}}); code != 409 {
			t.Errorf("accepted twice: %d, want 409", code)
		}
	})
}

// TestAcceptOfASlowVendor: who accepts is answered while the source is read, and a
// second person is told that it is.
func TestAcceptOfASlowVendor(t *testing.T) {
	withHeld(t, time.Nanosecond, func(c *heldCompany) {
		hold := make(chan struct{})
		defer close(hold)
		c.wait.Store(&hold)
		code, where, _ := c.tell("/sources/desk/accept", url.Values{"run": {"2"}})
		if code != 303 {
			t.Fatalf("%d", code)
		}
		if _, _, page := c.tell(where, nil); !strings.Contains(page, "Run 2 is accepted. Its source is still being read") {
			t.Errorf("while it is read: %s", page)
		}
		if code, _, page := c.tell("/sources/desk/accept", url.Values{"run": {"2"}}); code != 409 || !strings.Contains(page, "is being read at this moment") {
			t.Errorf("a second person: %d", code)
		}
	})
}
