package pdf

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/report"
)

// long is a report with every kind of block: a table that goes over pages, a word wider
// than a column, and names nobody expects.
func long() *report.Document {
	strip := draw.Standing{Value: 42, Near: 45, Far: 52, TwoSided: true, Status: "off_track"}.Strip("Off track").Drawing()
	chart := draw.New("A chart", "quarter", 474, 210)
	chart.Line("ch-actual", draw.At(44, 100), draw.At(400, 60))
	table := report.Table{Columns: []report.Column{{Name: "KPI", Share: 3}, {Name: "Status"}, {Name: "Value", Right: true}, {Name: "worse ‹ target › better", Center: true}}}
	for i := range 80 {
		table.Rows = append(table.Rows, []report.Cell{{Text: fmt.Sprintf("KPI %02d of the portfolio", i+1), URL: "https://kpid.example.com/p/core"}, {Text: "Off track", Status: kpi.OffTrack}, {Text: "41.8%", Bold: true}, {Text: "Off track", Drawing: &strip}})
	}
	return &report.Document{Title: "Core met 1 of 2.", Name: "Q2 2026 review", About: "Core </script>", Lang: "en", Made: "2026-09-21T06:10:00Z", Foot: "As known on 21 Sep 2026.", Sheets: []report.Sheet{
		{Name: "Summary", Head: "Q2", Blocks: []report.Block{report.Heading{Level: 1, Text: "Core met 1 of 2 targets. " + strings.Repeat("word ", 60)},
			report.Columns{Share: .5, Left: []report.Block{report.Heading{Level: 2, Text: "What happened"}, report.Text{Spans: []report.Piece{{Text: "Activation is "}, {Text: "41.8%", Bold: true, URL: "https://kpid.example.com"}, {Text: " and " + strings.Repeat("x", 400)}}}},
				Right: []report.Block{report.List{Items: [][]report.Piece{{{Text: "日本語 🎉 \u202e one"}}, {{Text: "two"}}}}, table}}}},
		{Name: "Charts", Head: "Q2", Blocks: []report.Block{report.Figure{Title: "1 Activation", Status: kpi.AtRisk, Caption: "A finding.", Drawing: chart, Boxes: []report.Box{{Label: "Q2", Value: "41.8%"}}}, report.Small("A note.")}}}}
}

func written(t *testing.T, d *report.Document, p Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, d, p); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSameBytesOnEachPaper(t *testing.T) {
	a4, letter := written(t, long(), A4), written(t, long(), Letter)
	if !bytes.Equal(a4, written(t, long(), A4)) {
		t.Error("the same report gives other bytes")
	}
	for paper, box := range map[string]string{string(a4): "/MediaBox [0 0 841.89 595.28]", string(letter): "/MediaBox [0 0 792.00 612.00]"} {
		if !strings.Contains(paper, box) || !strings.Contains(paper, "/Lang (en)") || !strings.Contains(paper, "D:20260921061000") {
			t.Errorf("no %s, no language or not the instant it tells of", box)
		}
	}
	var out bytes.Buffer
	if err := Write(&out, long(), "A3"); err == nil || err.Error() != `there is no paper "A3"; there are A4 and Letter` {
		t.Error(err)
	}
	d := long()
	d.Made = "yesterday"
	if err := Write(&out, d, A4); err == nil || !strings.Contains(err.Error(), "says no instant") {
		t.Error(err)
	}
}

// TestReadable reads the text back page by page with poppler: the head of a table stands
// again on each page, nothing is cut, and pages are counted.
func TestReadable(t *testing.T) {
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		if slices.Contains(strings.Fields(os.Getenv("KPID_REQUIRE")), "poppler") {
			t.Fatal("KPID_REQUIRE names poppler and pdftotext is not installed")
		}
		t.Skip("pdftotext is not installed: no PDF is read back")
	}
	file := filepath.Join(t.TempDir(), "long.pdf")
	if err := os.WriteFile(file, written(t, long(), A4), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), tool, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
	if len(pages) < 4 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, page := range pages {
		if !strings.Contains(page, fmt.Sprintf("kpid · %d of %d", i+1, len(pages))) || !strings.Contains(page, "Core </script>") || !strings.Contains(page, "As known on 21 Sep 2026.") {
			t.Errorf("page %d has no head or foot:\n%s", i+1, page)
		}
		if i < len(pages)-1 && (!strings.Contains(page, "Status") || !strings.Contains(page, "Value")) {
			t.Errorf("page %d lacks the head of its table", i+1)
		}
	}
	for i := range 80 {
		if !strings.Contains(string(text), fmt.Sprintf("KPI %02d of the portfolio", i+1)) {
			t.Errorf("row %d is not there", i+1)
		}
	}
	if got := strings.Count(string(text), "x"); got < 400 {
		t.Errorf("a long word lost letters: %d of 400", got)
	}
	for _, part := range []string{"Core met 1 of 2 targets.", "What happened", "41.8%", "1 Activation", "at risk", "A finding.", "A note.", "Off track", "□"} {
		if !strings.Contains(string(text), part) {
			t.Errorf("lacks %q", part)
		}
	}
}
