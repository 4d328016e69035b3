package delivertest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// CheckSlack holds a message against what Slack publishes of Block Kit: the kinds of
// blocks kpid uses with their keys, numbers and lengths. It gives what is wrong.
func CheckSlack(body []byte) (bad []string) {
	wrong := func(format string, args ...any) { bad = append(bad, fmt.Sprintf(format, args...)) }
	var m struct {
		Text   string           `json:"text"`
		Blocks []map[string]any `json:"blocks"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return []string{err.Error()}
	}
	if n := len(m.Blocks); n < 1 || n > 50 {
		wrong("%d blocks, 1 to 50 are allowed", n)
	}
	if m.Text == "" || utf8.RuneCountInString(m.Text) > 40_000 {
		wrong("text has %d characters, 1 to 40,000 are allowed", utf8.RuneCountInString(m.Text))
	}
	for i, b := range m.Blocks {
		kind, _ := b["type"].(string)
		allowed := map[string]string{"header": "text", "section": "text", "context": "elements", "image": "slack_file alt_text"}[kind]
		for key := range b {
			if key != "type" && !strings.Contains(" "+allowed+" ", " "+key+" ") {
				wrong("block %d (%s) has the key %q", i, kind, key)
			}
		}
		switch kind {
		case "header":
			slackText(b["text"], "plain_text", 150, wrong)
		case "section":
			slackText(b["text"], "mrkdwn", 3000, wrong)
		case "context":
			elements, _ := b["elements"].([]any)
			if len(elements) < 1 || len(elements) > 10 {
				wrong("a context of %d elements, 1 to 10 are allowed", len(elements))
			}
			for _, e := range elements {
				slackText(e, "mrkdwn", 3000, wrong)
			}
		case "image":
			alt, _ := b["alt_text"].(string)
			if alt == "" || utf8.RuneCountInString(alt) > 2000 {
				wrong("alt_text %q has 1 to 2,000 characters", alt)
			}
		default:
			wrong("block %d has the type %q", i, kind)
		}
	}
	return bad
}

func slackText(v any, kind string, longest int, wrong func(string, ...any)) {
	t, _ := v.(map[string]any)
	text, _ := t["text"].(string)
	if t["type"] != kind {
		wrong("the text is %v, not %s", t["type"], kind)
	}
	if n := utf8.RuneCountInString(text); n < 1 || n > longest {
		wrong("a text of %d characters, 1 to %d are allowed", n, longest)
	}
	if kind != "mrkdwn" {
		return
	}
	if t["verbatim"] != true {
		wrong("without verbatim Slack makes links of what looks like one")
	}
	// what is left in angle brackets is a link to our own pages, and nothing else
	for _, tag := range regexp.MustCompile(`<[^>]*>?`).FindAllString(text, -1) {
		if !regexp.MustCompile(`^<https://kpid\.example\.com/[^|<>]*\|[^|<>]*>$`).MatchString(tag) {
			wrong("markup of somebody else: %q", tag)
		}
	}
}
