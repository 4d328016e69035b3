package deliver

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest texts, in characters. What is longer is cut: the page has all of it.
const (
	longestName = 80
	longestText = 400
)

// clean makes a text that somebody else wrote one line without characters that
// control anything: no line ends in subjects, no text that runs backwards.
func clean(text string, longest int) string {
	return cut(strings.Join(strings.Fields(strip(text)), " "), longest)
}

// strip leaves the space around a text, which may be a piece of a sentence.
func strip(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t', r == '\r', r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError, r == '\ufffe', r == '\uffff', bidi(r):
			return -1
		}
		return r
	}, text)
}

// bidi are the characters that turn the direction of a text.
func bidi(r rune) bool {
	return r == '\u061c' || r == '\u200e' || r == '\u200f' || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' || r == '\ufeff'
}

// cut shortens a text to so many characters.
func cut(text string, longest int) string {
	if utf8.RuneCountInString(text) <= longest {
		return text
	}
	r := []rune(text)
	return strings.TrimSpace(string(r[:longest-1])) + "…"
}

// cleaned is a message every text of which is clean.
func (m Message) cleaned() Message {
	m.Portfolio.Name = clean(m.Portfolio.Name, longestName)
	m.Headline, m.Second = clean(m.Headline, longestText), clean(m.Second, longestText)
	sections := make([]Section, len(m.Sections))
	for i, s := range m.Sections {
		lines := make([]Line, len(s.Lines))
		for j, l := range s.Lines {
			l.Name, l.Text = clean(l.Name, longestName), clean(l.Text, longestText)
			lines[j] = l
		}
		s.Title, s.Lines = clean(s.Title, longestName), lines
		sections[i] = s
	}
	m.Sections = sections
	charts := make([]Chart, len(m.Charts))
	for i, c := range m.Charts {
		c.Alt = clean(c.Alt, longestText)
		charts[i] = c
	}
	m.Charts = charts
	return m
}
