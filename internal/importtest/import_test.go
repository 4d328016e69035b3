// Package importtest holds the direction of imports: domain below, adapters
// above, the program on top. What DESIGN says in a sentence fails a build here.
package importtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/kpid/kpid"

// allowed lists, for each package pattern, what non-test code may import beyond
// the standard library. Paths without a dot are ours. The first pattern that
// matches counts; a package that matches none fails the test.
var allowed = []struct {
	pkg     string
	imports []string
}{
	{"", nil}, // the files that are embedded
	{"internal/near", nil},
	{"kpi", nil},
	{"kpi/fact", []string{"kpi", "golang.org/x/text/..."}},
	{"kpi/scorecard", []string{"kpi"}},
	{"kpi/catalog/...", []string{"kpi", "kpi/fact", "internal/near", "internal/tomldoc", "github.com/pelletier/go-toml/v2/..."}},
	{"kpi/engine", []string{"kpi", "kpi/fact", "internal/named"}},
	{"kpi/kpitest", []string{"kpi", "kpi/fact", "kpi/catalog", "kpi/engine", "internal/near"}},
	{"ingest/sqlsrc", []string{"kpi", "kpi/fact", "ingest/...", "internal/named", "github.com/tidwall/gjson", "github.com/go-sql-driver/mysql",
		"github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5/..."}},
	{"ingest/filesrc", []string{"kpi", "kpi/fact", "ingest/...", "github.com/xuri/excelize/v2", "github.com/parquet-go/parquet-go/..."}},
	{"ingest/...", []string{"kpi", "kpi/fact", "ingest/...", "internal/hosts", "internal/named", "internal/near", "internal/tomldoc", "github.com/pelletier/go-toml/v2/...",
		"github.com/sethvargo/go-retry", "github.com/tidwall/gjson", "github.com/netresearch/go-cron",
		"golang.org/x/text/...", "golang.org/x/sync/..."}},
	{"store/storetest", []string{"kpi", "kpi/fact", "ingest", "store", "internal/...", "github.com/google/go-cmp/cmp"}},
	{"store/...", []string{"kpi", "kpi/fact", "ingest", "store/...", "github.com/jmoiron/sqlx/...",
		"github.com/mattn/go-sqlite3", "github.com/jackc/pgx/v5/...", "github.com/pressly/goose/v3/...", "github.com/klauspost/compress/zstd"}},
	{"deliver", []string{"kpi", "kpi/scorecard", "github.com/netresearch/go-cron"}},
	{"deliver/delivertest", []string{"kpi", "kpi/scorecard", "deliver"}},
	{"deliver/...", []string{"deliver", "internal/hosts", "github.com/wneessen/go-mail"}},
	{"dashboards/draw", nil},
	{"dashboards/draw/drawfont", []string{"codeberg.org/go-fonts/liberation/...", "golang.org/x/image/...", "golang.org/x/text/..."}},
	{"dashboards/draw/drawpng", []string{"dashboards/draw", "dashboards/draw/drawfont", "golang.org/x/image/..."}},
	{"dashboards/draw/drawpdf", []string{"dashboards/draw", "dashboards/draw/drawfont", "codeberg.org/go-pdf/fpdf"}},
	{"report/xlsx", []string{"report", "github.com/xuri/excelize/v2"}},
	{"report/pdf", []string{"report", "kpi", "dashboards/draw", "dashboards/draw/drawfont", "dashboards/draw/drawpdf", "codeberg.org/go-pdf/fpdf"}},
	{"report", []string{"kpi", "kpi/scorecard", "dashboards/draw"}},
	{"dashboards/...", []string{"kpi", "kpi/scorecard", "report", "dashboards/...", "internal/near", "github.com/go-echarts/go-echarts/v2/...",
		"github.com/prometheus/..."}},
	{"internal/mariadbtest", []string{"github.com/go-sql-driver/mysql"}},
	{"internal/pgtest", []string{"github.com/jackc/pgx/v5"}},
	{"internal/spectest", []string{"github.com/getkin/kin-openapi/..."}},
	{"internal/config", []string{"kpi", "kpi/fact", "kpi/catalog", "ingest", "ingest/manifest", "internal/near", "internal/tomldoc",
		"github.com/pelletier/go-toml/v2/...", "github.com/netresearch/go-cron"}},
	{"internal/tomldoc", []string{"internal/near", "github.com/pelletier/go-toml/v2/..."}},
	{"internal/gitlabpi", []string{"kpi", "internal/near", "internal/tomldoc", "github.com/goccy/go-yaml/..."}},
	{"internal/...", []string{"kpi", "kpi/fact"}},
	{"sample/...", []string{"kpi", "kpi/fact"}},
	{"cmd/kpid", []string{"..."}},
}

// only names imports that belong to one place, and to no other.
var only = []struct{ imported, home, why string }{
	{"github.com/jmoiron/sqlx/...", "store", "SQL access goes through the store"},
	{"github.com/mattn/go-sqlite3", "store ingest/sqlsrc", "drivers belong where kpid keeps its own and where it reads a company's database"},
	{"github.com/jackc/pgx/v5/...", "store ingest/sqlsrc internal/pgtest", "drivers belong where kpid keeps its own and where it reads a company's database"},
	{"github.com/go-sql-driver/mysql", "ingest/sqlsrc internal/mariadbtest", "MySQL is only read"},
	{"github.com/xuri/excelize/v2", "ingest/filesrc report/xlsx", "workbooks are read as files and written as reports"},
	{"github.com/parquet-go/parquet-go/...", "ingest/filesrc", "Parquet is read as files"},
	{"github.com/getkin/kin-openapi/...", "internal/spectest", "what vendors describe is a matter of tests"},
	{"github.com/fsnotify/fsnotify", "cmd/kpid", "folders are watched where runs are started"},
	{"github.com/go-echarts/go-echarts/v2/...", "dashboards/chart.go", "go-echarts escapes nothing: one file knows how to use it safely"},
	{"github.com/wneessen/go-mail", "deliver/send", "mail is sent in one place"},
	{"codeberg.org/go-fonts/liberation/...", "dashboards/draw/drawfont", "text is laid out in one typeface"},
	{"html/template", "dashboards deliver", "markup is made by the pages and by what is mailed of them"},
}

// pkg is what `go list` tells of a package.
type pkg struct {
	ImportPath string
	Name       string
	Dir        string
	GoFiles    []string
	CgoFiles   []string
	Imports    []string
	Deps       []string
}

// rel is the import path inside the module.
func (p pkg) rel() string { return inside(p.ImportPath) }

// inside makes an import path of ours relative to the module; "" is its root.
func inside(imp string) string {
	if imp == module {
		return ""
	}
	return strings.TrimPrefix(imp, module+"/")
}

func TestImportsPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		i := slices.IndexFunc(allowed, func(a struct {
			pkg     string
			imports []string
		}) bool {
			return match(a.pkg, p.rel())
		})
		if i < 0 {
			t.Errorf("package %s has no line in the table of allowed imports: add one", p.rel())
			continue
		}
		for _, imp := range p.Imports {
			if standard(imp) {
				continue
			}
			name := inside(imp)
			if !slices.ContainsFunc(allowed[i].imports, func(pattern string) bool { return match(pattern, name) }) {
				t.Errorf("%s imports %s; it may import %v", p.rel(), name, allowed[i].imports)
			}
		}
	}
}

func TestImportsWithOneHome(t *testing.T) {
	for _, p := range packages(t) {
		for file, imports := range fileImports(t, p) {
			for _, o := range only {
				home := slices.ContainsFunc(strings.Fields(o.home), func(h string) bool {
					return h == p.rel() || h == path.Join(p.rel(), file) || strings.HasPrefix(p.rel(), h+"/")
				})
				if home {
					continue
				}
				for _, imp := range imports {
					if match(o.imported, imp) {
						t.Errorf("%s/%s imports %s, which belongs to %s: %s", p.rel(), file, imp, o.home, o.why)
					}
				}
			}
			if strings.HasPrefix(p.rel(), "dashboards") && slices.Contains(imports, "text/template") {
				t.Errorf("%s/%s imports text/template, which escapes nothing: use html/template", p.rel(), file)
			}
		}
	}
}

// TestNoTestCodeInTheProgram keeps conformance suites and helpers out of the binary.
func TestNoTestCodeInTheProgram(t *testing.T) {
	for _, p := range packages(t) {
		if p.Name != "main" {
			continue
		}
		for _, dep := range p.Deps {
			if dep == "testing" || dep == "testing/fstest" || dep == "net/http/httptest" {
				t.Errorf("%s links %s", p.rel(), dep)
			}
		}
	}
}

// TestPagesLinkNoPaper keeps what draws without a browser out of the pages.
func TestPagesLinkNoPaper(t *testing.T) {
	for _, p := range packages(t) {
		if p.rel() != "dashboards" {
			continue
		}
		for _, dep := range p.Deps {
			if match("dashboards/draw/...", inside(dep)) && inside(dep) != "dashboards/draw" || match("codeberg.org/go-pdf/fpdf", dep) {
				t.Errorf("dashboards links %s: PDF and PNG are made beside the pages, of the same drawings", inside(dep))
			}
		}
	}
}

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"kpi", "kpi", true},
		{"kpi", "kpi/fact", false},
		{"ingest/...", "ingest", true},
		{"ingest/...", "ingest/httpsrc", true},
		{"ingest/...", "ingester", false},
		{"...", "anything/at/all", true},
	} {
		if got := match(c.pattern, c.name); got != c.want {
			t.Errorf("match(%q, %q) = %v, want %v", c.pattern, c.name, got, c.want)
		}
	}
}

// match says whether a path equals a pattern or lies below one that ends in "/...".
func match(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	root, deep := strings.CutSuffix(pattern, "/...")
	return name == root || deep && strings.HasPrefix(name, root+"/")
}

// standard says whether an import is of the standard library: no dot in its first element.
func standard(imp string) bool {
	first, _, _ := strings.Cut(imp, "/")
	return !strings.Contains(first, ".")
}

// packages lists the module's packages without their tests.
func packages(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,Imports,Deps", module+"/...")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, complaint.String())
	}
	var all []pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p pkg
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatal("go list found no package")
	}
	return all
}
