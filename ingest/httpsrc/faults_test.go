package httpsrc_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/httpsrc"
)

const plain = `page = { kind = "none" }`

// after serves a fault so many times, then the records.
func after(n int, fault http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, q *http.Request) {
		if n--; n >= 0 {
			fault(w, q)
			return
		}
		write(w, object{"items": items(3)})
	}
}

// What the vendor says of waiting is done, to the second and in every form.
func TestWaits(t *testing.T) {
	for name, c := range map[string]struct {
		header, value string
		status        int
		least         time.Duration
	}{
		"seconds":          {"Retry-After", "17", 429, 17 * time.Second},
		"date":             {"Retry-After", now.Add(33 * time.Second).Format(http.TimeFormat), 429, 33 * time.Second},
		"reset":            {"X-Reset", fmt.Sprint(now.Add(41 * time.Second).Unix()), 429, 41 * time.Second},
		"no header":        {"X-None", "", 429, time.Second / 2},
		"server error":     {"X-None", "", 503, time.Second / 2},
		"on an answer 200": {"Retry-After", "9", 200, 9 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			first := true
			page := `page = { kind = "number", number = "query.page", last = "last" }`
			r := newRig(t, stream(page), func(w http.ResponseWriter, q *http.Request) {
				last := q.URL.Query().Get("page") == "2"
				if first {
					first = false
					w.Header().Set(c.header, c.value)
					w.Header().Set("X-Left", "0")
					if c.status != 200 {
						w.WriteHeader(c.status)
						return
					}
				}
				write(w, object{"items": items(3), "last": last})
			})
			r.whole(3)
			if r.clock.longest() < c.least {
				t.Errorf("waited %s, want %s", r.clock.slept, c.least)
			}
		})
	}
}

// A fault that passes is outlived and nothing of it counts; one that does not pass
// is named, and the cursor stays.
func TestFaults(t *testing.T) {
	reset := func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			conn.Close()
		}
	}
	for name, c := range map[string]struct {
		fault http.HandlerFunc
		want  string
	}{
		"500":   {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }, "status 500"},
		"reset": {reset, "EOF"},
		"cut body": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "900")
			_, _ = w.Write([]byte(`{"items":[`))
		}, "broke off"},
		"cut JSON": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(`{"items":[{"id":"a"`)) }, "is no JSON, or was cut off"},
		"HTML": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte("<!DOCTYPE html><html>Sign in</html>"))
		}, "HTML where JSON should be"},
		"empty": {func(http.ResponseWriter, *http.Request) {}, "an empty reply"},
		"error object with 200": {func(w http.ResponseWriter, _ *http.Request) {
			write(w, object{"error": object{"text": "quota used up by " + canary}})
		}, `no "items" (quota used up by [redacted])`},
	} {
		t.Run(name, func(t *testing.T) {
			newRig(t, stream(plain), after(2, c.fault)).whole(3)
			r := newRig(t, stream(plain), after(1000, c.fault))
			if said := r.said(); !strings.Contains(said, c.want) || !strings.Contains(said, "4 times") {
				t.Errorf("said %q, want %q", said, c.want)
			}
			if len(r.sink.Pages) != 0 {
				t.Errorf("pages were stored: %+v", r.sink.Pages)
			}
		})
	}
}

// Some answers are final: no second try, no guess.
func TestRefusals(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Authorization") != "" {
			t.Error("the token went to another host")
		}
	}))
	defer other.Close()
	for name, c := range map[string]struct {
		keys    string
		handler http.HandlerFunc
		want    string
	}{
		"credentials": {plain, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(401)
			write(w, object{"error": object{"text": "unknown token " + canary}})
		}, "status 401: unknown token [redacted]; check the source's secrets"},
		"gone":     {plain, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(410) }, "this address is gone"},
		"bad call": {plain, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(400) }, "status 400"},
		"redirect": {plain, func(w http.ResponseWriter, q *http.Request) {
			http.Redirect(w, q, other.URL+"/items", http.StatusFound)
		}, "another host"},
		"foreign link": {`page = { kind = "link", next = "next" }`, func(w http.ResponseWriter, _ *http.Request) {
			write(w, object{"items": items(1), "next": other.URL + "/items"})
		}, "another host"},
		"token that stands still": {`page = { kind = "token", next = "next", send = "query.c" }`, func(w http.ResponseWriter, _ *http.Request) {
			write(w, object{"items": items(1), "next": "same"})
		}, "goes in a circle"},
		"more and nothing": {`page = { kind = "offset", offset = "query.o", more = "more" }`, func(w http.ResponseWriter, _ *http.Request) {
			write(w, object{"items": []item{}, "more": true})
		}, "more and sends nothing"},
		"short of its total": {`page = { kind = "token", next = "next", send = "query.c", total = "total" }`, func(w http.ResponseWriter, _ *http.Request) {
			write(w, object{"items": items(40), "total": 50})
		}, "counts 50 records and sent 40"},
		"too large": {plain, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(strings.Repeat(" ", 3<<20))) }, "larger than 2 MiB"},
		"bomb": {plain, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			for range 64 {
				_, _ = z.Write(make([]byte, 1<<20))
			}
			z.Close()
		}, "larger than 2 MiB"},
		"asks for a day": {plain, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "86400")
			w.WriteHeader(429)
		}, "longer than this run may take"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, stream(c.keys), c.handler)
			r.cfg.Limits.BodyBytes = 2 << 20
			if said := r.said(); !strings.Contains(said, c.want) {
				t.Errorf("said %q, want %q", said, c.want)
			}
			if most := 2; len(r.seen) > most {
				t.Errorf("asked %d times", len(r.seen))
			}
		})
	}
}

// A private address, which a public name may lead to, is refused unless it is meant.
func TestPrivateAddress(t *testing.T) {
	r := newRig(t, stream(plain), func(w http.ResponseWriter, _ *http.Request) { write(w, object{"items": items(1)}) })
	r.cfg.AllowPrivate = false
	if said := r.said(); !strings.Contains(said, "127.0.0.1 is a private address; set allow_private") || len(r.seen) != 0 {
		t.Errorf("said %q after %v", said, r.seen)
	}
}

// One bad record is put aside with its place; the others and the cursor go on.
func TestBadRecord(t *testing.T) {
	r := newRig(t, stream(plain), func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"items":[{"id":"a","at":"2026-09-01T00:00:00Z"},{"id":"b","at":"soon"},{"id":"c","id":"c"},7,{"id":"d","at":"2026-09-01T00:00:00Z"}]}`))
	})
	rep := r.run()
	if rep.Result != ingest.Partial || !rep.Summary.Complete || len(r.sink.Rows("work_item_change")) != 2 || len(r.sink.Rejected) != 3 {
		t.Fatalf("%+v, rejected %+v", rep, r.sink.Rejected)
	}
	if got := r.sink.Rejected[0]; got.Locator != "items:b" || got.Field != "at" || got.Found != `"soon"` && got.Found != "soon" {
		t.Errorf("%+v", got)
	}
}

// A stream that fails stops no other, and the run says that it is not whole; the
// ones read for its records are not read.
func TestOneStreamFails(t *testing.T) {
	text := stream(plain) + `[[stream]]
id = "more"
path = "/more"
records = "items"
key = ["id"]
page = { kind = "none" }` + emits + `[[stream]]
id = "child"
for = { parent = "more", field = "id", as = "id" }
path = "/child/{{slice.id}}"
records = "items"
key = ["id"]
page = { kind = "none" }` + emits
	r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/more" {
			w.WriteHeader(400)
			return
		}
		write(w, object{"items": items(2)})
	})
	rep := r.run()
	if rep.Result != ingest.Partial || len(r.sink.Rows("work_item_change")) != 2 || len(r.seen) != 2 {
		t.Errorf("%s %v, asked %v", rep.Result, rep.Err, r.seen)
	}
	for _, want := range []string{"stream more: status 400", "stream child: not read"} {
		if !strings.Contains(rep.Summary.Message, want) {
			t.Errorf("said %q, want %q", rep.Summary.Message, want)
		}
	}
}

// A page that cannot be stored ends the run; the cursor is that of the last page
// that could, and the next run brings the rest.
func TestStoreFails(t *testing.T) {
	all := items(120)
	r := newRig(t, stream(`page = { kind = "offset", offset = "query.offset", size = 50, more = "more" }`), func(w http.ResponseWriter, q *http.Request) {
		write(w, object{"items": cutout(all, number(q, "offset"), 50), "more": number(q, "offset")+50 < len(all)})
	})
	r.sink.FailAfter = 1
	if rep := r.run(); rep.Result != ingest.Failed || len(r.seen) != 2 {
		t.Errorf("%s %v after %d requests", rep.Result, rep.Err, len(r.seen))
	}
	r.sink.FailAfter = 0
	r.whole(120)
}

// The run ends when it is told to, even while the vendor hangs.
func TestHang(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(context.Background())
	r := newRig(t, stream(plain), func(_ http.ResponseWriter, q *http.Request) {
		cancel()
		select {
		case <-release:
		case <-q.Context().Done():
		}
	})
	src, err := httpsrc.New(r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	rep := ingest.RunSource(ctx, r.sink, "vendor", src, r.cfg.Now, nil)
	if rep.Err == nil || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("%+v", rep)
	}
}

// Our own pace: no more than the manifest says, bursts included, shared by the
// sources of one credential.
func TestPace(t *testing.T) {
	text := strings.Replace(stream(`page = { kind = "offset", offset = "query.offset", size = 10, more = "more" }`), "[http]\n", "[http]\nrate = { per_second = 2, burst = 3 }\n", 1)
	all := items(100)
	r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
		write(w, object{"items": cutout(all, number(q, "offset"), 10), "more": number(q, "offset")+10 < len(all)})
	})
	r.cfg.Pacer = httpsrc.NewPacer()
	r.whole(100)
	if took := r.clock.Now().Sub(now); took != 3500*time.Millisecond {
		t.Errorf("ten requests at two a second, three at once, took %s, want 3.5s", took)
	}
	r.whole(100)
	if took := r.clock.Now().Sub(now); took != 8500*time.Millisecond {
		t.Errorf("twenty took %s, want 8.5s", took)
	}
}

// What would be read for a parent beyond the limit is not left out in silence.
func TestTooManyParents(t *testing.T) {
	text := stream(plain) + `[[stream]]
id = "child"
for = { parent = "items", field = "id", as = "id" }
path = "/child/{{slice.id}}"
records = "items"
key = ["id"]
page = { kind = "none" }` + emits
	r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/items" {
			write(w, object{"items": items(4)})
			return
		}
		write(w, object{"items": []item{}})
	})
	r.cfg.Limits.Parents = 3
	if said := r.said(); !strings.Contains(said, "more than 3 values") {
		t.Error(said)
	}
}

// A CSV whose column was renamed is refused as a file would be.
func TestRenamedColumn(t *testing.T) {
	text := head + "[[stream]]\nid = \"items\"\npath = \"/items\"\ndecode = [\"csv\"]\nkey = [\"id\"]\n" + plain + emits
	body := "id,at,status\na,2026-09-01T00:00:00Z,open\n"
	r := newRig(t, text, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
	r.whole(1)
	body = "id,when,status\nb,2026-09-01T00:00:00Z,open\n"
	if said := r.said(); !strings.Contains(said, `no column "at"`) || !strings.Contains(said, "id, when, status") {
		t.Error(said)
	}
	if n := len(r.sink.Rejected); n != 0 {
		t.Errorf("%d records were put aside for what is wrong with the reply", n)
	}
}

// A sign-in that fails over there is tried again; one that is refused is not.
func TestSignIn(t *testing.T) {
	text := strings.Replace(stream(plain), `auth = { kind = "bearer", token = "{{secret.token}}" }`,
		`auth = { kind = "oauth2", token_url = "https://vendor.example/token", id = "kpid", secret = "{{secret.token}}" }`, 1)
	for _, c := range []struct {
		statuses []int // of the sign-in, then 200
		asked    int
		want     string // "" when everything comes
	}{
		{[]int{503, 429}, 3, ""},
		{[]int{401}, 1, "the sign-in was refused: no such client"},
		{[]int{503, 503, 503, 503}, 4, "the sign-in failed with status 503: no such client, 4 times"},
	} {
		asked := 0
		r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
			if q.URL.Path != "/token" {
				write(w, object{"items": items(2)})
				return
			}
			if asked++; asked <= len(c.statuses) {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(c.statuses[asked-1])
				_, _ = w.Write([]byte(`{"error":{"text":"no such client"}}`))
				return
			}
			write(w, object{"access_token": "t-" + canary, "expires_in": 3600})
		})
		r.cfg.TokenURL = r.cfg.Base + "/token"
		if c.want == "" {
			r.whole(2)
			if d := r.clock.longest(); d != 7*time.Second {
				t.Errorf("waited %s, the vendor asked for 7 s", d)
			}
		} else if said := r.said(); !strings.Contains(said, c.want) {
			t.Errorf("said %q, want %q", said, c.want)
		}
		if asked != c.asked {
			t.Errorf("%v: %d sign-ins, want %d", c.statuses, asked, c.asked)
		}
	}
}
