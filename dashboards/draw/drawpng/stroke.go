package drawpng

import (
	"math"

	"golang.org/x/image/font/sfnt"

	"github.com/kpid/kpid/dashboards/draw"
)

// scaled gives runs in pixels.
func scaled(runs []draw.Run, k float64) []draw.Run {
	out := make([]draw.Run, len(runs))
	for i, run := range runs {
		out[i] = make(draw.Run, len(run))
		for j, p := range run {
			out[i][j] = draw.At(k*p[0], k*p[1])
		}
	}
	return out
}

// stroke gives the polygons of lines of some width, with flat ends and round corners. All
// turn the same way, so that filled at once they are one area.
func stroke(runs []draw.Run, closed bool, width float64) []draw.Run {
	var out []draw.Run
	for _, run := range runs {
		run = distinct(run, closed)
		for i := range len(run) - 1 {
			n := normal(run[i], run[i+1], width/2)
			a, b := run[i], run[i+1]
			out = append(out, draw.Run{draw.At(a[0]+n[0], a[1]+n[1]), draw.At(b[0]+n[0], b[1]+n[1]), draw.At(b[0]-n[0], b[1]-n[1]), draw.At(a[0]-n[0], a[1]-n[1])})
			switch {
			case i+2 < len(run):
				out = append(out, corner(b, n, normal(b, run[i+2], width/2)))
			case closed:
				out = append(out, corner(b, n, normal(b, run[1], width/2)))
			}
		}
	}
	return out
}

// distinct leaves out points that repeat the one before; a closed run ends where it began.
func distinct(run draw.Run, closed bool) draw.Run {
	var out draw.Run
	for _, p := range run {
		if len(out) == 0 || p != out[len(out)-1] {
			out = append(out, p)
		}
	}
	if closed && len(out) > 1 && out[0] != out[len(out)-1] {
		out = append(out, out[0])
	}
	return out
}

// normal stands on a line, of some length.
func normal(a, b draw.Point, length float64) draw.Point {
	dx, dy := b[0]-a[0], b[1]-a[1]
	k := length / math.Hypot(dx, dy)
	return draw.At(-dy*k, dx*k)
}

// corner fills the wedge on the outer side of a bend, where the normals before and after
// it part.
func corner(p, before, after draw.Point) draw.Run {
	turn := before[0]*after[1] - before[1]*after[0]
	from, to := before, after
	if turn > 0 { // bends towards the normals: the gap is on the other side
		from, to = draw.At(-after[0], -after[1]), draw.At(-before[0], -before[1])
	}
	a, b := math.Atan2(from[1], from[0]), math.Atan2(to[1], to[0])
	for b > a {
		b -= 2 * math.Pi
	}
	r := math.Hypot(from[0], from[1])
	out := draw.Run{p}
	const steps = 6
	for i := range steps + 1 {
		at := a + (b-a)*float64(i)/steps
		out = append(out, draw.At(p[0]+r*math.Cos(at), p[1]+r*math.Sin(at)))
	}
	return out
}

// dashed cuts lines into pieces, on and off by turns; each run begins anew.
func dashed(runs []draw.Run, closed bool, dash []float64, k float64) []draw.Run {
	total := 0.0
	for _, d := range dash {
		total += d * k
	}
	if !(total > 0) {
		return runs
	}
	var out []draw.Run
	for _, run := range runs {
		run = distinct(run, closed)
		piece, left := 0, dash[0]*k
		var now draw.Run
		for i := range len(run) - 1 {
			a, b := run[i], run[i+1]
			length := math.Hypot(b[0]-a[0], b[1]-a[1])
			at := func(s float64) draw.Point { return draw.At(a[0]+(b[0]-a[0])*s/length, a[1]+(b[1]-a[1])*s/length) }
			done := 0.0
			for {
				if piece%2 == 0 && len(now) == 0 {
					now = append(now, at(done))
				}
				step := math.Min(left, length-done)
				if done, left = done+step, left-step; piece%2 == 0 {
					now = append(now, at(done))
				}
				if left > 0 {
					break // goes on behind the corner
				}
				if len(now) > 1 {
					out = append(out, now)
				}
				now = nil
				piece++
				left = dash[piece%len(dash)] * k
			}
		}
		if len(now) > 1 {
			out = append(out, now)
		}
	}
	return out
}

// contours gives the outline of a glyph as polygons that stand at x, y.
func contours(outline sfnt.Segments, x, y float64) []draw.Run {
	var out []draw.Run
	var run draw.Run
	for _, s := range outline {
		arg := func(i int) draw.Point {
			return draw.At(x+float64(s.Args[i].X)/64, y+float64(s.Args[i].Y)/64)
		}
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			if len(run) > 0 {
				out = append(out, run)
			}
			run = draw.Run{arg(0)}
		case sfnt.SegmentOpLineTo:
			run = append(run, arg(0))
		case sfnt.SegmentOpQuadTo:
			run = curve(run, arg(0), arg(1))
		case sfnt.SegmentOpCubeTo: // the typeface has none; its end is near enough
			run = append(run, arg(2))
		}
	}
	if len(run) > 0 {
		out = append(out, run)
	}
	return out
}

// curve goes on from the last point along a parabola.
func curve(run draw.Run, by, to draw.Point) draw.Run {
	from := run[len(run)-1]
	const steps = 5
	for i := 1; i <= steps; i++ {
		t := float64(i) / steps
		u := 1 - t
		run = append(run, draw.At(u*u*from[0]+2*u*t*by[0]+t*t*to[0], u*u*from[1]+2*u*t*by[1]+t*t*to[1]))
	}
	return run
}
