package main

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

// TestEncode: a picture of few colours keeps its white and black, one of many is
// brought down to what a palette holds.
func TestEncode(t *testing.T) {
	few, many := image.NewRGBA(image.Rect(0, 0, 40, 30)), image.NewRGBA(image.Rect(0, 0, 256, 256))
	for i := range few.Pix {
		few.Pix[i] = 255
	}
	few.Set(3, 4, color.RGBA{0, 0, 0, 255})
	for y := range 256 {
		for x := range 256 {
			many.Set(x, y, color.RGBA{uint8(x), uint8(y), uint8(x ^ y), 255})
		}
	}
	for name, img := range map[string]*image.RGBA{"few": few, "many": many} {
		b, err := encode(img)
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if got.Bounds() != img.Bounds() {
			t.Errorf("%s: %v, want %v", name, got.Bounds(), img.Bounds())
		}
		p, ok := got.(*image.Paletted)
		if !ok || len(p.Palette) > 256 {
			t.Errorf("%s has no palette of 256 colours", name)
		}
		if r, g, bl, _ := got.At(0, 0).RGBA(); name == "few" && (r != 0xffff || g != 0xffff || bl != 0xffff) {
			t.Errorf("white became %x %x %x", r, g, bl)
		}
		if r, g, bl, _ := got.At(3, 4).RGBA(); name == "few" && r+g+bl != 0 {
			t.Errorf("black became %x %x %x", r, g, bl)
		}
	}
}
