package draw

import "math"

// Status draws the shape of a status into the square of some size (12 px on pages)
// whose left top corner is x, y. Shapes differ without colour: a diamond is off track,
// a triangle at risk, a disc on track, a double chevron exceeding, a half disc
// maturing, a dashed ring not enough data and a bar no data. A word that is no status
// draws the bar: nothing is known.
//
// Classes are st-fill, st-line, st-ring and st-dash, each with that of the status.
func Status(status string, x, y, size float64) []Shape {
	var d Drawing
	k := size / 12
	at := func(px, py float64) Point { return At(x+k*px, y+k*py) }
	circle := func(kind string, r float64) {
		c := at(6, 6)
		d.Circle(kind+" st-"+status, c[0], c[1], k*r)
	}
	fill, line := "st-fill st-"+status, "st-line st-"+status
	switch status {
	case "off_track":
		d.Polygon(fill, at(6, .2), at(11.8, 6), at(6, 11.8), at(.2, 6))
	case "at_risk":
		d.Polygon(fill, at(6, .9), at(11.7, 11), at(.3, 11))
	case "on_track":
		circle("st-fill", 4.7)
	case "exceeding":
		d.Line(line, at(1.6, 6.3), at(6, 1.9), at(10.4, 6.3), Gap(), at(1.6, 11), at(6, 6.6), at(10.4, 11))
	case "maturing":
		circle("st-ring", 4.4)
		d.Polygon(fill, rightHalf(at)...)
	case "not_enough_data":
		circle("st-dash", 4.5)
	default:
		d.Line("st-line st-no_data", at(1.5, 6), at(10.5, 6))
	}
	return d.Shapes
}

// rightHalf of the ring of a maturing number, as a polygon.
func rightHalf(at func(x, y float64) Point) []Point {
	const corners = 12
	var out []Point
	for i := range corners + 1 {
		a := math.Pi * (float64(i)/corners - 0.5)
		out = append(out, at(6+4.4*math.Cos(a), 6+4.4*math.Sin(a)))
	}
	return out
}
