// Package drawpng draws a Drawing as a PNG, for places that show no SVG: chat and most
// mail programs. The same drawing gives the same bytes on the same kind of machine.
package drawpng

import (
	"fmt"
	"image"
	"image/color"
	imagedraw "image/draw"
	"image/png"
	"io"
	"math"

	"golang.org/x/image/vector"

	"github.com/kpid/kpid/dashboards/draw"
	"github.com/kpid/kpid/dashboards/draw/drawfont"
)

// mostPixels of a picture. The largest drawing at three times its size is 3 Mpx.
const mostPixels = 16 << 20

// Encode writes d as a PNG of scale pixels for each px; 2 is sharp on most screens. What
// lies outside of the drawing's box is cut off; the ground is paper, for the ground of a
// chat may be dark. It fails for a size that is none or too large, and when w does.
func Encode(w io.Writer, d draw.Drawing, faces drawfont.Faces, scale float64) error {
	img, err := Image(d, faces, scale)
	if err != nil {
		return err
	}
	return png.Encode(w, img)
}

// Image is what Encode writes.
func Image(d draw.Drawing, faces drawfont.Faces, scale float64) (*image.RGBA, error) {
	width, height := math.Ceil(d.Width*scale), math.Ceil(d.Height*scale)
	if !(width >= 1 && height >= 1 && width*height <= mostPixels) {
		return nil, fmt.Errorf("a picture of %v × %v px at scale %v: each side must be 1 pixel or more, and all at most %d pixels; choose another scale",
			d.Width, d.Height, scale, mostPixels)
	}
	c := canvas{img: image.NewRGBA(image.Rect(0, 0, int(width), int(height))), faces: faces, scale: scale}
	imagedraw.Draw(c.img, c.img.Bounds(), image.NewUniform(rgb(draw.Paper)), image.Point{}, imagedraw.Src)
	for _, s := range d.Shapes {
		ink, _ := draw.InkOf(d.Class, s) // what has none is thin and grey, and seen
		if s.Kind() == draw.Text {
			if err := c.text(s, ink); err != nil {
				return nil, err
			}
			continue
		}
		c.shape(s, ink)
	}
	return c.img, nil
}

// canvas paints polygons in pixels.
type canvas struct {
	img    *image.RGBA
	faces  drawfont.Faces
	scale  float64
	raster vector.Rasterizer
}

// shape paints a mark that is no text: the rim, the area, the line.
func (c *canvas) shape(s draw.Shape, ink draw.Ink) {
	runs, closed := s.Outline()
	runs = scaled(runs, c.scale)
	if ink.Halo > 0 {
		c.fill(stroke(runs, closed, ink.Halo*c.scale), draw.Paper)
	}
	if closed && ink.Fill != "" {
		c.fill(runs, ink.Fill)
	}
	if ink.Stroke != "" {
		if len(ink.Dash) > 0 {
			runs, closed = dashed(runs, closed, ink.Dash, c.scale), false
		}
		c.fill(stroke(runs, closed, ink.Width*c.scale), ink.Stroke)
	}
}

// text paints a line of text.
func (c *canvas) text(s draw.Shape, ink draw.Ink) error {
	glyphs, width, err := c.faces.Weight(ink.Weight).Set(s.Text, ink.Size*c.scale)
	if err != nil {
		return err
	}
	at := s.Runs[0][0]
	x, y := at[0]*c.scale, at[1]*c.scale
	switch s.Anchor {
	case "middle":
		x -= width / 2
	case "end":
		x -= width
	}
	var runs []draw.Run
	for _, g := range glyphs {
		runs = append(runs, contours(g.Outline, x+g.At, y)...)
	}
	if ink.Halo > 0 {
		c.fill(stroke(runs, true, ink.Halo*c.scale), draw.Paper)
	}
	c.fill(runs, ink.Fill)
	return nil
}

// fill paints polygons at once: where they overlap in the same direction they are one,
// in the opposite one a hole.
func (c *canvas) fill(polygons []draw.Run, of draw.Color) {
	box := bounds(polygons).Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	c.raster.Reset(box.Dx(), box.Dy())
	for _, run := range polygons {
		for i, p := range run {
			x, y := float32(p[0]-float64(box.Min.X)), float32(p[1]-float64(box.Min.Y))
			if i == 0 {
				c.raster.MoveTo(x, y)
			} else {
				c.raster.LineTo(x, y)
			}
		}
		c.raster.ClosePath()
	}
	c.raster.Draw(c.img, box, image.NewUniform(rgb(of)), image.Point{})
}

// bounds are the pixels that polygons touch.
func bounds(polygons []draw.Run) image.Rectangle {
	left, top, right, bottom := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, run := range polygons {
		for _, p := range run {
			left, right = math.Min(left, p[0]), math.Max(right, p[0])
			top, bottom = math.Min(top, p[1]), math.Max(bottom, p[1])
		}
	}
	pixel := func(v float64) int { return int(draw.Clamp(v, -mostPixels, mostPixels)) }
	return image.Rect(pixel(math.Floor(left)), pixel(math.Floor(top)), pixel(math.Ceil(right)), pixel(math.Ceil(bottom)))
}

func rgb(c draw.Color) color.RGBA {
	r, g, b := c.RGB()
	return color.RGBA{r, g, b, 255}
}
