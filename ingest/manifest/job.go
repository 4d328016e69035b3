package manifest

import (
	"slices"
	"strings"
	"time"
)

// Job is an export that is asked for, waited for, and then read by the stream's own
// requests, in which {{job.id}} and {{job.file}} stand for what it is called.
type Job struct {
	Pos
	Create string         // path of the POST that begins it
	Body   map[string]any // of that
	ID     string         // path of its id in the reply
	Poll   string         // path of the GET that says how it stands
	Status string         // path of its state there
	Done   []string       // states in which it may be read
	Failed []string       // and those in which it never will be
	// Paths in the reply of poll: of the file's name, of the number of records, and of
	// the vendor's reason for a failure.
	File, Total, Message string
	Delete               string        // path of the DELETE when it was read; "" leaves it
	Every                time.Duration // between two polls
}

// jobNames are what a job gives to the requests after it.
func jobNames() []string { return []string{"job.id", "job.file"} }

// job reads the table; nil when the stream has none.
func (p *parser) job(t *table, scope []string) *Job {
	j := t.sub("job")
	if j == nil {
		return nil
	}
	out := &Job{Pos: t.pos("job"), Create: j.need("create"), Body: p.values(j, "body", scope), ID: j.need("id"), Poll: j.need("poll"), Status: j.need("status"),
		Done: j.strs("done"), Failed: j.strs("failed"), File: j.str("file"), Total: j.str("total"), Message: j.str("message"), Delete: j.str("delete"), Every: j.span("every")}
	if out.Every == 0 {
		out.Every = 5 * time.Second
	}
	if len(out.Done) == 0 || len(out.Failed) == 0 {
		j.fail("", "a job needs done and failed, the states that end it")
	}
	known := append(slices.Clone(scope), "job.id")
	for key, path := range map[string]string{"create": out.Create, "poll": out.Poll, "delete": out.Delete} {
		if p.path(j, key, path); path == "" {
			continue
		}
		if key == "create" {
			p.placed(j.pos(key), path, scope...)
			continue
		}
		if p.placed(j.pos(key), path, known...); !strings.Contains(path, "{{job.id}}") {
			j.fail(key, "does not say which job: it needs {{job.id}}")
		}
	}
	j.done()
	return out
}
