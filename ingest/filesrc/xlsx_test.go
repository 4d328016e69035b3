package filesrc_test

import (
	"bytes"
	"math/rand"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/ingesttest"
)

const roadmap = `kpid = 1
id = "roadmap"
[[stream]]
id = "items"
file = "*.xlsx"
decode = ["xlsx"]
key = ["Key"]
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
product_id = "Product"
created_at = { path = "Created", time = "any" }
solved_at = { path = "Done", time = "2006-01-02", optional = true }
channel = { const = "mail" }
status = { path = "State", map = { Open = "open", Done = "solved" } }
`

// workbook writes rows from row 2 on into a sheet.
func workbook(t testing.TB, sheet string, rows [][]any, more func(*excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(f.SetSheetName("Sheet1", sheet))
	for i, row := range rows {
		at, err := excelize.CoordinatesToCellName(1, i+2)
		must(err)
		must(f.SetSheetRow(sheet, at, &row))
	}
	if more != nil {
		more(f)
	}
	var b bytes.Buffer
	_, err := f.WriteTo(&b)
	must(err)
	return b.String()
}

func items() [][]any {
	return [][]any{
		{"Key", " Product ", "Created", "Done", "State", "Effort"},
		{"R-1", "flows", time.Date(2026, 3, 29, 9, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), "Done"},
		{},
		{"R-2", "forms", "2026-03-02", "2026-04-02", "Open", 0.1},
		{"R-3", "forms", 46023.5, nil, "Lost"},
		{"R-4", "forms", 46023.5, nil, "#N/A"},
		{"R-5", "forms", 46023.5, nil, "Open", nil, "beside the table"},
		{17, "flows", 46023.5, nil, "Open"},
	}
}

// TestWorkbook holds that dates are read by the wall clock of the company, whatever the
// cell shows, and that what is wrong is told by sheet and row.
func TestWorkbook(t *testing.T) {
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, folder(t, map[string]string{"plan.xlsx": workbook(t, "Plan", items(), nil)}), roadmap))
	if !rep.Summary.Complete || rep.Counts.Records != 6 {
		t.Errorf("%+v", rep)
	}
	berlin := config(t, t.TempDir(), roadmap).Zone
	want := map[string][2]any{
		"R-1": {time.Date(2026, 3, 29, 9, 0, 0, 0, berlin).UnixMilli(), time.Date(2026, 4, 1, 0, 0, 0, 0, berlin).UnixMilli()},
		"R-2": {time.Date(2026, 3, 2, 0, 0, 0, 0, berlin).UnixMilli(), time.Date(2026, 4, 2, 0, 0, 0, 0, berlin).UnixMilli()},
		"17":  {time.Date(2026, 1, 1, 12, 0, 0, 0, berlin).UnixMilli(), nil},
	}
	got := map[string][2]any{}
	for _, r := range sink.Rows("ticket") {
		got[r.ID] = [2]any{column(t, r, "created_at"), column(t, r, "solved_at")}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var rejected []string
	for _, r := range sink.Rejected {
		rejected = append(rejected, r.Locator+" "+r.Field+" "+r.Found)
	}
	if d := cmp.Diff([]string{"plan.xlsx:Plan:6 State Lost", "plan.xlsx:Plan:7  #N/A in cell E7 (State)", "plan.xlsx:Plan:8  7 cells"}, rejected); d != "" {
		t.Error(d)
	}
}

// TestCorrectedWorkbook holds that what was rejected of a sheet closes when it is right.
func TestCorrectedWorkbook(t *testing.T) {
	dir := folder(t, map[string]string{"plan.xlsx": workbook(t, "Plan", items(), nil)})
	cfg, sink := config(t, dir, roadmap), &ingesttest.Sink{}
	run(t, sink, cfg)
	write(t, dir, "plan.xlsx", workbook(t, "Plan", items()[:4], nil))
	run(t, sink, cfg)
	if last := sink.Pages[len(sink.Pages)-1]; cmp.Diff([]string{"plan.xlsx"}, last.Whole) != "" {
		t.Errorf("%+v", last)
	}
}

func TestWorkbookMistakes(t *testing.T) {
	good := workbook(t, "Plan", items(), nil)
	second := func(f *excelize.File) {
		if _, err := f.NewSheet("Old"); err != nil {
			t.Fatal(err)
		}
	}
	hidden := func(f *excelize.File) {
		second(f)
		if err := f.SetSheetVisible("Old", false); err != nil {
			t.Fatal(err)
		}
	}
	from1904 := func(f *excelize.File) {
		yes := true
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
			t.Fatal(err)
		}
	}
	named := strings.Replace(roadmap, `decode =`, "sheet = \"Plan\"\ndecode =", 1)
	cases := map[string]struct {
		data, manifest string
		limit          int64
		found          string // "" is taken
	}{
		"no workbook":    {"Key,Product\n", roadmap, 0, "plan.xlsx: "},
		"cut":            {good[:len(good)/2], roadmap, 0, "plan.xlsx: "},
		"two sheets":     {workbook(t, "Plan", items(), second), roadmap, 0, "plan.xlsx: 2 sheets"},
		"one is hidden":  {workbook(t, "Plan", items(), hidden), roadmap, 0, ""},
		"named":          {workbook(t, "Plan", items(), second), named, 0, ""},
		"renamed":        {workbook(t, "Plan 2027", items(), nil), named, 0, `no sheet "Plan"`},
		"no such column": {workbook(t, "Plan", [][]any{{"Key", "Product"}, {1, 2}}, nil), roadmap, 0, `plan.xlsx:Plan:2: no column "Created", "State"`},
		"empty":          {workbook(t, "Plan", nil, nil), roadmap, 0, "plan.xlsx:Plan:1: an empty sheet"},
		"1904":           {workbook(t, "Plan", items(), from1904), roadmap, 0, "counts its days from 1904"},
		"too large":      {good, roadmap, 2000, "plan.xlsx: "},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, folder(t, map[string]string{"plan.xlsx": c.data}), c.manifest)
			cfg.Limits = filesrc.Limits{StreamBytes: c.limit}
			sink := &ingesttest.Sink{}
			rep := run(t, sink, cfg)
			if c.found == "" {
				if !rep.Summary.Complete || len(sink.Rows("ticket")) != 3 {
					t.Errorf("%+v", rep)
				}
				return
			}
			if rep.Summary.Complete || !strings.Contains(rep.Summary.Message, c.found) {
				t.Errorf("%+v", rep)
			}
		})
	}
}

// TestDamagedFiles holds that no damage takes the run down: the good file beside is read.
func TestDamagedFiles(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	for name, c := range map[string]struct{ file, manifest, good string }{
		"workbook": {"a.xlsx", roadmap, workbook(t, "Plan", items()[:4], nil)},
		"parquet":  {"a.parquet", usage, usageFile(t)},
	} {
		t.Run(name, func(t *testing.T) {
			for range 300 {
				bad := []byte(c.good)
				for range 1 + random.Intn(8) {
					bad[random.Intn(len(bad))] = byte(random.Intn(256))
				}
				dir := folder(t, map[string]string{c.file: string(bad), "b" + c.file[1:]: c.good})
				cfg := config(t, dir, c.manifest)
				cfg.Limits.StreamBytes = 64 << 20
				sink := &ingesttest.Sink{}
				if rep := run(t, sink, cfg); rep.Err != nil {
					t.Fatalf("%v", rep.Err)
				}
			}
		})
	}
}
