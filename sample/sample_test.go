package sample

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSameSeedSameBytes(t *testing.T) {
	first, again := hashes(t, Options{}), hashes(t, Options{Seed: Seed})
	if d := cmp.Diff(first, again); d != "" {
		t.Errorf("two runs of one seed differ (-first +again):\n%s", d)
	}
	other := hashes(t, Options{Seed: Seed + 1})
	if other["product/events-2026Q3.ndjson.gz"] == first["product/events-2026Q3.ndjson.gz"] {
		t.Error("another seed gives the same events")
	}
}

// hashes of all files below a fresh folder, temporary ones too if any were left.
func hashes(t *testing.T, o Options) map[string][32]byte {
	t.Helper()
	dir := t.TempDir()
	if _, err := Generate(dir, o); err != nil {
		t.Fatal(err)
	}
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(p string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = sha256.Sum256(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSummaryNamesWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	sum, err := Generate(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	bytes, rows := 0, map[string]int{}
	for _, f := range sum.Files {
		info, err := os.Stat(filepath.Join(dir, f.Path))
		if err != nil || int(info.Size()) != f.Bytes {
			t.Errorf("%s: %v, want %d bytes", f.Path, err, f.Bytes)
		}
		bytes, rows[f.Path] = bytes+f.Bytes, f.Rows
	}
	for _, c := range []struct {
		what        string
		got, lo, hi int
	}{
		{"accounts", sum.Accounts, 1500, 2800},
		{"events", sum.Events, 250_000, 400_000},
		{"bytes", bytes, 5 << 20, 25 << 20},
		{"tickets", rows["support/tickets.csv"], 1000, 10_000},
		{"issues", rows["delivery/issues.ndjson.gz"], 3000, 10_000},
		{"commitments", rows["delivery/plan.csv"], 2500, 5000},
	} {
		if c.got < c.lo || c.got > c.hi {
			t.Errorf("%d %s, want %d to %d", c.got, c.what, c.lo, c.hi)
		}
	}
}

func TestGenerateSaysWhereItFailed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Generate(file, Options{}); err == nil || !strings.Contains(err.Error(), "plain") {
		t.Errorf("below a plain file: error %v, want one that names it", err)
	}
}

// TestEveryFileParses counts what cannot be read and finds exactly the lines
// that were broken on purpose.
func TestEveryFileParses(t *testing.T) {
	sum := summary(t)
	broken := map[string]int{}
	for _, b := range sum.Blemish {
		if b.Kind == "field_count" || b.Kind == "bad_line" {
			broken[b.File]++
		}
	}
	for _, f := range sum.Files {
		rows, bad := 0, 0
		switch {
		case strings.Contains(f.Path, ".csv"):
			good, wrong := readCSV(t, f.Path)
			rows, bad = len(good)+wrong, wrong
		case strings.Contains(f.Path, ".ndjson"):
			for line := range bytes.Lines(body(t, f.Path)) {
				rows++
				if !json.Valid(line) {
					bad++
				}
			}
		default:
			if _, err := time.Parse(time.RFC3339, strings.TrimSpace(string(body(t, f.Path)))); err != nil {
				t.Errorf("%s: %v", f.Path, err)
			}
			continue
		}
		if rows != f.Rows || bad != broken[f.Path] {
			t.Errorf("%s: %d rows, %d broken; want %d and %d", f.Path, rows, bad, f.Rows, broken[f.Path])
		}
	}
}

// TestBlemishes finds every promised flaw where it is said to be, and every kind
// of flaw in README.md.
func TestBlemishes(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"bad_amount", "bad_date", "bad_line", "bot", "conflict", "duplicate", "end_before_start", "field_count", "internal", "late", "late_source",
		"merged", "milestone_before_signup", "off_scale", "one_incident_two_products", "restated", "small_survey", "spam", "test", "unknown_account", "unknown_word"}
	var kinds []string
	for _, b := range summary(t).Blemish {
		if !bytes.Contains(body(t, b.File), []byte(b.Mark)) {
			t.Errorf("%s: %q is not in %s", b.Kind, b.Mark, b.File)
		}
		kinds = append(kinds, b.Kind)
	}
	slices.Sort(kinds)
	if d := cmp.Diff(want, slices.Compact(kinds)); d != "" {
		t.Errorf("kinds of blemishes (-want +got):\n%s", d)
	}
	for _, k := range want {
		if !bytes.Contains(readme, []byte("| `"+k+"` |")) {
			t.Errorf("README.md does not tell of %s", k)
		}
	}
}

func TestAccountsAreDistinct(t *testing.T) {
	rows, _ := readCSV(t, "crm/accounts.csv")
	sites, names := map[string]string{}, map[string]record{}
	for _, r := range rows {
		if old, ok := names[r["Id"]]; ok && !cmp.Equal(old, r) {
			t.Errorf("%s is two accounts: %v and %v", r["Id"], old, r)
		}
		names[r["Id"]] = r
		if id, ok := sites[r["Website"]]; ok && id != r["Id"] && r["Website"] != "" {
			t.Errorf("%s and %s share %s", id, r["Id"], r["Website"])
		}
		sites[r["Website"]] = r["Id"]
	}
}

// TestNothingFromTheFuture: what has happened lies before the clock, and what
// the help desk exported before its watermark.
func TestNothingFromTheFuture(t *testing.T) {
	limit := clock.Format(stamp)
	for _, e := range events(t) {
		if e.TS >= limit || e.Loaded >= limit {
			t.Fatalf("%s happened %s and was loaded %s, after %s", e.ID, e.TS, e.Loaded, limit)
		}
	}
	rows, _ := readCSV(t, "support/tickets.csv")
	through := supportEnd.Format(stamp)
	for _, r := range rows {
		for _, c := range []string{"created_at", "updated_at", "solved_at"} {
			if _, err := time.Parse(time.RFC3339, r[c]); err == nil && r[c] >= through {
				t.Fatalf("ticket %s: %s is %s, after %s", r["id"], c, r[c], through)
			}
		}
	}
}
