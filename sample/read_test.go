package sample

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// exports is the committed story, generated once for all tests of the package,
// with every file unzipped.
type exports struct {
	sum  Summary
	body map[string][]byte
}

var made = sync.OnceValues(func() (exports, error) {
	dir, err := os.MkdirTemp("", "larkfield-")
	if err != nil {
		return exports{}, err
	}
	defer os.RemoveAll(dir)
	out := exports{body: map[string][]byte{}}
	if out.sum, err = Generate(dir, Options{}); err != nil {
		return out, err
	}
	for _, f := range out.sum.Files {
		if out.body[f.Path], err = content(filepath.Join(dir, filepath.FromSlash(f.Path))); err != nil {
			return out, err
		}
	}
	return out, nil
})

func content(file string) ([]byte, error) {
	b, err := os.ReadFile(file)
	if err != nil || !strings.HasSuffix(file, ".gz") {
		return b, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

func summary(t *testing.T) Summary {
	t.Helper()
	x, err := made()
	if err != nil {
		t.Fatal(err)
	}
	return x.sum
}

// body is an export's content, unzipped.
func body(t *testing.T, path string) []byte {
	t.Helper()
	x, err := made()
	if err != nil {
		t.Fatal(err)
	}
	b, ok := x.body[path]
	if !ok {
		t.Fatalf("there is no file %s", path)
	}
	return b
}

// record is one CSV line by column name.
type record map[string]string

// readCSV gives the lines with the right number of fields and, apart, the others.
func readCSV(t *testing.T, path string) (good []record, bad int) {
	t.Helper()
	r := csv.NewReader(bytes.NewReader(body(t, path)))
	r.FieldsPerRecord = -1
	all, err := r.ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	for _, line := range all[1:] {
		if len(line) != len(all[0]) {
			bad++
			continue
		}
		rec := record{}
		for i, name := range all[0] {
			rec[name] = line[i]
		}
		good = append(good, rec)
	}
	return good, bad
}

// newest keeps one record a key: the last by the given column, then by place.
func newest(in []record, key, updated string) []record {
	at := map[string]int{}
	var out []record
	for _, r := range in {
		i, seen := at[r[key]]
		switch {
		case !seen:
			at[r[key]] = len(out)
			out = append(out, r)
		case r[updated] >= out[i][updated]:
			out[i] = r
		}
	}
	return out
}

// telemetry is one event line.
type telemetry struct {
	ID, Event, Product string
	Context            struct {
		Account *string
		Bot     bool
	}
	Props struct {
		Count int
		OK    bool
	}
	TS     string
	Loaded string `json:"loaded_at"`

	at time.Time
}

// readEvents gives every event once, newest version, readable lines only.
var readEvents = sync.OnceValues(func() ([]telemetry, error) {
	x, err := made()
	if err != nil {
		return nil, err
	}
	place := map[string]int{}
	var out []telemetry
	for _, f := range x.sum.Files {
		if !strings.HasPrefix(f.Path, "product/events-") {
			continue
		}
		for line := range bytes.Lines(x.body[f.Path]) {
			var e telemetry
			if json.Unmarshal(line, &e) != nil {
				continue
			}
			if e.at, err = time.Parse(time.RFC3339, e.TS); err != nil {
				continue
			}
			i, seen := place[e.ID]
			switch {
			case !seen:
				place[e.ID] = len(out)
				out = append(out, e)
			case e.Loaded >= out[i].Loaded:
				out[i] = e
			}
		}
	}
	return out, nil
})

func events(t *testing.T) []telemetry {
	t.Helper()
	out, err := readEvents()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// zone of the firm: local midnights bound its days, weeks and months.
func local(t *testing.T, s string) time.Time {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skipf("no zone database on this machine: %v", err)
	}
	out, err := time.ParseInLocation(isoDay, s, berlin)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// onceEach gives the sev-1 and sev-2 incidents that a deployment caused in a
// month, by node; an incident of two products counts once.
func onceEach(t *testing.T, month string) map[string]map[string]bool {
	t.Helper()
	home, out := homes(), map[string]map[string]bool{}
	for line := range bytes.Lines(body(t, "operations/incidents.ndjson")) {
		var v struct {
			ID       string
			Group    *string `json:"incident_group"`
			Service  struct{ Summary string }
			Priority struct{ Summary string }
			Created  string `json:"created_at"`
			Resolved string `json:"resolved_at"`
			Review   struct {
				Cause string `json:"root_cause"`
			} `json:"postmortem"`
		}
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatal(err)
		}
		if v.Created[:7] != month || v.Review.Cause != "deploy" || v.Priority.Summary > "SEV-2" || v.Resolved < v.Created {
			continue
		}
		if v.Group != nil {
			v.ID = *v.Group
		}
		for _, node := range []string{home[v.Service.Summary], "all"} {
			if out[node] == nil {
				out[node] = map[string]bool{}
			}
			out[node][v.ID] = true
		}
	}
	return out
}

// homes maps the words the sources use for a product to its portfolio.
func homes() map[string]string {
	out := map[string]string{}
	for _, p := range products {
		for _, word := range []string{p.code, p.name, p.service} {
			out[word] = portfolios[p.portfolio].id
		}
	}
	return out
}

// customers are the accounts that count.
func customers(t *testing.T) map[string]bool {
	out := map[string]bool{}
	rows, _ := readCSV(t, "crm/accounts.csv")
	for _, r := range rows {
		if _, err := time.Parse(jiraTime, r["CreatedDate"]); err == nil && r["Type"] == "Customer" {
			out[r["Id"]] = true
		}
	}
	return out
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}
