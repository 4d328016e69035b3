package httpsrc_test

import (
	"net/http"
	"strings"
	"testing"
)

const jobStream = `[[stream]]
id = "items"
path = "/jobs/{{job.id}}/{{job.file}}"
records = "items"
key = ["id"]
page = { kind = "none" }
[stream.job]
create = "/jobs"
body = { from = "{{since|date}}" }
id = "id"
poll = "/jobs/{{job.id}}"
status = "state"
done = ["done"]
failed = ["failed"]
file = "file"
total = "rows"
message = "why"
delete = "/jobs/{{job.id}}"
every = "7s"
`

// TestJob holds that an export is begun, waited for, read and taken away, and that one
// that fails, never ends or lies is told and leaves the cursor where it was.
func TestJob(t *testing.T) {
	type state = map[string]any
	cases := map[string]struct {
		states []state // of the polls; the last stays
		items  int
		want   string // "" is read
	}{
		"done":          {[]state{{"state": "new"}, {"state": "running"}, {"state": "done", "file": "f 1/x", "rows": 3}}, 3, ""},
		"failed":        {[]state{{"state": "running"}, {"state": "failed", "why": "out of " + canary + "memory"}}, 3, `the job ended as "failed": out of`},
		"never":         {[]state{{"state": "running"}}, 3, "did not end within the time of a run"},
		"no file":       {[]state{{"state": "done", "rows": 3}}, 3, "is done and names no file"},
		"fewer records": {[]state{{"state": "done", "file": "f", "rows": 4}}, 3, "counts 4 records and sent 3"},
		"no id":         {nil, 0, "has no id"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			polls := 0
			r := newRig(t, head+jobStream+emits, func(w http.ResponseWriter, q *http.Request) {
				switch {
				case q.Method == http.MethodDelete:
					w.WriteHeader(http.StatusNoContent)
				case q.Method == http.MethodPost && c.states == nil:
					write(w, object{"state": "new"})
				case q.Method == http.MethodPost:
					write(w, object{"id": "j/7", "state": "new"})
				case q.URL.EscapedPath() == "/jobs/j%2F7":
					write(w, c.states[min(polls, len(c.states)-1)])
					polls++
				default:
					write(w, object{"items": items(c.items)})
				}
			})
			rep := r.run()
			seen := strings.Join(r.seen, "\n")
			if c.want != "" {
				if rep.Err == nil || !strings.Contains(rep.Err.Error(), c.want) || len(r.sink.Rows("ticket")) > 0 && name != "fewer records" {
					t.Errorf("%v, want %s", rep.Err, c.want)
				}
				return
			}
			if rep.Err != nil || !rep.Summary.Complete || rep.Counts.New != 3 {
				t.Errorf("%+v", rep)
			}
			if !strings.Contains(seen, "/jobs/j%2F7/f%201%2Fx") || polls != 3 || r.clock.longest() != 7e9 {
				t.Errorf("%d polls, waits of %s:\n%s", polls, r.clock.longest(), seen)
			}
		})
	}
}
