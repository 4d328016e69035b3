package deliver

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// Document is a page to be published: plain text and addresses, which [Storage] and
// [NotionBlocks] make inert.
type Document struct {
	Title  string
	Blocks []Block
	Foot   string // the last line, which may differ each time; it begins with [Mark]
}

// Mark begins the last line of every page kpid writes. A page of the same title
// without it is somebody else's and is left alone.
const Mark = "Written by kpid"

// Block is one part of a document. Kind says which of the others is meant.
type Block struct {
	Kind  string // heading, text, list or table
	Text  Words  // heading and text
	Items []Words
	Head  []string
	Rows  [][]Words
}

// Words are a line of a document.
type Words []Span

// Span is a piece of a line; with an address it is a link.
type Span struct{ Text, URL string }

// Plain is a line without links.
func Plain(text string) Words { return Words{{Text: text}} }

// Heading of a part of a document.
func Heading(text string) Block { return Block{Kind: "heading", Text: Plain(text)} }

// Text is a paragraph.
func Text(spans ...Span) Block { return Block{Kind: "text", Text: spans} }

// Table with a row of titles.
func Table(head []string, rows [][]Words) Block { return Block{Kind: "table", Head: head, Rows: rows} }

// List of lines.
func List(items ...Words) Block { return Block{Kind: "list", Items: items} }

// Hash of what a document says, its last line left out: the same hash needs no
// writing.
func (d Document) Hash() string {
	d.Foot = ""
	b, _ := json.Marshal(d) // strings only
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// web says whether an address leads to a page, and nowhere else.
func web(address string) bool {
	return strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://")
}
