package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/draw/drawfont"
	"github.com/kpid/kpid/dashboards/draw/drawpng"
	"github.com/kpid/kpid/deliver"
)

// sharp is how many pixels of a picture go for one of the drawing: as many as a card of
// Teams has room for.
const sharp = 1.5

// picture draws a KPI of a portfolio as its page of this week shows it.
func (r *reader) picture(ctx context.Context, portfolio, kpiID string) (deliver.Chart, bool, error) {
	card, err := r.Scorecard(ctx, dashboards.Query{Portfolio: portfolio})
	if err != nil {
		return deliver.Chart{}, false, err
	}
	for _, row := range card.KPIs {
		if row.ID != kpiID {
			continue
		}
		d, ok, err := dashboards.Picture(ctx, r, card, row)
		if err != nil || !ok {
			return deliver.Chart{}, false, err
		}
		faces, err := drawfont.Load()
		if err != nil {
			return deliver.Chart{}, false, err
		}
		img, err := drawpng.Image(d, faces, sharp)
		if err != nil {
			return deliver.Chart{}, false, err
		}
		b, err := encode(img)
		return deliver.Chart{KPI: kpiID, Alt: d.Label, PNG: b}, err == nil, err
	}
	return deliver.Chart{}, false, nil
}

// encode writes a picture with at most 256 colours: a chart has few, and what lies
// between two of them along an edge is not missed. It is a third of the size, so that
// it fits into a card.
func encode(img *image.RGBA) ([]byte, error) {
	box := img.Bounds()
	out := image.NewPaletted(box, nil)
	for bits := 5; ; bits-- { // of a channel, until the colours are few enough
		index := map[color.RGBA]uint8{}
		out.Palette = out.Palette[:0]
		if indexed(img, out, bits, index) {
			break
		}
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, out)
	return b.Bytes(), err
}

// indexed fills a picture; false when there are more than 256 colours of so many bits.
func indexed(img *image.RGBA, out *image.Paletted, bits int, index map[color.RGBA]uint8) bool {
	for i := range out.Pix {
		p := img.Pix[4*i : 4*i+4] // both are as wide as their box
		c := color.RGBA{coarse(p[0], bits), coarse(p[1], bits), coarse(p[2], bits), 255}
		at, ok := index[c]
		if !ok {
			if len(index) == 256 {
				return false
			}
			at = uint8(len(index))
			index[c], out.Palette = at, append(out.Palette, c)
		}
		out.Pix[i] = at
	}
	return true
}

// coarse keeps the highest bits, spread over the whole range, so that white stays white.
func coarse(v uint8, bits int) uint8 {
	most := uint16(1)<<bits - 1
	return uint8((uint16(v)>>(8-bits)*255 + most/2) / most)
}
