package drawfont

import (
	"slices"
	"unicode"
)

// leftToRight turns Hebrew around within a line that is read from left to right, since
// glyphs are set one after the other: each stretch of Hebrew words with the spaces and
// signs between them. Numbers and words of other scripts part stretches and stay.
func leftToRight(text string) string {
	runes := []rune(text)
	for from := 0; from < len(runes); from++ {
		if !unicode.Is(unicode.Hebrew, runes[from]) {
			continue
		}
		last := stretchEnd(runes, from)
		stretch := runes[from : last+1]
		slices.Reverse(stretch)
		for i, r := range stretch {
			stretch[i] = mirrored(r)
		}
		from = last
	}
	return string(runes)
}

// stretchEnd is the place of the last sign of a stretch: a Hebrew one, or the bracket that
// closes one within it.
func stretchEnd(runes []rune, from int) int {
	last, open, opened := from, 0, 0
	for i := from; i < len(runes) && !(unicode.In(runes[i], unicode.L, unicode.N) && !unicode.Is(unicode.Hebrew, runes[i])); i++ {
		switch r := runes[i]; {
		case unicode.Is(unicode.Hebrew, r):
			last, opened = i, open
		case r == '(' || r == '[':
			open++
		case (r == ')' || r == ']') && open > 0:
			if open--; opened > 0 {
				last, opened = i, opened-1
			}
		}
	}
	return last
}

// mirrored is the bracket that opens where r closes.
func mirrored(r rune) rune {
	switch r {
	case '(':
		return ')'
	case ')':
		return '('
	case '[':
		return ']'
	case ']':
		return '['
	}
	return r
}
