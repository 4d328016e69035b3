package deliver

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
)

// teamsBytes is how much of 28 KB a card takes at most; teamsLines are worth more than
// a picture.
const (
	teamsBytes = 27_000
	teamsLines = 10
)

// Teams writes a message as the body of a Workflows webhook with an Adaptive Card
// 1.4. All text is in text runs, which know no markup. Lines are left out, and
// counted, until the card fits.
func Teams(m Message) []byte {
	if len(m.Charts) > 0 {
		if b, ok := fitting(m, true, teamsLines); ok {
			return b
		}
	}
	b, _ := fitting(m, false, 0)
	return b
}

// fitting leaves out lines until a card fits; ok is false when that would leave fewer
// than so many of those there are.
func fitting(m Message, picture bool, fewest int) (card []byte, ok bool) {
	for {
		if card = teams(m, picture); len(card) <= teamsBytes {
			return card, true
		}
		if m.lines() <= fewest || !m.shorten() {
			return card, false
		}
	}
}

// lines of all sections.
func (m Message) lines() (n int) {
	for _, s := range m.Sections {
		n += len(s.Lines)
	}
	return n
}

// shorten leaves out the last line of the longest section; false when there is none.
func (m *Message) shorten() bool {
	longest := -1
	for i, s := range m.Sections {
		if len(s.Lines) > 0 && (longest < 0 || len(s.Lines) >= len(m.Sections[longest].Lines)) {
			longest = i
		}
	}
	if longest < 0 {
		return false
	}
	sections := append([]Section{}, m.Sections...)
	s := &sections[longest]
	s.Lines, s.More = s.Lines[:len(s.Lines)-1], s.More+1
	m.Sections = sections
	return true
}

func teams(m Message, picture bool) []byte {
	body := []any{
		runs("Large", run(m.title(), "Bolder", "")),
		runs("Default", run(m.Headline, "Default", "")),
	}
	if m.Second != "" {
		body = append(body, runs("Small", run(m.Second, "Default", "")))
	}
	if picture && len(m.Charts) > 0 {
		c := m.Charts[0]
		body = append(body, map[string]any{"type": "Image", "url": "data:image/png;base64," + base64.StdEncoding.EncodeToString(c.PNG), "altText": c.Alt})
	}
	for _, s := range m.Sections {
		body = append(body, runs("Default", run(s.Title, "Bolder", "")))
		for _, l := range s.Lines {
			body = append(body, runs("Default", run("• ", "Default", ""), run(l.lead(), "Default", l.URL), run(": "+l.Text, "Default", "")))
		}
		if s.More > 0 {
			body = append(body, runs("Default", run(fmt.Sprintf("and %d more", s.More), "Default", m.URL)))
		}
	}
	body = append(body, runs("Small", run(m.foot(), "Lighter", "")))
	card := map[string]any{
		"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
		"body": body, "msteams": map[string]any{"width": "Full"},
	}
	if m.URL != "" {
		card["actions"] = []any{open(m.URL)}
	}
	b, _ := json.Marshal(map[string]any{"type": "message", "attachments": []any{map[string]any{
		"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}}})
	return b
}

func open(address string) map[string]any {
	return map[string]any{"type": "Action.OpenUrl", "title": "Open the page", "url": address}
}

// runs is a line of text runs.
func runs(size string, all ...map[string]any) map[string]any {
	inlines := make([]any, len(all))
	for i, r := range all {
		r["size"] = size
		inlines[i] = r
	}
	return map[string]any{"type": "RichTextBlock", "inlines": inlines}
}

// run is a piece of plain text; with an address it is a link.
func run(text, weight, address string) map[string]any {
	text = strings.ReplaceAll(text, "{{", "{\u2060{") // begins a function of dates
	r := map[string]any{"type": "TextRun", "text": text, "weight": weight}
	if address != "" {
		r["selectAction"] = map[string]any{"type": "Action.OpenUrl", "url": address}
	}
	return r
}
