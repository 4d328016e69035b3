package filesrc_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/ingesttest"
)

// realData gives a folder of data found in the wild, which is not part of this
// repository, or skips the test.
func realData(t *testing.T, dir string) string {
	t.Helper()
	root := os.Getenv("KPID_REALDATA")
	if root == "" {
		t.Skip("KPID_REALDATA is not set: real files are not read")
	}
	return filepath.Join(root, dir)
}

// linesOf gives the lines of a file after its header.
func linesOf(t *testing.T, path string) []string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		out = append(out, s.Text())
	}
	return out[1:]
}

// TestRealSprints reads sprints whose names hold commas without quotes.
func TestRealSprints(t *testing.T) {
	dir := realData(t, "sprints")
	text := strings.NewReplacer(`"in.*"`, `"jira_iteration_0.csv"`, `["id"]`, `["boardid", "sprintid"]`).Replace(stream("csv", `
[[stream.emit]]
fact = "plan_commitment"
[stream.emit.set]
product_id = { const = "flows" }
plan_ref = { text = "{{rec.boardid}}:{{rec.sprintid}}" }
starts_at = { const = "2026-01-01T00:00:00Z" }
ends_at = { const = "2026-01-01T00:00:00Z", plus_days = "planday" }
committed_at = { const = "2026-01-01T00:00:00Z" }
planned_value = "vel_starttime"
delivered_value = { sum = ["vel_todo", "vel_inprogress", "vel_done", "vel_diff"] }
`))
	lines, bad := linesOf(t, filepath.Join(dir, "jira_iteration_0.csv")), 0
	for _, l := range lines {
		if !strings.Contains(l, `"`) && strings.Count(l, ",") != 18 {
			bad++
		}
	}
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, dir, text))
	if rep.Counts.Records != len(lines) || rep.Counts.Rejected != bad || rep.Counts.Rows != len(lines)-bad || !rep.Summary.Complete {
		t.Errorf("%d lines, %d of them bad: %+v", len(lines), bad, rep)
		for _, r := range sink.Rejected {
			t.Logf("%+v", r)
		}
	}
}

// TestRealEventLog folds the steps of incidents into tickets.
func TestRealEventLog(t *testing.T) {
	dir := realData(t, "tickets")
	text := strings.NewReplacer(`"in.*"`, `"bpi13_incidents_event_log.csv"`, `["id"]`, `["CaseID"]`).Replace(stream("csv", `
[[stream.emit]]
fact = "ticket"
merge = { created_at = "min", solved_at = "max" }
[stream.emit.set]
product_id = { const = "flows" }
created_at = { path = "CompleteTimestamp", time = "2006-01-02 15:04:05" }
solved_at = { path = "CompleteTimestamp", time = "2006-01-02 15:04:05", optional = true }
channel = { const = "log" }
status = { const = "closed" }
`))
	lines, cases := linesOf(t, filepath.Join(dir, "bpi13_incidents_event_log.csv")), map[string]bool{}
	for _, l := range lines {
		id, _, _ := strings.Cut(l, ",")
		cases[id] = true
	}
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, dir, text))
	if rep.Result != ingest.OK || rep.Counts.Records != len(lines) || rep.Counts.New != len(cases) {
		t.Errorf("%d lines, %d cases: %+v", len(lines), len(cases), rep)
	}
	for _, r := range sink.Rows("ticket") {
		if column(t, r, "created_at").(int64) > column(t, r, "solved_at").(int64) {
			t.Fatalf("%+v", r)
		}
	}
}
