package drawpdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"codeberg.org/go-pdf/fpdf"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/dashboards/draw/drawfont"
)

// page is a document of 100 × 50 mm whose drawings are one mm for each px.
func page(t *testing.T) (*fpdf.Fpdf, drawfont.Faces) {
	t.Helper()
	faces, err := drawfont.Load()
	if err != nil {
		t.Fatal(err)
	}
	pdf := fpdf.NewCustom(&fpdf.InitType{UnitStr: "mm", Size: fpdf.SizeType{Wd: 100, Ht: 50}})
	if err := Prepare(pdf, faces, time.Date(2026, 9, 21, 6, 0, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	pdf.AddPage()
	return pdf, faces
}

func written(t *testing.T, pdf *fpdf.Fpdf) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pdf.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// document is a page with one drawing at 10, 5.
func document(t *testing.T, d draw.Drawing) []byte {
	t.Helper()
	pdf, faces := page(t)
	if err := Draw(pdf, d, faces, 10, 5, 1); err != nil {
		t.Fatal(err)
	}
	return written(t, pdf)
}

// content of a document: its streams, inflated.
func content(t *testing.T, pdf []byte) string {
	t.Helper()
	var out strings.Builder
	for _, m := range regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`).FindAllSubmatch(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // not a deflated one
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}

// shown is how a document holds a text.
func shown(text string) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune(text)) {
		b.WriteByte(byte(u >> 8))
		b.WriteByte(byte(u))
	}
	return "(" + b.String() + ") Tj"
}

// sample is a line, a disc, a band and texts.
func sample() draw.Drawing {
	d := draw.New("x", "wide", 80, 40)
	d.Rect("ch-band", 40, 2, 78, 12)
	d.Line("ch-near", draw.At(2, 30), draw.At(78, 30))
	d.Line("ch-actual", draw.At(2, 10), draw.At(20, 10))
	d.Circle("ch-dot", 30, 10, 3.5)
	d.Pill("ch-disc", 50, 56, 20, 8)
	d.Text("ch-label", 10, 25, "41.8", "middle")
	d.Text("ax-title", 20, 38, "Žen 売", "start")
	return d
}

// TestVectorsAndText: 1 mm is 2.83 pt, from the lower left corner of a page that is
// 141.73 pt high: the line at y = 5 + 10 mm is at 99.21, from 12 mm to 30 mm.
func TestVectorsAndText(t *testing.T) {
	text := content(t, document(t, sample()))
	for what, want := range map[string]string{
		"the box cuts":        "28.35 127.56 226.77 -113.39 re W n",
		"colour of the line":  "0.090 0.098 0.114 RG",
		"the line":            "34.02 99.21 m\n85.04 99.21 l\nS",
		"its width":           "5.67 w",
		"dashes":              "[14.17 11.34] 0.00 d",
		"fill of the band":    "0.902 0.922 0.973 rg",
		"the band":            "141.73 121.89 m\n249.45 121.89 l\n249.45 93.54 l\n141.73 93.54 l\nh\nf",
		"rim of the label":    "1 Tr",
		"the label":           shown("41.8"),
		"a box for a missing": shown("Žen □"),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s: no %q in the document", what, want)
		}
	}
	if n := strings.Count(text, " c\n"); n < 4 {
		t.Errorf("%d curves, want those of a circle", n)
	}
	if strings.Contains(text, shown("Žen 売")) {
		t.Error("a character that cannot be shown is in the text")
	}
}

// TestSameBytes: made again it is the same document, and the typeface that all documents
// share was not written to.
func TestSameBytes(t *testing.T) {
	faces, err := drawfont.Load()
	if err != nil {
		t.Fatal(err)
	}
	regular, bold := sha256.Sum256(faces.Regular.TTF), sha256.Sum256(faces.Bold.TTF)
	defer func() {
		if regular != sha256.Sum256(faces.Regular.TTF) || bold != sha256.Sum256(faces.Bold.TTF) {
			t.Error("a document changed the typeface")
		}
	}()
	a, b := document(t, sample()), document(t, sample())
	if !bytes.Equal(a, b) {
		t.Error("the same drawing gives other bytes")
	}
	if !bytes.Contains(a, []byte("D:20260921060000")) {
		t.Error("the document has another date than it was given")
	}
}

// TestLeavesNoTrace: who writes on after a drawing writes as before.
func TestLeavesNoTrace(t *testing.T) {
	pdf, faces := page(t)
	pdf.SetFont("helvetica", "B", 9)
	pdf.SetDrawColor(255, 0, 0)
	pdf.SetFillColor(0, 255, 0)
	pdf.SetTextColor(0, 0, 255)
	pdf.SetLineWidth(.7)
	pdf.SetXY(12, 13)
	state := func() string {
		x, y := pdf.GetXY()
		dr, dg, db := pdf.GetDrawColor()
		fr, fg, fb := pdf.GetFillColor()
		tr, tg, tb := pdf.GetTextColor()
		size, _ := pdf.GetFontSize()
		return fmt.Sprint(x, y, dr, dg, db, fr, fg, fb, tr, tg, tb, pdf.GetFontFamily(), pdf.GetFontStyle(), size, pdf.GetLineWidth(), pdf.GetLineJoinStyle(), pdf.GetLineCapStyle())
	}
	before := state()
	if err := Draw(pdf, sample(), faces, 10, 5, 1); err != nil {
		t.Fatal(err)
	}
	if after := state(); after != before {
		t.Errorf("after a drawing %s, before %s", after, before)
	}
	written(t, pdf) // an open clip is an error
}

func TestRefused(t *testing.T) {
	pdf, faces := page(t)
	for _, scale := range []float64{0, -1, 1e9} {
		if err := Draw(pdf, sample(), faces, 0, 0, scale); err == nil || !strings.Contains(err.Error(), "above 0 and below 100") {
			t.Errorf("scale %v: %v", scale, err)
		}
	}
	if err := Draw(fpdf.New("P", "mm", "A4", ""), sample(), faces, 0, 0, 1); err == nil || !strings.Contains(err.Error(), "add a page") {
		t.Errorf("no page: %v", err)
	}
	bare := fpdf.New("P", "mm", "A4", "")
	bare.AddPage()
	if err := Draw(bare, sample(), faces, 0, 0, 1); err == nil || !strings.Contains(err.Error(), "Prepare") {
		t.Errorf("without the typeface: %v", err)
	}
}

// TestRendered: what a reader of PDF shows of it, at 4 pixels a mm.
func TestRendered(t *testing.T) {
	if _, err := exec.LookPath("pdftoppm"); err != nil {
		if slices.Contains(strings.Fields(os.Getenv("KPID_REQUIRE")), "poppler") {
			t.Fatal("KPID_REQUIRE names poppler and pdftoppm is not installed")
		}
		t.Skip("pdftoppm is not installed: no PDF is rendered")
	}
	d := sample()
	d.Rect("wf-whole", 60, 35, 500, 500) // over the edge
	img := rendered(t, document(t, d), "sample")
	at := func(x, y float64) string { // px of the drawing
		r, g, b, _ := img.At(int((10+x)*4), int((5+y)*4)).RGBA()
		return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
	}
	for what, c := range map[string]struct{ got, want string }{
		"the line":        {at(10, 10), "#17191d"},
		"above the line":  {at(10, 8.5), "#ffffff"},
		"the disc":        {at(32.5, 10), "#17191d"},
		"beside the disc": {at(34, 10), "#ffffff"},
		"the band":        {at(60, 5), "#e6ebf8"},
		"the pill":        {at(53, 13), "#ffffff"},
		"its edge":        {at(53, 12), "#666a73"},
		"what is inside":  {at(70, 38), "#17191d"},
		"what is cut off": {at(81, 38), "#ffffff"},
		"below the box":   {at(70, 41), "#ffffff"},
		"a dash":          {at(4, 30), "#4463c4"},
		"between dashes":  {at(9, 30), "#ffffff"},
	} {
		if c.got != c.want {
			t.Errorf("%s is %s, want %s", what, c.got, c.want)
		}
	}
	dark := 0
	for x := 2.; x < 20; x += .25 {
		for y := 16.; y < 25; y += .25 {
			if at(x, y) < "#808080" {
				dark++
			}
		}
	}
	if dark < 50 {
		t.Errorf("the label has %d dark pixels", dark)
	}
}

// rendered is the picture of a document; KPID_SCREENSHOTS keeps it to be looked at.
func rendered(t *testing.T, pdf []byte, name string) image.Image {
	t.Helper()
	dir := t.TempDir()
	if keep := os.Getenv("KPID_SCREENSHOTS"); keep != "" {
		dir = keep
	}
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file+".pdf", pdf, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("pdftoppm", "-png", "-r", "101.6", "-singlefile", file+".pdf", file).CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v: %s", err, out)
	}
	f, err := os.Open(file + ".png")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return img
}
