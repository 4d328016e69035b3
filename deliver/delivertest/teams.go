package delivertest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// CheckTeams holds a card against what Microsoft publishes of Adaptive Cards 1.4 and
// of webhooks in Teams: the elements kpid uses with their keys, and 28 KB.
func CheckTeams(body []byte) (bad []string) {
	wrong := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	if len(body) > 28*1024 {
		wrong("%d bytes, 28 KB are allowed", len(body))
	}
	var m struct {
		Type        string `json:"type"`
		Attachments []struct {
			ContentType string         `json:"contentType"`
			Content     map[string]any `json:"content"`
		} `json:"attachments"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return []string{err.Error()}
	}
	if m.Type != "message" || len(m.Attachments) != 1 {
		return append(bad, "no message with one attachment")
	}
	card := m.Attachments[0].Content
	keys(card, "$schema type version body actions msteams", wrong)
	if card["type"] != "AdaptiveCard" || card["version"] != "1.4" {
		wrong("%v %v", card["type"], card["version"])
	}
	elements, _ := card["body"].([]any)
	for _, e := range elements {
		element, _ := e.(map[string]any)
		switch element["type"] {
		case "RichTextBlock":
			keys(element, "type inlines", wrong)
			inlines, _ := element["inlines"].([]any)
			if len(inlines) == 0 {
				wrong("a RichTextBlock without inlines")
			}
			for _, i := range inlines {
				textRun(i, wrong)
			}
		case "Image":
			keys(element, "type url altText", wrong)
			if u, _ := element["url"].(string); !strings.HasPrefix(u, "data:image/png;base64,") {
				wrong("an image elsewhere: %.40s", u)
			}
		default:
			wrong("the element %v", element["type"])
		}
	}
	actions, _ := card["actions"].([]any)
	for _, a := range actions {
		action(a, "type title url", wrong)
	}
	return bad
}

func textRun(v any, wrong func(string, ...any)) {
	run, _ := v.(map[string]any)
	keys(run, "type text size weight selectAction", wrong)
	if text, _ := run["text"].(string); run["type"] != "TextRun" || text == "" {
		wrong("no text run: %v", run)
	}
	if size := run["size"]; size != "Default" && size != "Small" && size != "Large" {
		wrong("size %v", size)
	}
	if weight := run["weight"]; weight != "Default" && weight != "Lighter" && weight != "Bolder" {
		wrong("weight %v", weight)
	}
	if a, ok := run["selectAction"]; ok {
		action(a, "type url", wrong)
	}
}

func action(v any, allowed string, wrong func(string, ...any)) {
	a, _ := v.(map[string]any)
	keys(a, allowed, wrong)
	if u, _ := a["url"].(string); a["type"] != "Action.OpenUrl" || !strings.HasPrefix(u, "https://kpid.example.com/") {
		wrong("the action %v", a)
	}
}

func keys(m map[string]any, allowed string, wrong func(string, ...any)) {
	for k := range m {
		if !strings.Contains(" "+allowed+" ", " "+k+" ") {
			wrong("%v has the key %q", m["type"], k)
		}
	}
}
