package deliver

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/kpid/kpid/kpi"
)

// Version of the JSON that [Webhook] writes. Fields may be added to a version; a
// change of meaning is a new one.
const Version = 1

// Kind of a message.
type Kind string

// Kinds of messages.
const (
	Weekly  Kind = "weekly"  // how the week stands and what changed since the last one
	Changes Kind = "changes" // something changed
	Steady  Kind = "steady"  // nothing has changed for so long that silence could be a fault
)

// Message is what one reader is told of one portfolio, in plain text: renderers
// escape it. An empty address means that kpid does not know its own (public_url).
type Message struct {
	Version   int       `json:"version"`
	ID        string    `json:"id"` // visible in every form; the same message has the same one
	Kind      Kind      `json:"kind"`
	Portfolio Named     `json:"portfolio"`
	Period    string    `json:"period"` // the week, of a steady note the quarter
	At        string    `json:"at"`     // RFC 3339, in the reader's zone
	Shown     string    `json:"shown"`  // the same for people: "Mon 21 Sep 2026, 08:10 CEST"
	Sample    bool      `json:"sample"` // of an invented company
	Headline  string    `json:"headline"`
	Second    string    `json:"second"`
	Sections  []Section `json:"sections"`
	URL       string    `json:"url"`
	Charts    []Chart   `json:"charts"`
}

// Named is a portfolio.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Section is lines of one sort under a title.
type Section struct {
	Title string `json:"title"`
	Lines []Line `json:"lines"`
	More  int    `json:"more"` // lines that were left out
}

// Line says one thing.
type Line struct {
	Kind   string     `json:"kind"`   // status, signal, source, comment or action
	About  string     `json:"about"`  // KPI id, source id or number of the action
	Name   string     `json:"name"`   // what people call it
	Status kpi.Status `json:"status"` // now; "" of a source or an action
	Text   string     `json:"text"`
	URL    string     `json:"url"`
}

// Chart is a picture of one KPI.
type Chart struct {
	KPI string `json:"kpi"`
	Alt string `json:"alt"` // what it shows, for those who do not see it
	PNG []byte `json:"png"` // base64 in JSON
}

// ID of a message: the same kind, portfolio, occasion and recipient give the same
// one, so that nothing is said twice.
func ID(kind Kind, portfolio, occasion, recipient string) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(kind), portfolio, occasion, recipient}, "\x00")))
	return string(kind) + "-" + hex.EncodeToString(sum[:8])
}

// title names what a message is about: "Core Workflows, 2026-W38".
func (m Message) title() string {
	title := m.Portfolio.Name + ", " + m.Period
	switch m.Kind {
	case Changes:
		title += ": changes"
	case Steady:
		title += ": still steady"
	}
	if m.Sample {
		title += " (sample data)"
	}
	return title
}

// foot is the last line of every form.
func (m Message) foot() string { return m.Shown + " · kpid " + m.ID }

// lead is a line up to its text: "Activation rate, off track".
func (l Line) lead() string {
	if l.Status == "" {
		return l.Name
	}
	return l.Name + ", " + word(l.Status)
}

// word is a status as it is read.
func word(s kpi.Status) string { return strings.ReplaceAll(string(s), "_", " ") }
