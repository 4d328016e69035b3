package gitlabpi

import (
	"html"
	"strings"
)

// text drops the markup of a definition or reason: tags, entities, runs of space.
func text(s string) string {
	var b strings.Builder
	for {
		before, tag, ok := strings.Cut(s, "<")
		b.WriteString(before)
		if !ok {
			break
		}
		inside, after, closed := strings.Cut(tag, ">")
		if !closed || inside == "" || !strings.ContainsAny(inside[:1], "/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!") {
			b.WriteString("<") // a sign, no tag
			s = tag
			continue
		}
		s = after
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}

// sentence is the first sentence of a text, if it is short enough to be one.
func sentence(s string, most int) string {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == '.' && s[i+1] == ' ' && i >= 20 {
			s = s[:i+1]
			break
		}
	}
	if len(s) <= most {
		return s
	}
	cut := strings.LastIndexByte(s[:most], ' ')
	if cut < 0 {
		cut = most
	}
	return strings.TrimRight(strings.ToValidUTF8(s[:cut], ""), " ,;:") + " …"
}

// slug makes an id of a name: a to z, 0 to 9 and _, at most 63.
func slug(name string) string {
	words := strings.Fields(normal(strings.ReplaceAll(name, "%", " percent ")))
	id := ""
	for _, w := range words {
		w = strings.Map(func(c rune) rune {
			if c >= 0x80 {
				return -1
			}
			return c
		}, w)
		if next := strings.TrimPrefix(id+"_"+w, "_"); w != "" && len(next) <= 63 {
			id = next
		} else if id == "" && w != "" {
			return w[:63]
		} else if w != "" {
			break
		}
	}
	return id
}
