package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/kpid/kpid/store/storetest"
)

// TestExampleAIFeatures runs examples/ai-features as its README says, and works
// the numbers of September out once more from the files.
func TestExampleAIFeatures(t *testing.T) {
	dir, dsn := t.TempDir(), storetest.DSN(t)
	if err := os.CopyFS(dir, os.DirFS("../../examples/ai-features")); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "config.toml")
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	write(t, config, strings.ReplaceAll(string(text), `"sqlite:../../var/ai-features.db"`, fmt.Sprintf("%q\nreader = %q", dsn, storetest.Reader(t, dsn))))
	kpid := func(args ...string) string {
		t.Helper()
		out := new(bytes.Buffer)
		if status := run(t.Context(), append(args, "--config", config), terminal{out: out, err: out}); status != 0 {
			t.Fatalf("kpid %s ended with %d:\n%s", args[0], status, out)
		}
		return out.String()
	}
	if out := kpid("test", "--strict", "--store", dsn, filepath.Join(dir, "kpis")); !strings.Contains(out, "4 KPIs: 4 ok, 0 failed") {
		t.Error(out)
	}
	kpid("check")
	if out := kpid("ingest"); !strings.Contains(out, "assistant: 173 records") || strings.Contains(out, "rejected") {
		t.Error(out)
	}

	var waits []float64 // of September, sorted; what was given up is longer than all
	done, incidents, spend := 0, 0, 0.0
	for _, r := range records(t, dir, "tasks.csv") {
		if !strings.HasPrefix(r["at"], "2026-09") {
			continue
		}
		wait := number(t, r["seconds"])
		if r["outcome"] == "done" {
			done++
		} else {
			wait += 1000
		}
		waits = append(waits, wait)
	}
	slices.Sort(waits)
	for _, r := range records(t, dir, "spend.csv") {
		if r["from"] == "2026-09-01" {
			spend += number(t, r["cents"])
		}
	}
	for _, r := range records(t, dir, "safety.csv") {
		if strings.HasPrefix(r["began"], "2026-09") && r["finding"] == "ours" {
			incidents++
		}
	}
	votes := map[string]map[string]string{} // the latest of each respondent, of two at one time the one with the smaller id
	for _, r := range records(t, dir, "trust.csv") {
		if old := votes[r["respondent"]]; r["wave"] == "2026-Q3" && (old == nil || r["at"] > old["at"] || r["at"] == old["at"] && r["answer"] < old["answer"]) {
			votes[r["respondent"]] = r
		}
	}
	trusting := 0
	for _, v := range votes {
		if v["score"] >= "4" {
			trusting++
		}
	}
	tasks := len(waits)
	want := []string{
		fmt.Sprintf("ai_latency|answered|%d|%d|%.6f", done, tasks, float64(done)/float64(tasks)),
		fmt.Sprintf("ai_latency|p50|_|_|%.6f", waits[tasks/2-1]),           // half are there
		fmt.Sprintf("ai_latency|p95|_|_|%.6f", waits[(tasks*95+99)/100-1]), // 95 of 100 are
		fmt.Sprintf("cost_per_task|per_success|%.0f|%d|%.6f", spend, done, spend/float64(done)/100),
		fmt.Sprintf("cost_per_task|per_task|%.0f|%d|%.6f", spend, tasks, spend/float64(tasks)/100),
		fmt.Sprintf("safety_incident_rate|per_1000|%d|%d|%.6f", incidents, tasks, 1000*float64(incidents)/float64(tasks)),
		fmt.Sprintf("user_trust|trusting|%d|%d|%.6f", trusting, len(votes), float64(trusting)/float64(len(votes))),
	}
	var got []string
	for _, row := range rows(t, openDatabase(t, dsn), `SELECT o.kpi, o.measure, o.num, o.den, o.value FROM observation_now o JOIN scope s ON s.id = o.scope_id
		WHERE s.portfolio = 'ai' AND s.product = '' AND s.segment = 'all' AND (o.period = '2026-09' OR o.period = '2026-Q3' AND o.kpi = 'user_trust')
		  AND o.kpi IN ('ai_latency', 'cost_per_task', 'safety_incident_rate', 'user_trust') AND o.measure NOT IN ('mean', 'spend', 'severe')
		ORDER BY o.kpi, o.measure`) {
		cells := strings.Split(row, "|")
		cells[4] = fmt.Sprintf("%.6f", number(t, cells[4]))
		got = append(got, strings.Join(cells, "|"))
	}
	same(t, "September", got, want)
	readme, err := os.ReadFile(filepath.Join(dir, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	printed := strings.Join(strings.Fields(kpid("evaluate")), " ")
	for _, line := range strings.Split(string(readme), "\n") {
		if line, ok := strings.CutPrefix(line, "    "); ok && !strings.HasPrefix(line, "kpid") && !strings.Contains(printed, strings.Join(strings.Fields(line), " ")) {
			t.Errorf("the README shows a line that is not printed: %s", line)
		}
	}
}

// records reads a file of the example by the names of its columns.
func records(t *testing.T, dir, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "data", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		out = append(out, row)
	}
	return out
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
