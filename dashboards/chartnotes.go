package dashboards

import "unicode/utf8"

// discWidth of a note's mark, for one number or several.
func discWidth(text string) float64 { return 17 + 6*float64(utf8.RuneCountInString(text)-1) }

// notes draws a dashed line through each period with a note, and its numbers at
// the top; marks go over it.
func (d *drawing) notes(p chartPanel, box gridBox, x func(int) float64) {
	for j, k := range p.Marks {
		if k.Notes == "" {
			continue
		}
		d.path("ch-note", "M%s %sV%s", px(x(j)), px(box.Top), px(box.Top+box.Height))
	}
}

// discs draws the numbers of notes, over everything else.
func (d *drawing) discs(p chartPanel, box gridBox, x func(int) float64) {
	for j, k := range p.Marks {
		if k.Notes == "" {
			continue
		}
		at := box.Top
		if k.Missing { // "no data" stands above the panel
			at += 14
		}
		half := discWidth(k.Notes)/2 - 8.5
		d.path("ch-disc", "M%s %sh%sa8.5 8.5 0 0 1 0 17h-%sa8.5 8.5 0 0 1 0-17Z", px(x(j)-half), px(at-8.5), px(2*half), px(2*half))
		d.text("ch-number", x(j), at+4, k.Notes, "middle")
	}
}
