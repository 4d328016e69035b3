package kpi

import (
	"slices"
	"strings"
	"testing"
)

func TestNoteText(t *testing.T) {
	for _, c := range []struct{ name, typed, want, wrong string }{
		{"a sentence", " Roles shipped. ", "Roles shipped.", ""},
		{"line ends of a form", "a\r\n\r\nb", "a\n\nb", ""},
		{"markup, direction marks and emoji are text", "</script><b>\u202etxet\u202c 🎉", "</script><b>\u202etxet\u202c 🎉", ""},
		{"nothing", " \r\n ", "", "nothing is written"},
		{"2,000 characters, not bytes", strings.Repeat("é", 2000), strings.Repeat("é", 2000), ""},
		{"2,001 characters", strings.Repeat("é", 2001), "", "these are 2001 characters and 2000 fit"},
		{"a control character", "a\x00b", "", "U+0000"},
		{"an escape", "a\x1b[31m", "", "U+001B"},
		{"no text at all", "a\xff", "", "UTF-8"},
	} {
		got, err := NoteText(c.typed)
		if c.wrong == "" && (err != nil || got != c.want) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
		if c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
}

func TestNoteLinks(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		want        []string
		wrong       string
	}{
		{"none", " \r\n", nil, ""},
		{"two, one of them twice", "https://figma.com/a\r\nhttps://miro.com/b?x=1#y\r\nhttps://figma.com/a\r\n", []string{"https://figma.com/a", "https://miro.com/b?x=1#y"}, ""},
		{"plain http", "http://figma.com/a", nil, "does not begin with https://"},
		{"code", "javascript:alert(1)", nil, "does not begin with https://"},
		{"data", "data:text/html,x", nil, "does not begin with https://"},
		{"a path", "/p/core", nil, "does not begin with https://"},
		{"no host", "https:///x", nil, "does not name a host"},
		{"a name that looks like a host", "https://figma.com@evil.example/x", nil, "does not name a host"},
		{"a letter that looks like another", "https://fіgma.com/x", nil, "plain letters"},
		{"two on a line", "https://a.example https://b.example", nil, "one a line"},
		{"a backslash", `https://a.example\@b.example`, nil, "is not a link"},
		{"long", "https://a.example/" + strings.Repeat("x", 500), nil, "has 518 characters"},
		{"eleven", manyLinks(11), nil, "these are 11 links and 10 fit"},
	} {
		got, err := NoteLinks(c.typed)
		if c.wrong == "" && (err != nil || !slices.Equal(got, c.want)) {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
		if c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.wrong)
		}
	}
}

func manyLinks(n int) string {
	var out strings.Builder
	for i := range n {
		out.WriteString("https://a.example/" + strings.Repeat("y", i+1) + "\n")
	}
	return out.String()
}

func TestAnActionIsOverdueTheDayAfter(t *testing.T) {
	due := Date{2026, 9, 20}
	a := Action{Due: due, State: ActionOpen}
	if a.Overdue(due) || !a.Overdue(Date{2026, 9, 21}) {
		t.Error("an action may be done on its day, and is overdue on the next")
	}
	a.State = ActionDone
	if a.Overdue(Date{2027, 1, 1}) {
		t.Error("what is done is not overdue")
	}
}

// TestActionSince holds that an action is done when it was first said to be, whatever
// was written about it afterwards.
func TestActionSince(t *testing.T) {
	at := func(state ActionState, day Millis) Action { return Action{Said: Said{RecordedAt: day}, State: state} }
	for _, c := range []struct {
		name string
		past []Action
		want Millis
	}{
		{"never changed", []Action{at(ActionOpen, 1)}, 1},
		{"done", []Action{at(ActionOpen, 1), at(ActionDone, 2)}, 2},
		{"a word mended later", []Action{at(ActionOpen, 1), at(ActionDone, 2), at(ActionDone, 3)}, 2},
		{"done, opened again and done", []Action{at(ActionDone, 1), at(ActionOpen, 2), at(ActionDone, 3)}, 3},
	} {
		a := c.past[len(c.past)-1]
		a.Earlier = c.past[:len(c.past)-1]
		if got := a.Since(); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
