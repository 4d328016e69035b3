package dashboards_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/dashtest"
)

var update = flag.Bool("update", false, "write testdata/structure anew; look at the pages before committing it")

// TestStructure compares what each page is made of, at three widths, with what was
// reviewed: its landmarks, headings, tables with the columns that are visible, figures,
// drawings and controls, in the order they are read. Text may change and fonts may
// differ; a panel that vanishes, moves or loses a column is seen. Both themes must show
// the same. -update writes what is there now.
func TestStructure(t *testing.T) {
	b := open(t, dashtest.New().Reviewed())
	for _, path := range append(readable(), entryPages()...) {
		var out strings.Builder
		for _, width := range []int64{1440, 1024, 390} {
			b.visit(t, path, width, "light")
			light := value[string](t, b, outline)
			b.visit(t, path, width, "dark")
			if dark := value[string](t, b, outline); dark != light {
				t.Errorf("%s at %d px: the dark theme shows something else:\n%s", path, width, firstDifference(light, dark))
			}
			out.WriteString("# " + map[int64]string{1440: "wide", 1024: "laptop", 390: "phone"}[width] + "\n" + light + "\n")
		}
		reviewedStructure(t, structureFile(path), path, out.String())
	}
	b.quiet(t, "structure")
}

// outline walks what is visible, in reading order, one line for each part.
const outline = `(() => {
  const out = [], seen = e => e.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const words = e => e.textContent.replace(/\s+/g, " ").trim().slice(0, 60);
  const part = { H1: e => "h1", H2: e => "h2 " + words(e), H3: e => "h3", NAV: e => "nav " + e.getAttribute("aria-label"), FIGURE: e => "figure", FORM: e => "form " + (e.getAttribute("action") || ""),
    TABLE: e => "table: " + Array.from(e.querySelectorAll("thead th")).filter(seen).map(words).join(" | "), SELECT: e => "select " + e.name, TEXTAREA: e => "text " + e.name, BUTTON: e => "button",
    INPUT: e => e.type === "hidden" ? "" : e.type + " " + e.name, DETAILS: e => "details", DL: e => "pairs " + e.children.length, UL: e => "list " + e.children.length, OL: e => "list " + e.children.length };
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, footer, .search, .menu") || !seen(e)) { continue; }
    const make = part[e.tagName]; if (!make) { continue; }
    const line = make(e); if (line) { out.push(line); }
  }
  for (const cls of ["spark", "strip", "timeline", "betplot", "chart, .static"]) { // a chart, or the drawing in its place
    const n = Array.from(document.querySelectorAll("." + cls)).filter(seen).length; if (n) { out.push(n + " × " + cls); }
  }
  return out.join("\n");
})()`

func structureFile(path string) string {
	name := regexp.MustCompile(`[^a-z0-9_-]+`).ReplaceAllString(strings.ToLower(strings.TrimPrefix(path, "/")), ".")
	return filepath.Join("testdata", "structure", name+".txt")
}

func reviewedStructure(t *testing.T, file, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Errorf("%s: %v; look at the page, then run the test with -update", path, err)
		return
	}
	if string(want) != got {
		t.Errorf("%s is made of other parts than was reviewed (%s); look at it, then run the test with -update:\n%s", path, file, firstDifference(string(want), got))
	}
}

// firstDifference shows where two outlines part.
func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(a), len(b)) {
		at := func(lines []string) string {
			if i < len(lines) {
				return lines[i]
			}
			return "the end"
		}
		if at(a) != at(b) {
			return "want " + at(a) + "\ngot  " + at(b)
		}
	}
	return ""
}
