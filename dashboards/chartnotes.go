package dashboards

import (
	"unicode/utf8"

	"github.com/kpid/kpid/dashboards/draw"
)

// discWidth of a note's mark, for one number or several.
func discWidth(text string) float64 { return 17 + 6*float64(utf8.RuneCountInString(text)-1) }

// drawNotes draws a dashed line through each period with a note, and its numbers at
// the top; marks go over it.
func drawNotes(d *draw.Drawing, p chartPanel, box gridBox, x func(int) float64) {
	for j, k := range p.Marks {
		if k.Notes == "" {
			continue
		}
		d.Line("ch-note", draw.At(x(j), box.Top), draw.At(x(j), box.Top+box.Height))
	}
}

// drawDiscs draws the numbers of notes, over everything else.
func drawDiscs(d *draw.Drawing, p chartPanel, box gridBox, x func(int) float64) {
	for j, k := range p.Marks {
		if k.Notes == "" {
			continue
		}
		at := box.Top
		if k.Missing { // "no data" stands above the panel
			at += 14
		}
		half := discWidth(k.Notes)/2 - 8.5
		d.Pill("ch-disc", x(j)-half, x(j)+half, at, 8.5)
		d.Text("ch-number", x(j), at+4, k.Notes, "middle")
	}
}
