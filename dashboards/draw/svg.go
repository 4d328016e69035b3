package draw

import "strings"

// Path is the attribute d of a mark that is drawn as an SVG path, "" of a circle or a text.
func (s Shape) Path() string {
	var b strings.Builder
	switch s.Kind() {
	case Lines:
		for _, run := range s.Runs {
			trace(&b, run)
			if s.Closed {
				b.WriteByte('Z')
			}
		}
	case Pill:
		from, to, r := s.Runs[0][0], s.Runs[0][1], Px(s.R)
		arc := "a" + r + " " + r + " 0 0 1 0"
		width := Px(to[0] - from[0])
		b.WriteString("M" + Px(from[0]) + " " + Px(from[1]-s.R) + "h" + width + arc + " " + Px(2*s.R) + "h-" + width + arc + "-" + Px(2*s.R) + "Z")
	}
	return b.String()
}

// Points is the attribute points of an SVG polyline.
func (r Run) Points() string {
	var b strings.Builder
	for i, p := range r {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(Px(p[0]) + "," + Px(p[1]))
	}
	return b.String()
}

// trace writes a run of points, short where a line goes along an axis.
func trace(b *strings.Builder, run Run) {
	for i, p := range run {
		switch x, y := Px(p[0]), Px(p[1]); {
		case i == 0:
			b.WriteString("M" + x + " " + y)
		case p[1] == run[i-1][1]:
			b.WriteString("H" + x)
		case p[0] == run[i-1][0]:
			b.WriteString("V" + y)
		default:
			b.WriteString("L" + x + " " + y)
		}
	}
}

// Radius is the attribute r of a circle, "" of another mark.
func (s Shape) Radius() string {
	if s.Kind() != Circle {
		return ""
	}
	return Px(s.R)
}

// X of a circle's centre, or where a text stands.
func (s Shape) X() string { return s.coordinate(0) }

// Y of a circle's centre, or the base line of a text.
func (s Shape) Y() string { return s.coordinate(1) }

func (s Shape) coordinate(i int) string {
	if len(s.Runs) == 0 || len(s.Runs[0]) == 0 {
		return ""
	}
	return Px(s.Runs[0][0][i])
}
