package deliver

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits that Slack publishes for messages.
const (
	slackBlocks  = 50
	slackText    = 3000 // characters of a section
	slackHeader  = 150
	slackAlt     = 2000
	slackNotice  = 1500 // of the text of a notification; ours
	slackElement = 2000
)

// SlackMessage is the body of an incoming webhook, and with a channel that of
// chat.postMessage.
type SlackMessage struct {
	Channel string           `json:"channel,omitempty"`
	Text    string           `json:"text"` // of the notification
	Blocks  []map[string]any `json:"blocks"`
	// Previews of our own pages would ask kpid for a sign-in.
	UnfurlLinks bool `json:"unfurl_links"`
	UnfurlMedia bool `json:"unfurl_media"`
}

// Slack writes a message in Block Kit. picture is the id of a file that was uploaded
// for its first chart, "" for none: an incoming webhook cannot upload.
func Slack(m Message, picture string) SlackMessage {
	title := m.title()
	out := SlackMessage{Text: cut(slackEscape(title+": "+m.Headline), slackNotice)}
	out.add(map[string]any{"type": "header", "text": map[string]any{"type": "plain_text", "text": cut(title, slackHeader), "emoji": false}})
	head := slackEscape(m.Headline)
	if m.URL != "" {
		head += "\n" + slackLink(m.URL, "Open the page")
	}
	out.section(head)
	if m.Second != "" {
		out.context(slackEscape(m.Second))
	}
	if picture != "" && len(m.Charts) > 0 {
		out.add(map[string]any{"type": "image", "slack_file": map[string]any{"id": picture}, "alt_text": cut(m.Charts[0].Alt, slackAlt)})
	}
	for _, s := range m.Sections {
		out.lines(s, m.URL)
	}
	out.context(slackEscape(m.foot()))
	return out
}

// JSON of the message.
func (s SlackMessage) JSON() []byte {
	b, _ := json.Marshal(s) // strings only
	return b
}

func (s *SlackMessage) add(block map[string]any) {
	if len(s.Blocks) < slackBlocks {
		s.Blocks = append(s.Blocks, block)
	}
}

// mrkdwn is text in which nothing but what is written becomes a link.
func mrkdwn(text string) map[string]any {
	return map[string]any{"type": "mrkdwn", "text": text, "verbatim": true}
}

func (s *SlackMessage) section(text string) {
	s.add(map[string]any{"type": "section", "text": mrkdwn(text)})
}

func (s *SlackMessage) context(text string) {
	s.add(map[string]any{"type": "context", "elements": []any{mrkdwn(cut(text, slackElement))}})
}

// lines of a section, in as many blocks as they take.
func (s *SlackMessage) lines(section Section, page string) {
	text := "*" + slackEscape(section.Title) + "*"
	for _, l := range section.Lines {
		line := "\n• " + slackLine(l)
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(line) > slackText {
			s.section(text)
			line, text = strings.TrimPrefix(line, "\n"), ""
		}
		text += line
	}
	if section.More > 0 {
		more := fmt.Sprintf("\nand %d more", section.More)
		if page != "" {
			more = "\n" + slackLink(page, fmt.Sprintf("and %d more", section.More))
		}
		text += more // a few characters, for which the limit of lines leaves room
	}
	s.section(text)
}

func slackLine(l Line) string {
	name := slackEscape(l.Name)
	if l.URL != "" {
		name = slackLink(l.URL, l.Name)
	}
	if l.Status != "" {
		name += ", " + word(l.Status)
	}
	return name + ": " + slackEscape(l.Text)
}

// slackLink is a link with a text of somebody else's.
func slackLink(address, text string) string {
	return "<" + slackAddress(address) + "|" + strings.ReplaceAll(slackEscape(text), "|", "¦") + ">"
}

// slackAddress leaves nothing in an address that could end the link.
func slackAddress(a string) string {
	return strings.NewReplacer("|", "%7C", ">", "%3E", "<", "%3C", "&", "&amp;", " ", "%20").Replace(a)
}

// slackEscape makes text inert: no channel, person or link is named by it, and no
// block of code begins in it. Names that call everybody are broken, too, for those
// who read the text of a notification.
func slackEscape(s string) string {
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "`", "'", "*", "∗", "~", "∼").Replace(s)
	return strings.ReplaceAll(s, "@", "@\u2060")
}
