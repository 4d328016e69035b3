package httpsrc_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// window of a list.
func cutout(all []item, from, n int) []item {
	from = min(max(from, 0), len(all))
	return all[from:min(from+n, len(all))]
}

func number(q *http.Request, name string) int {
	n, _ := strconv.Atoi(q.URL.Query().Get(name))
	return n
}

// Each way of paging reads two full pages and a third, and goes on from its state.
func TestPages(t *testing.T) {
	all := items(120)
	for name, c := range map[string]struct {
		keys    string
		handler http.HandlerFunc
	}{
		"offset, more": {`page = { kind = "offset", offset = "query.offset", size = 50, more = "more" }`, func(w http.ResponseWriter, q *http.Request) {
			write(w, object{"items": cutout(all, number(q, "offset"), 50), "more": number(q, "offset")+50 < len(all)})
		}},
		"offset, total": {`page = { kind = "offset", offset = "query.offset", size = 50, total = "total" }`, func(w http.ResponseWriter, q *http.Request) {
			write(w, object{"items": cutout(all, number(q, "offset"), 50), "total": len(all)})
		}},
		"offset, short page": {`page = { kind = "offset", offset = "query.offset", size = 50 }`, func(w http.ResponseWriter, q *http.Request) {
			write(w, object{"items": cutout(all, number(q, "offset"), 50)})
		}},
		"number, last": {`page = { kind = "number", number = "query.page", last = "last" }`, func(w http.ResponseWriter, q *http.Request) {
			write(w, object{"items": cutout(all, 50*(number(q, "page")-1), 50), "last": number(q, "page") == 3})
		}},
		"token in the query": {`page = { kind = "token", next = "next", send = "query.cursor" }`, func(w http.ResponseWriter, q *http.Request) {
			at := number(q, "cursor")
			reply := object{"items": cutout(all, at, 50)}
			if at+50 < len(all) {
				reply["next"] = fmt.Sprint(at + 50)
			}
			write(w, reply)
		}},
		"token in the body": {"method = \"POST\"\nbody = { size = 50, teams = \"{{cfg.teams}}\" }\npage = { kind = \"token\", next = \"next\", send = \"body.cursor\", last = \"last\" }", func(w http.ResponseWriter, q *http.Request) {
			var body struct {
				Size   int
				Teams  []string
				Cursor string
			}
			if err := json.NewDecoder(q.Body).Decode(&body); err != nil || body.Size != 50 || !slices.Equal(body.Teams, []string{"a", "b"}) {
				t.Errorf("the body is %+v, %v", body, err)
			}
			at, _ := strconv.Atoi(body.Cursor)
			write(w, object{"items": cutout(all, at, 50), "next": fmt.Sprint(at + 50), "last": at+50 >= len(all)})
		}},
		"token in a header": {`page = { kind = "token", next_header = "X-Locator", send = "query.locator" }`, func(w http.ResponseWriter, q *http.Request) {
			at := number(q, "locator")
			next := "null"
			if at+50 < len(all) {
				next = fmt.Sprint(at + 50)
			}
			w.Header().Set("X-Locator", next)
			write(w, object{"items": cutout(all, at, 50)})
		}},
		"link": {`page = { kind = "link", next = "links.next" }`, func(w http.ResponseWriter, q *http.Request) {
			at := number(q, "at")
			reply := object{"items": cutout(all, at, 50), "links": object{"next": nil}}
			if at+50 < len(all) {
				reply["links"] = object{"next": fmt.Sprintf("/items?at=%d", at+50)}
			}
			write(w, reply)
		}},
		"link in a header": {`page = { kind = "link", next_header = "Link" }`, func(w http.ResponseWriter, q *http.Request) {
			at := number(q, "at")
			if at+50 < len(all) {
				w.Header().Set("Link", fmt.Sprintf(`<http://%s/items?at=0>; rel="first", <http://%s/items?at=%d>; rel="next"`, q.Host, q.Host, at+50))
			}
			write(w, object{"items": cutout(all, at, 50)})
		}},
		"before": {`page = { kind = "before", send = "query.before", next = "id", size = 50 }`, func(w http.ResponseWriter, q *http.Request) {
			reversed := slices.Clone(all)
			slices.Reverse(reversed)
			at := 0
			if before := q.URL.Query().Get("before"); before != "" {
				at = 1 + slices.IndexFunc(reversed, func(i item) bool { return i.ID == before })
			}
			write(w, object{"items": cutout(reversed, at, 50)})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, stream(c.keys), c.handler)
			r.whole(len(all))
			if len(r.seen) != 3 {
				t.Errorf("%d requests: %v", len(r.seen), r.seen)
			}
			if rep := r.whole(len(all)); rep.Counts.New+rep.Counts.Changed != 0 {
				t.Errorf("read again, it brings %+v", rep.Counts)
			}
		})
	}
}

// A filter goes on a little before the newest time it saw, and never from a time
// that is still to come.
func TestFilter(t *testing.T) {
	all := items(3)
	r := newRig(t, stream("query = { since = \"{{since}}\", ago = \"{{since|ago}}\" }\npage = { kind = \"none\" }\ncursor = { kind = \"filter\", field = \"at\", overlap = \"10m\", start = \"400d\" }"),
		func(w http.ResponseWriter, q *http.Request) { write(w, object{"items": all}) })
	r.whole(3)
	if want := "/items?ago=400d&since=2025-08-17T06%3A00%3A00Z"; r.seen[0] != want {
		t.Errorf("asked %s, want %s", r.seen[0], want)
	}
	all = append(all, item{ID: "future", At: "2031-01-01T00:00:00Z"})
	r.whole(3) // a change that lies years ahead is put aside by the limits of its time
	newest, _ := time.Parse(time.RFC3339, items(3)[2].At)
	if want := "since=" + strings.ReplaceAll(newest.Add(-10*time.Minute).Format(time.RFC3339), ":", "%3A"); !strings.Contains(r.seen[1], want) {
		t.Errorf("asked %s, want %s", r.seen[1], want)
	}
	r.run()
	if want := "since=" + strings.ReplaceAll(now.Add(-10*time.Minute).Format(time.RFC3339), ":", "%3A"); !strings.Contains(r.seen[2], want) {
		t.Errorf("asked %s, want %s: a time to come hides what comes before it", r.seen[2], want)
	}
}

// The vendor's own cursor is the state: first parameters once, then the token, and
// the listing from its start when the vendor has forgotten it.
func TestTokenState(t *testing.T) {
	all, forgotten := items(4), false
	r := newRig(t, stream(`page = { kind = "token", next = "after", send = "query.cursor", last = "end" }
cursor = { kind = "token", first = { start_time = "{{since|unix}}" }, start = "1d", lag = "2m" }`), func(w http.ResponseWriter, q *http.Request) {
		at := number(q, "cursor")
		if forgotten && at > 0 {
			w.WriteHeader(http.StatusGone)
			return
		}
		end := min(at+2, len(all))
		write(w, object{"items": all[at:end], "after": fmt.Sprint(end), "end": end == len(all)})
	})
	r.whole(4)
	all = append(all, item{ID: "new", At: all[3].At})
	r.whole(5)
	want := []string{fmt.Sprintf("/items?start_time=%d", now.Add(-24*time.Hour).Unix()), "/items?cursor=2", "/items?cursor=4"}
	if !slices.Equal(r.seen, want) {
		t.Errorf("asked %v, want %v", r.seen, want)
	}
	forgotten = true
	r.run()
	if last := r.seen[len(r.seen)-1]; !strings.Contains(r.seen[3], "cursor=5") || !strings.Contains(last, "start_time") && !strings.Contains(last, "cursor") {
		t.Errorf("after the cursor was forgotten it asked %v", r.seen[3:])
	}
}

// Windows are cut in steps, re-read a little, and halved when they are full.
func TestWindows(t *testing.T) {
	all := items(300)
	r := newRig(t, stream(`query = { since = "{{since}}", until = "{{until}}" }
page = { kind = "offset", offset = "query.offset", size = 40, more = "more", max_rows = 100 }
cursor = { kind = "window", start = "1d", step = "12h", reread = "1h" }`), func(w http.ResponseWriter, q *http.Request) {
		var in []item
		for _, i := range all {
			if i.At >= q.URL.Query().Get("since") && i.At < q.URL.Query().Get("until") {
				in = append(in, i)
			}
		}
		at := number(q, "offset")
		write(w, object{"items": cutout(in, at, 40), "more": at+40 < len(in)})
	})
	r.whole(300)
	first := len(r.seen)
	r.whole(300)
	if again := len(r.seen) - first; again > 3 {
		t.Errorf("the second run asked %d times: %v", again, r.seen[first:])
	}
}

// A stream is read for each value of a list, and in batches for what another held.
func TestFor(t *testing.T) {
	text := head + `[[stream]]
id = "items"
for = { list = "{{cfg.teams}}", as = "team" }
path = "/teams/{{slice.team}}/items"
records = "items"
key = ["id"]
page = { kind = "none" }` + emits + `
[[stream]]
id = "history"
for = { parent = "items", field = "id", batch = 3, as = "ids" }
method = "POST"
path = "/history"
body = { ids = "{{slice.ids}}" }
records = "items"
key = ["id"]
page = { kind = "none" }
cursor = { kind = "upsert" }` + emits
	var batches []string
	r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/history" {
			var body struct{ IDs []string }
			_ = json.NewDecoder(q.Body).Decode(&body)
			batches = append(batches, strings.Join(body.IDs, " "))
			var out []item
			for _, id := range body.IDs {
				out = append(out, item{ID: "h-" + id, At: "2026-09-01T00:00:00Z"})
			}
			write(w, object{"items": out})
			return
		}
		team := strings.Split(q.URL.EscapedPath(), "/")[2]
		write(w, object{"items": []item{{ID: team + "1", At: "2026-09-01T00:00:00Z"}, {ID: team + "2", At: "2026-09-01T00:00:00Z"}}})
	})
	r.cfg.Values = map[string]any{"teams": []any{"a", "b/../c"}}
	r.whole(8)
	if want := []string{"a1 a2 b%2F..%2Fc1", "b%2F..%2Fc2"}; !slices.Equal(batches, want) {
		t.Errorf("batches %q, want %q", batches, want)
	}
}

// local drops what was known before; the list is asked for as a whole.
func TestLocal(t *testing.T) {
	all := items(5)
	r := newRig(t, stream("page = { kind = \"none\" }\ncursor = { kind = \"local\", field = \"at\", overlap = \"1m\" }"),
		func(w http.ResponseWriter, q *http.Request) { write(w, object{"items": all}) })
	r.whole(5)
	if rep := r.whole(5); rep.Counts.Rows != 2 {
		t.Errorf("%d rows offered again, want the newest and what lies a minute before", rep.Counts.Rows)
	}
}
