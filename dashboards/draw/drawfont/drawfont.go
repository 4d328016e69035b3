// Package drawfont is the typeface of drawings that no browser draws: Liberation Sans,
// which is as wide as Arial and Helvetica and travels inside the program.
package drawfont

import (
	"fmt"
	"strings"
	"unicode"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/unicode/norm"
)

// Box stands for a character that the typeface has no shape for.
const Box = '□'

// Faces are the two weights there are. Load makes them; they may be shared by goroutines.
type Faces struct{ Regular, Bold Face }

// Face is one weight. TTF must not be written to.
type Face struct {
	TTF  []byte
	font *sfnt.Font
}

// Load reads both weights.
func Load() (Faces, error) {
	regular, err := sfnt.Parse(liberationsansregular.TTF)
	if err != nil {
		return Faces{}, fmt.Errorf("the typeface Liberation Sans inside the program cannot be read: %w", err)
	}
	bold, err := sfnt.Parse(liberationsansbold.TTF)
	if err != nil {
		return Faces{}, fmt.Errorf("the typeface Liberation Sans Bold inside the program cannot be read: %w", err)
	}
	return Faces{Face{liberationsansregular.TTF, regular}, Face{liberationsansbold.TTF, bold}}, nil
}

// Weight picks the face for a weight of 100 to 900 as browsers do when there are only
// 400 and 700: up to 500 it is regular.
func (f Faces) Weight(weight int) Face {
	if weight > 500 {
		return f.Bold
	}
	return f.Regular
}

// Show writes text with the characters the face has: composed, any white space it lacks
// as a space, and a box for each other character that would not be seen, direction marks
// among them. Hebrew is turned to how it is set; scripts whose letters join are boxes.
func (f Face) Show(text string) string {
	var b sfnt.Buffer
	text = norm.NFC.String(strings.ToValidUTF8(text, string(Box)))
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) && unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			return Box
		case f.has(&b, r):
			return r
		case unicode.IsSpace(r):
			return ' '
		case r == '\u2011': // a hyphen that does not break
			return '-'
		}
		return Box
	}, leftToRight(text))
}

// has says that there is a shape for r. Beyond the first plane there is none: PDF writers
// count on it.
func (f Face) has(b *sfnt.Buffer, r rune) bool {
	if r > 0xffff {
		return false
	}
	g, err := f.font.GlyphIndex(b, r)
	return err == nil && g != 0
}

// Glyph is the outline of one character of a text, in px with y downwards, and where it
// begins.
type Glyph struct {
	At      float64
	Outline sfnt.Segments
}

// Set lays a text out at a size in px, without kerning, and gives its width. It shows the
// text as Show does.
func (f Face) Set(text string, size float64) ([]Glyph, float64, error) {
	var b sfnt.Buffer
	ppem, x := fixed.Int26_6(size*64+.5), 0.0
	var out []Glyph
	for _, r := range f.Show(text) {
		g, err := f.font.GlyphIndex(&b, r)
		if err != nil {
			return nil, 0, fmt.Errorf("character %q of Liberation Sans: %w", r, err)
		}
		segments, err := f.font.LoadGlyph(&b, g, ppem, nil)
		if err != nil {
			return nil, 0, fmt.Errorf("shape of character %q of Liberation Sans: %w", r, err)
		}
		advance, err := f.font.GlyphAdvance(&b, g, ppem, font.HintingNone)
		if err != nil {
			return nil, 0, fmt.Errorf("width of character %q of Liberation Sans: %w", r, err)
		}
		out = append(out, Glyph{x, append(sfnt.Segments(nil), segments...)})
		x += float64(advance) / 64
	}
	return out, x, nil
}
