package main

import (
	"database/sql"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// build compiles the real program once for a test, with the tags of this build
// (GOFLAGS carries them).
func build(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "kpid")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// process is a running kpid of its own.
type process struct {
	*console
	cmd   *exec.Cmd
	ended chan int
}

func start(t *testing.T, binary string, args ...string) *process {
	t.Helper()
	p := &process{console: newConsole(), cmd: exec.Command(binary, args...), ended: make(chan int, 1)}
	p.cmd.Stderr = p
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = p.cmd.Wait()
		p.ended <- p.cmd.ProcessState.ExitCode()
	}()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() })
	return p
}

// end sends a signal and gives the exit status: -1 after a kill.
func (p *process) end(s os.Signal) int {
	_ = p.cmd.Process.Signal(s)
	return <-p.ended
}

// await waits for a line.
func (p *process) await(t *testing.T, prefix string) {
	t.Helper()
	late := time.After(patience)
	for {
		if _, ok := p.find(prefix); ok {
			return
		}
		select {
		case <-p.more:
		case status := <-p.ended:
			t.Fatalf("kpid ended with %d:\n%s", status, strings.Join(p.all(), "\n"))
		case <-late:
			t.Fatalf("kpid never says %q:\n%s", prefix, strings.Join(p.all(), "\n"))
		}
	}
}

// killAfter kills the program at a moment, whatever it is doing then.
func (p *process) killAfter(t *testing.T, moment time.Duration) {
	t.Helper()
	select {
	case <-time.After(moment):
		p.end(syscall.SIGKILL)
	case status := <-p.ended:
		t.Fatalf("kpid ended by itself with %d:\n%s", status, strings.Join(p.all(), "\n"))
	}
}

// reduced leaves out what takes long and is of the same kind as the rest: most
// of the events, billing and support.
func reduced(t *testing.T, c company, data string) {
	t.Helper()
	text, err := os.ReadFile(c.config)
	if err != nil {
		t.Fatal(err)
	}
	small := string(text)
	for _, id := range []string{"billing", "support"} {
		at := strings.Index(small, "id            = \""+id+"\"")
		if at < 0 {
			t.Fatalf("the configuration has no source %s", id)
		}
		small = small[:at] + "enabled = false\n" + small[at:]
	}
	write(t, c.config, small)
	if data == "" {
		return
	}
	for _, pattern := range []string{"events-2024*", "events-2025*"} {
		files, err := filepath.Glob(filepath.Join(data, "product", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("the sample has no %s: %v", pattern, err)
		}
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestKilledAtAnyMoment kills the program while it ingests and while it
// evaluates, and starts it again each time. In the end the store must hold what
// one that ran in peace holds.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: nothing is killed")
	}
	binary := build(t)
	calm := newCompany(t, "")
	data := filepath.Join(calm.dir, "sample", "data")
	reduced(t, calm, data)
	undisturbed := start(t, binary, "serve", "--config", calm.config, "--listen", "127.0.0.1:0")

	hit := newCompany(t, data)
	reduced(t, hit, "")
	kills, seed := 6, uint64(1)
	if os.Getenv("KPID_SOAK") != "" {
		kills, seed = 30, uint64(time.Now().UnixNano())
	}
	t.Logf("%d kills, seed %d", kills, seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for ingested, i := false, 0; i < kills; i++ {
		p := start(t, binary, "serve", "--config", hit.config, "--listen", "127.0.0.1:0")
		if i >= kills/2 && !ingested { // the second half hits the evaluation
			p.await(t, "people: ")
		}
		p.killAfter(t, time.Duration(random.Int64N(int64(1500*time.Millisecond))))
		if _, done := p.find("people: "); done {
			ingested = true
		}
	}
	last := start(t, binary, "serve", "--config", hit.config, "--listen", "127.0.0.1:0")
	last.address(t, last.ended)
	undisturbed.address(t, undisturbed.ended)
	for _, p := range []*process{undisturbed, last} {
		if status := p.end(syscall.SIGTERM); status != 0 {
			t.Errorf("asked to end, kpid ended with %d:\n%s", status, strings.Join(p.all(), "\n"))
		}
	}
	compare(t, calm, hit)
}

// contents are what two stores must agree on: everything but when, and by
// which run, it came in.
func contents() map[string]string {
	out := map[string]string{
		"observations": `SELECT o.kpi, o.measure, s.portfolio, s.product, s.segment, o.period, o.revision, o.starts, o.ends, o.num, o.den, o.value, o.n,
			o.ci_lo, o.ci_hi, o.bound_lo, o.bound_hi, o.pending, o.excluded, o.state, o.restated, o.reason, o.definition_hash, o.cause
			FROM observation o JOIN scope s ON s.id = o.scope_id ORDER BY 1, 2, 3, 4, 5, 6, 7`,
		"verdicts": `SELECT v.kpi, v.measure, s.portfolio, s.product, s.segment, v.period, v.revision, v.raw_status, v.status, v.displayed, v.pending, v.sentence
			FROM verdict v JOIN scope s ON s.id = v.scope_id ORDER BY 1, 2, 3, 4, 5, 6, 7`,
		"baselines":  `SELECT key, hash, body FROM config_version WHERE kind = 'baseline' ORDER BY 1`,
		"usage days": `SELECT day, product_id, name, account_id, uses, successes, quantity, success_quantity, first_at, first_success_at, last_at FROM usage_day ORDER BY 1, 2, 3, 4`,
		"events":     `SELECT source, id, occurred_at, quantity, success, gone_at, fault FROM product_event_row ORDER BY 1, 2`,
		"cursors":    `SELECT source, stream, cursor, complete_through FROM source_state ORDER BY 1, 2`,
		"rejected":   `SELECT source, stream, locator, field, found, allowed FROM rejected_record ORDER BY 1, 2, 3, 4, 5`,
		"segments":   `SELECT account_id, segment, valid_from, valid_to FROM account_segment ORDER BY 1, 2, 3`,
		"revisions":  `SELECT fact, source, id, revision, hash FROM fact_revision ORDER BY 1, 2, 3, 4`,
		"work left":  `SELECT kpi, period FROM touched ORDER BY 1, 2`,
	}
	for _, f := range strings.Fields("account account_attribute capability tracking_plan tracking_observation work_item plan_commitment initiative experiment experiment_arm incident change_event slo_window survey survey_question survey_response team_member assessment") {
		out[f] = "SELECT source, id, hash, gone_at, fault FROM " + f + "_row ORDER BY 1, 2"
	}
	return out
}

func compare(t *testing.T, want, got company) {
	t.Helper()
	a, b := openDatabase(t, want.dsn), openDatabase(t, got.dsn)
	for name, statement := range contents() {
		peace, war := rows(t, a, statement), rows(t, b, statement)
		if len(peace) == 0 && name != "work left" {
			t.Errorf("%s: the undisturbed store has none, so there is nothing to compare", name)
		}
		if diff := firstDifference(peace, war); diff != "" {
			t.Errorf("%s: undisturbed %d, killed %d; first difference:\n%s", name, len(peace), len(war), diff)
		}
	}
}

func openDatabase(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := database(dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func firstDifference(a, b []string) string {
	for i := range max(len(a), len(b)) {
		var x, y string
		if i < len(a) {
			x = a[i]
		}
		if i < len(b) {
			y = b[i]
		}
		if x != y {
			return cmp.Diff(x, y)
		}
	}
	return ""
}
