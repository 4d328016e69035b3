package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/store"
	"github.com/kpid/kpid/store/storetest"
)

// hook receives messages, as answer says.
type hook struct {
	*httptest.Server
	mu   sync.Mutex
	came []deliver.Message
}

func openHook(t *testing.T, answer func(n int, w http.ResponseWriter)) *hook {
	t.Helper()
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		var m deliver.Message
		if err == nil {
			err = json.Unmarshal(b, &m)
		}
		if err != nil {
			t.Errorf("what came: %v", err)
		}
		h.mu.Lock()
		h.came = append(h.came, m)
		n := len(h.came)
		h.mu.Unlock()
		if answer != nil {
			answer(n, w)
		}
	}))
	t.Cleanup(h.Close)
	t.Setenv("HOOK", h.URL+"/SECRETSECRET")
	return h
}

// ids of what came.
func (h *hook) ids() (out []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, m := range h.came {
		out = append(out, m.ID)
	}
	return out
}

const hookConfig = `
[[notify]]
id = "hook"
kind = "webhook"
url = "env:HOOK"
portfolios = ["core"]
send = ["weekly", "changes"]
at = "Mon 07:30"
zone = "Europe/Berlin"
allow_private = true
`

// TestKilledBetweenSendAndMark: the other side has the message and kpid dies before it
// knows. The message comes once more, with the same id, and never again.
func TestKilledBetweenSendAndMark(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: nothing is killed")
	}
	came, answered := make(chan struct{}), make(chan struct{})
	h := openHook(t, func(n int, _ http.ResponseWriter) {
		if n == 1 { // the message is here; its answer is not
			close(came)
			<-answered
		}
	})
	dir := t.TempDir()
	t.Setenv("APP_TOKEN", pushToken)
	file, dsn := filepath.Join(dir, "config.toml"), storetest.DSN(t)
	write(t, file, deskConfig+"[store]\ndsn = \""+dsn+"\"\n"+hookConfig)
	binary := build(t)
	args := []string{"serve", "--config", file, "--listen", "127.0.0.1:0"}

	p := start(t, binary, args...)
	select {
	case <-came:
	case status := <-p.ended:
		t.Fatalf("kpid ended with %d:\n%s", status, strings.Join(p.all(), "\n"))
	case <-time.After(patience):
		t.Fatalf("nothing came:\n%s", strings.Join(p.all(), "\n"))
	}
	p.end(syscall.SIGKILL)
	close(answered)
	for _, sign := range []string{"msg=told", "kpid serves "} { // the second start finds nothing to tell
		p = start(t, binary, args...)
		awaitText(t, p, sign)
		if status := p.end(syscall.SIGTERM); status != 0 {
			t.Fatalf("kpid ended with %d", status)
		}
	}
	ids := h.ids()
	if len(ids) != 2 || ids[0] != ids[1] || !strings.HasPrefix(ids[0], "weekly-") {
		t.Errorf("came %q, want one id twice", ids)
	}
	if got := rows(t, openDatabase(t, dsn), "SELECT id, state, attempts, claim FROM outbox"); !slices.Equal(got, []string{ids[0] + "|sent|2|"}) {
		t.Errorf("outbox %q", got)
	}
	if said := strings.Join(p.all(), "\n"); strings.Contains(said, "SECRETSECRET") {
		t.Errorf("the log tells a secret:\n%s", said)
	}
}

// awaitText waits until the process has said something.
func awaitText(t *testing.T, p *process, text string) {
	t.Helper()
	late := time.After(patience)
	for !strings.Contains(strings.Join(p.all(), "\n"), text) {
		select {
		case <-p.more:
		case status := <-p.ended:
			t.Fatalf("kpid ended with %d:\n%s", status, strings.Join(p.all(), "\n"))
		case <-late:
			t.Fatalf("kpid never says %q:\n%s", text, strings.Join(p.all(), "\n"))
		}
	}
}

// notifyDesk is a company with a webhook, whose clock the test moves.
type notifyDesk struct {
	*testing.T
	hook   *hook
	herald *herald
	now    kpi.Millis
	file   string
	log    *bytes.Buffer
}

// withNotify runs a test on an evaluated company with a [[notify]].
func withNotify(t *testing.T, notify string, answer func(n int, w http.ResponseWriter), test func(d *notifyDesk)) {
	t.Helper()
	d := &notifyDesk{T: t, hook: openHook(t, answer), now: kpi.At(time.Date(2026, 9, 21, 6, 0, 0, 0, time.UTC)), log: new(bytes.Buffer)}
	t.Setenv("APP_TOKEN", pushToken)
	d.file = filepath.Join(t.TempDir(), "config.toml")
	write(t, d.file, strings.Replace(deskConfig, `as_of = "2026-09-21T06:00:00Z"`, `public_url = "https://kpid.example.com"`, 1)+"[store]\ndsn = \""+storetest.DSN(t)+"\"\n"+notify)
	o := &options{config: d.file, term: terminal{out: d.log, err: d.log}}
	err := o.with(t.Context(), false, func(a *app) error {
		a.now = func() kpi.Millis { return d.now }
		d.herald = newHerald(a, newReader(a), quietLog(d.log))
		d.herald.wall, d.herald.pause = a.now, 0
		test(d)
		return nil
	})
	if err != nil {
		t.Errorf("%v\n%s", err, d.log)
	}
}

// round evaluates, queues and sends, an hour later than the last, and says what kinds
// of messages came.
func (d *notifyDesk) round(later time.Duration) (kinds []string) {
	d.Helper()
	d.now += kpi.Millis(later.Milliseconds())
	before := len(d.hook.ids())
	if _, err := d.herald.app.evaluate(d.Context(), nil); err != nil {
		d.Fatal(err)
	}
	if _, err := d.herald.queue(d.Context(), ""); err != nil {
		d.Fatal(err)
	}
	if err := d.herald.send(d.Context()); err != nil {
		d.Fatal(err)
	}
	d.hook.mu.Lock()
	defer d.hook.mu.Unlock()
	for _, m := range d.hook.came[before:] {
		kinds = append(kinds, string(m.Kind))
	}
	return kinds
}

func (d *notifyDesk) letters() (out []string) {
	d.Helper()
	all, err := d.herald.app.store.Letters(d.Context(), 100)
	if err != nil {
		d.Fatal(err)
	}
	for _, l := range all {
		out = append(out, l.Kind+" "+l.State+" "+l.LastError)
	}
	return out
}

// TestServeTells: the digest comes once, thirty rounds say nothing, an action past its
// day is told once.
func TestServeTells(t *testing.T) {
	withNotify(t, hookConfig, nil, func(d *notifyDesk) {
		action := kpi.Action{Said: kpi.Said{Portfolio: "core", Text: "Call <!channel>", Author: "p.nair"}, Due: kpi.Date{Year: 2026, Month: 9, Day: 22}, Owner: "p.nair", State: kpi.ActionOpen}
		if _, err := d.herald.app.store.SaveAction(d.Context(), action); err != nil {
			t.Fatal(err)
		}
		if got := d.round(0); !slices.Equal(got, []string{"weekly"}) {
			t.Fatalf("the first round told %q", got)
		}
		for range 30 {
			if got := d.round(time.Hour); len(got) > 0 {
				t.Errorf("nothing changed, and it told %q", got)
			}
		}
		if got := d.round(24 * time.Hour); !slices.Equal(got, []string{"changes"}) {
			t.Fatalf("of an action past its day it told %q", got)
		}
		m := d.hook.came[1]
		want := deliver.Line{Kind: "action", About: "1", Name: "Call <!channel>", Text: "was due on 2026-09-22, Priya Nair", URL: "https://kpid.example.com/p/core/notes"}
		if len(m.Sections) != 1 || !slices.Equal(m.Sections[0].Lines, []deliver.Line{want}) {
			t.Errorf("told %+v, want %+v", m.Sections, want)
		}
		if want := "Wed 23 Sep 2026, 14:00 CEST"; m.Shown != want { // Monday 06:00 UTC, 30 hours and a day
			t.Errorf("shown %q, want %q", m.Shown, want)
		}
		if got := d.round(time.Hour); len(got) > 0 {
			t.Errorf("it told %q again", got)
		}
	})
}

// TestReady: before what waits is computed nothing is told, but for an hour at most.
func TestReady(t *testing.T) {
	withNotify(t, hookConfig, nil, func(d *notifyDesk) {
		ready := func(want bool) {
			t.Helper()
			if got, err := d.herald.ready(d.Context()); err != nil || got != want {
				t.Errorf("ready %v %v, want %v", got, err, want)
			}
		}
		ready(false) // nothing was computed yet
		d.now += 59 * 60_000
		ready(false)
		d.now += 60_000
		ready(true)
		d.round(0)
		ready(true)
		d.now += 18 * 60 * 60_000 // the next day has begun
		ready(false)
		d.round(0)
		ready(true)
	})
}

// TestTriesForADay: a receiver that is down is tried again with growing waits, and
// after a day the message is given up, with the reason.
func TestTriesForADay(t *testing.T) {
	var tries []kpi.Millis
	var d *notifyDesk
	withNotify(t, hookConfig, func(_ int, w http.ResponseWriter) {
		tries = append(tries, d.now)
		http.Error(w, "broken SECRETSECRET", http.StatusInternalServerError)
	}, func(desk *notifyDesk) {
		d = desk
		began := d.now
		d.round(0)
		for range 25 * 60 {
			d.now += 60_000
			if err := d.herald.send(d.Context()); err != nil {
				t.Fatal(err)
			}
		}
		var minutes []int64
		for _, at := range tries {
			minutes = append(minutes, int64(at-began)/60_000)
		}
		if want := []int64{0, 1, 3, 7, 15, 31, 63, 123, 183}; !slices.Equal(minutes[:len(want)], want) || minutes[len(minutes)-1] != 24*60 {
			t.Errorf("tried after minutes %v", minutes)
		}
		host := strings.TrimPrefix(d.hook.URL, "http://")
		if got, want := d.letters(), []string{"weekly given_up " + host + " answers 500: broken [redacted]"}; !slices.Equal(got, want) {
			t.Errorf("letters %q, want %q", got, want)
		}
	})
}

// TestPatience: what the other side asks for is kept, by all messages to it.
func TestPatience(t *testing.T) {
	withNotify(t, strings.Replace(hookConfig, `portfolios = ["core"]`, `portfolios = ["core", "growth"]`, 1), func(n int, w http.ResponseWriter) {
		if n == 1 {
			w.Header().Set("Retry-After", "5400")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	}, func(d *notifyDesk) {
		if got := d.round(0); len(got) != 1 {
			t.Fatalf("%d messages were tried at once", len(got))
		}
		if got := d.round(89 * time.Minute); len(got) != 0 {
			t.Errorf("%d messages came too early", len(got))
		}
		if got := d.round(2 * time.Minute); !slices.Equal(got, []string{"weekly", "weekly"}) {
			t.Errorf("%q came in time", got)
		}
	})
}

// TestSecretThatIsNotThere: the message waits, and the reason names the reference.
func TestSecretThatIsNotThere(t *testing.T) {
	withNotify(t, hookConfig, nil, func(d *notifyDesk) {
		if err := os.Unsetenv("HOOK"); err != nil {
			t.Fatal(err)
		}
		d.round(0)
		if got, want := d.letters(), []string{"weekly failed env:HOOK: the environment variable is not set"}; !slices.Equal(got, want) {
			t.Errorf("letters %q, want %q", got, want)
		}
		t.Setenv("HOOK", d.hook.URL)
		d.round(time.Hour)
		if got, want := d.letters(), []string{"weekly " + store.Sent + " "}; !slices.Equal(got, want) {
			t.Errorf("letters %q, want %q", got, want)
		}
	})
}

func quietLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
