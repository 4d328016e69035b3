package draw

import "math"

// roundCorners is how many corners a circle has for those who know only lines: at twice
// the size of the page they are not seen.
const roundCorners = 48

// Outline gives the lines of a mark, with polygons in place of what is round, for those
// who know no arcs. Closed says that each is a polygon. A text has none.
func (s Shape) Outline() (runs []Run, closed bool) {
	switch s.Kind() {
	case Lines:
		return s.Runs, s.Closed
	case Circle:
		c := s.Runs[0][0]
		return []Run{round(c, c, s.R)}, true
	case Pill:
		return []Run{round(s.Runs[0][0], s.Runs[0][1], s.R)}, true
	}
	return nil, false
}

// round goes around two centres, from the top of the left one.
func round(left, right Point, r float64) Run {
	var out Run
	for i := range roundCorners + 1 {
		a := 2 * math.Pi * float64(i) / roundCorners
		x, y := math.Sin(a), -math.Cos(a)
		if 2*i <= roundCorners {
			out = append(out, At(right[0]+r*x, right[1]+r*y))
		}
		if 2*i >= roundCorners && (i < roundCorners || left != right) {
			out = append(out, At(left[0]+r*x, left[1]+r*y))
		}
	}
	return out
}
