package httpsrc_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/ingest"
)

// A parent's state moves only once what is read for its records has been read: a run
// that breaks off in between leaves out no child.
func TestParentWaitsForItsChildren(t *testing.T) {
	text := stream("query = { since = \"{{since|unix}}\" }\npage = { kind = \"none\" }\ncursor = { kind = \"filter\", field = \"at\", start = \"1d\" }") + `[[stream]]
id = "history"
for = { parent = "items", field = "id", as = "id" }
path = "/history/{{slice.id}}"
records = "items"
key = ["id"]
page = { kind = "none" }
cursor = { kind = "upsert" }` + emits
	broken := true
	r := newRig(t, text, func(w http.ResponseWriter, q *http.Request) {
		switch {
		case q.URL.Path == "/items":
			write(w, object{"items": items(2)})
		case broken:
			w.WriteHeader(400)
		default:
			write(w, object{"items": []item{{ID: "h" + strings.TrimPrefix(q.URL.Path, "/history/"), At: items(1)[0].At}}})
		}
	})
	if rep := r.run(); rep.Result != ingest.Partial {
		t.Errorf("%s %v", rep.Result, rep.Err)
	}
	broken = false
	r.whole(4)
	first := slices.IndexFunc(r.seen[1:], func(s string) bool { return strings.HasPrefix(s, "/items") }) + 1
	if r.seen[first] != r.seen[0] {
		t.Errorf("after the break it asked %s, want %s again", r.seen[first], r.seen[0])
	}
	n := len(r.seen)
	r.whole(4)
	if r.seen[n] == r.seen[0] {
		t.Errorf("after a whole run it still asks %s", r.seen[n])
	}
}

// Records of one instant are not lost where a page ends between them.
func TestBeforeWithinAnInstant(t *testing.T) {
	type entry struct {
		ID   string `json:"id"`
		At   string `json:"at"`
		Date int    `json:"date"`
	}
	var all []entry // newest first, five of each instant
	for i := range 20 {
		all = append(all, entry{fmt.Sprint("e", i), now.Format(time.RFC3339), 1000 - i/5})
	}
	r := newRig(t, stream(`page = { kind = "before", send = "query.before", next = "date", size = 7 }`), func(w http.ResponseWriter, q *http.Request) {
		var page []entry
		for _, e := range all {
			if before := number(q, "before"); before == 0 || e.Date < before {
				page = append(page, e)
			}
		}
		write(w, object{"items": page[:min(len(page), 7)]})
	})
	r.whole(20)
}

// A field of the cursor that no record has is a mistake of the manifest: every run
// would read everything again.
func TestFieldThatIsNotThere(t *testing.T) {
	r := newRig(t, stream("page = { kind = \"none\" }\ncursor = { kind = \"filter\", field = \"changed\", start = \"1d\" }"),
		func(w http.ResponseWriter, _ *http.Request) { write(w, object{"items": items(2)}) })
	if said := r.said(); !strings.Contains(said, `none of 2 records has a time at "changed"`) {
		t.Errorf("said %q", said)
	}
}

// What is asked for as so long ago counts from when it is asked, not from when the
// run began.
func TestAgoOfALateRequest(t *testing.T) {
	first := true
	r := newRig(t, stream("query = { ago = \"{{since|ago}}\" }\npage = { kind = \"offset\", offset = \"query.offset\", size = 2 }\ncursor = { kind = \"filter\", field = \"at\", start = \"1h\" }"),
		func(w http.ResponseWriter, q *http.Request) {
			if first {
				first = false
				w.Header().Set("Retry-After", "1200")
				write(w, object{"items": items(2)})
				return
			}
			write(w, object{"items": []item{}})
		})
	r.whole(2)
	if !strings.Contains(r.seen[0], "ago=60m") || !strings.Contains(r.seen[1], "ago=80m") {
		t.Errorf("asked %v, the second twenty minutes later", r.seen)
	}
}

// A redirect that drops what was asked is not followed.
func TestPostIsNotTurnedIntoGet(t *testing.T) {
	r := newRig(t, stream("method = \"POST\"\nbody = { all = true }\npage = { kind = \"none\" }"), func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/items" {
			http.Redirect(w, q, "/elsewhere", http.StatusFound)
			return
		}
		t.Errorf("asked %s %s", q.Method, q.URL)
	})
	if said := r.said(); !strings.Contains(said, "drops what was asked") {
		t.Errorf("said %q", said)
	}
}

// The state of another version that cannot be read is no reason to stop.
func TestUnreadableState(t *testing.T) {
	r := newRig(t, stream(plain), func(w http.ResponseWriter, _ *http.Request) { write(w, object{"items": items(2)}) })
	run, err := r.sink.BeginRun(t.Context(), "vendor", r.cfg.Now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run.Commit(t.Context(), ingest.Page{Stream: "items", Cursor: []byte(`"of another time"`)}); err != nil {
		t.Fatal(err)
	}
	r.whole(2)
}
