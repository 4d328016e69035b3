package sample

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Seed is the seed of the committed story: README.md, config.toml and the tests
// speak of the firm this number gives.
const Seed = 38

// Options of a generation. The zero value is the committed story.
type Options struct {
	Seed uint64 // 0 means Seed
}

// File is one written export.
type File struct {
	Path  string // below the folder, with forward slashes
	Rows  int    // records, blemished ones and repetitions included, header not
	Bytes int    // as stored
}

// Blemish is one deliberate flaw of the data.
type Blemish struct {
	Kind string // such as "late", "bad_date"; README.md explains each
	File string // in which file
	Mark string // a text that occurs in the flawed line
}

// Summary tells what was written.
type Summary struct {
	Files    []File
	Blemish  []Blemish
	Accounts int
	Events   int // product events, repetitions included
}

// Generate writes the whole firm below dir, one folder for each source. Every
// file appears under its name only when it is complete (written beside and
// renamed), so a reader never sees half of one. It touches no other file.
func Generate(dir string, opts Options) (Summary, error) {
	seed := opts.Seed
	if seed == 0 {
		seed = Seed
	}
	g := &gen{dir: dir, seed: seed}
	g.accounts()
	g.subscriptions()
	for _, write := range []func(){
		g.crm, g.billing, g.refunds, g.events, g.scribeEvents, g.catalog, g.support, g.plans, g.issues,
		g.bets, g.experiments, g.operations, g.surveys, g.people,
	} {
		if write(); g.err != nil {
			return g.sum, fmt.Errorf("sample: %w", g.err)
		}
	}
	g.sum.Accounts = len(g.firm)
	return g.sum, nil
}

// gen carries a generation. The first error stops all further writing.
type gen struct {
	dir  string
	seed uint64
	firm []*account
	work []issue // planned work, written as issues and referred to by plans
	// tickets that came, for the visits to the help centre before them
	asked []ask
	sum   Summary
	err   error
}

func (g *gen) blemish(kind, file, mark string) {
	g.sum.Blemish = append(g.sum.Blemish, Blemish{Kind: kind, File: file, Mark: mark})
}

// store writes one file whole: a temporary one beside it, then a rename.
func (g *gen) store(path string, body []byte, rows int) {
	if g.err != nil {
		return
	}
	full := filepath.Join(g.dir, filepath.FromSlash(path))
	if g.err = os.MkdirAll(filepath.Dir(full), 0o755); g.err != nil {
		return
	}
	tmp, err := os.CreateTemp(filepath.Dir(full), ".part-*")
	if err != nil {
		g.err = err
		return
	}
	_, err = tmp.Write(body)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), full)
	}
	if err != nil {
		os.Remove(tmp.Name())
		g.err = err
		return
	}
	g.sum.Files = append(g.sum.Files, File{Path: path, Rows: rows, Bytes: len(body)})
}

// The firm's calendar. Instants are kept inside working hours, so that no zone
// between New York and Berlin moves them to another day, week or month.
var (
	clock      = date(2026, 9, 21)                         // nothing that happened lies after this
	history    = date(2024, 7, 1)                          // first day of exported history, a Monday
	firstWeek  = date(2023, 7, 3)                          // sign-ups are simulated from here
	supportEnd = date(2026, 9, 19)                         // the support export stops here
	months     = monthsBetween(history, date(2026, 10, 1)) // 2024-07 to 2026-09
	quarters   = everyThird(months)                        // 2024-Q3 to 2026-Q3
)

const (
	day  = 24 * time.Hour
	week = 7 * day

	stamp    = "2006-01-02T15:04:05Z"         // RFC 3339 in UTC
	isoDay   = "2006-01-02"                   // a local date
	jiraTime = "2006-01-02T15:04:05.000-0700" // as Jira and Salesforce write it
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func monthsBetween(a, b time.Time) []time.Time {
	var out []time.Time
	for ; a.Before(b); a = a.AddDate(0, 1, 0) {
		out = append(out, a)
	}
	return out
}

func everyThird(in []time.Time) []time.Time {
	var out []time.Time
	for i := 0; i < len(in); i += 3 {
		out = append(out, in[i])
	}
	return out
}

func quarterName(t time.Time) string { return fmt.Sprintf("%dQ%d", t.Year(), (int(t.Month())+2)/3) }
