package send_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/kpid/kpid/deliver/send"
	"github.com/kpid/kpid/internal/spectest"
)

const (
	parentID = "0123456789abcdef0123456789abcdef"
	pageID   = "11111111-2222-3333-4444-555555555555"
)

// workspace is a workspace of Notion with one page of ours at most.
type workspace struct {
	*httptest.Server
	t      *testing.T
	spec   *spectest.Spec
	title  string // of the page; "" while there is none
	blocks []map[string]any
	made   int
	busy   int // answers 429 so many times
}

func openWorkspace(t *testing.T, spec *spectest.Spec) *workspace {
	w := &workspace{t: t, spec: spec}
	w.Server = httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(w.Close)
	return w
}

func (w *workspace) serve(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.t.Error(err)
	}
	var in map[string]any
	if len(body) > 0 {
		if err := json.Unmarshal(body, &in); err != nil {
			w.t.Error(err)
		}
	}
	r.Body = io.NopCloser(bytes.NewReader(w.known(in)))
	r.ContentLength = -1
	known := w.spec.Request(w.t, r)
	if r.Header.Get("Authorization") != "Bearer SECRETSECRET" || r.Header.Get("Notion-Version") != "2025-09-03" {
		w.t.Errorf("headers %v", r.Header)
	}
	out.Header().Set("Content-Type", "application/json")
	if w.busy > 0 {
		w.busy--
		out.Header().Set("Retry-After", "1")
		out.WriteHeader(http.StatusTooManyRequests)
		return
	}
	status, answer := w.answer(r, in)
	text, _ := json.Marshal(answer)
	if status == 200 {
		known.Reply(w.t, status, http.Header{}, string(text))
	}
	out.WriteHeader(status)
	_, _ = out.Write(text)
}

// known rewrites blocks that the description leaves out, headings and tables, as
// paragraphs that say the same; their own form is checked here.
func (w *workspace) known(in map[string]any) []byte {
	children, ok := in["children"].([]any)
	if !ok {
		b, _ := json.Marshal(in)
		if in == nil {
			return nil
		}
		return b
	}
	total := len(children)
	if total > 100 {
		w.t.Errorf("%d blocks in a request, 100 are allowed", total)
	}
	var out []any
	for _, c := range children {
		block := c.(map[string]any)
		kind := block["type"].(string)
		inner := block[kind].(map[string]any)
		if len(block) != 2 {
			w.t.Errorf("a block with the keys %v", block)
		}
		switch kind {
		case "table":
			rows := inner["children"].([]any)
			total += len(rows)
			for _, text := range w.table(inner, rows) {
				out = append(out, map[string]any{"type": "paragraph", "paragraph": map[string]any{"rich_text": text}})
			}
		case "heading_2":
			out = append(out, map[string]any{"type": "paragraph", "paragraph": inner})
		default:
			out = append(out, block)
		}
		if text, ok := inner["rich_text"].([]any); ok {
			w.text(text)
		}
	}
	if total > 1000 {
		w.t.Errorf("%d blocks with the rows of tables, 1,000 are allowed", total)
	}
	b, _ := json.Marshal(map[string]any{"children": out})
	return b
}

// table gives the text of each cell.
func (w *workspace) table(inner map[string]any, rows []any) (cells []any) {
	width := int(inner["table_width"].(float64))
	if len(rows) > 100 {
		w.t.Errorf("a table of %d rows, 100 are allowed", len(rows))
	}
	for _, r := range rows {
		all := r.(map[string]any)["table_row"].(map[string]any)["cells"].([]any)
		if len(all) != width {
			w.t.Errorf("%d cells in a table of %d", len(all), width)
		}
		for _, c := range all {
			w.text(c.([]any))
		}
		cells = append(cells, all...)
	}
	return cells
}

func (w *workspace) text(all []any) {
	for _, t := range all {
		text := t.(map[string]any)["text"].(map[string]any)
		if n := utf8.RuneCountInString(text["content"].(string)); n > 2000 {
			w.t.Errorf("a text of %d characters", n)
		}
		if link, ok := text["link"].(map[string]any); ok && !strings.HasPrefix(link["url"].(string), "https://kpid.example.com/") {
			w.t.Errorf("a link to %v", link["url"])
		}
	}
}

func (w *workspace) page() map[string]any {
	return map[string]any{"object": "page", "id": pageID, "url": "https://www.notion.so/page", "archived": false, "in_trash": false, "parent": map[string]any{"page_id": "01234567-89ab-cdef-0123-456789abcdef"},
		"properties": map[string]any{"title": map[string]any{"title": []any{map[string]any{"plain_text": w.title}}}}}
}

func (w *workspace) answer(r *http.Request, in map[string]any) (int, any) {
	switch path := r.URL.Path; {
	case path == "/v1/search":
		results := []any{}
		if w.title != "" {
			results = append(results, w.page())
		}
		return 200, map[string]any{"results": results}
	case path == "/v1/pages":
		title := in["properties"].(map[string]any)["title"].(map[string]any)["title"].([]any)[0].(map[string]any)["text"].(map[string]any)
		w.title = title["content"].(string)
		return 200, w.page()
	case path == "/v1/pages/"+pageID && w.title != "":
		return 200, w.page()
	case path == "/v1/blocks/"+pageID+"/children" && r.Method == http.MethodPatch:
		for _, c := range in["children"].([]any) {
			w.made++
			block := c.(map[string]any)
			block["id"] = fmt.Sprint("b", w.made)
			w.blocks = append(w.blocks, block)
		}
		return 200, map[string]any{}
	case path == "/v1/blocks/"+pageID+"/children":
		return 200, w.list(r.URL.Query().Get("start_cursor"))
	case r.Method == http.MethodDelete:
		id := strings.TrimPrefix(path, "/v1/blocks/")
		w.blocks = slices.DeleteFunc(w.blocks, func(b map[string]any) bool { return b["id"] == id })
		return 200, map[string]any{}
	}
	return 404, map[string]any{"object": "error", "status": 404}
}

// list gives two blocks at a time, as replies do: with plain_text.
func (w *workspace) list(cursor string) any {
	start := 0
	if cursor != "" {
		start = slices.IndexFunc(w.blocks, func(b map[string]any) bool { return b["id"] == cursor })
	}
	end := min(start+2, len(w.blocks))
	results := []any{}
	for _, b := range w.blocks[start:end] {
		one := map[string]any{"id": b["id"]}
		if p, ok := b["paragraph"].(map[string]any); ok {
			text := ""
			for _, t := range p["rich_text"].([]any) {
				text += t.(map[string]any)["text"].(map[string]any)["content"].(string)
			}
			one["paragraph"] = map[string]any{"rich_text": []any{map[string]any{"plain_text": text}}}
		}
		results = append(results, one)
	}
	out := map[string]any{"results": results, "has_more": end < len(w.blocks), "next_cursor": nil}
	if end < len(w.blocks) {
		out["next_cursor"] = w.blocks[end]["id"]
	}
	return out
}

func (w *workspace) publisher() send.Notion {
	return send.Notion{HTTP: inside(), Token: "SECRETSECRET", Parent: parentID, Base: w.URL, Wait: noWait}
}

// first is the text of the first block.
func (w *workspace) first() string {
	return w.blocks[0]["paragraph"].(map[string]any)["rich_text"].([]any)[0].(map[string]any)["text"].(map[string]any)["content"].(string)
}

// TestNotion: created, then the same page says what is new and nothing of before.
func TestNotion(t *testing.T) {
	spectest.Need(t)
	w := openWorkspace(t, spectest.Read(t, "notion-2025-09-03.json"))
	w.busy = 2
	for i, c := range []struct{ text, id string }{{"first", ""}, {"second", pageID}, {"third", ""}, {"fourth", "99999999-2222-3333-4444-555555555555"}} {
		done, err := w.publisher().Publish(t.Context(), send.Page{Document: review(c.text), RemoteID: c.id})
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if want := (send.Written{RemoteID: pageID, URL: "https://www.notion.so/page", Created: i == 0}); done != want {
			t.Errorf("%s: %+v, want %+v", c.text, done, want)
		}
		// paragraph, heading, three tables of 99, 99 and 52 rows, a list item, the last line
		if len(w.blocks) != 7 || w.first() != c.text {
			t.Errorf("%s: %d blocks, the first %q", c.text, len(w.blocks), w.first())
		}
	}
}

// TestNotionLeavesOthersAlone: a page of this title that kpid did not write stays.
func TestNotionLeavesOthersAlone(t *testing.T) {
	w := openWorkspace(t, &spectest.Spec{})
	w.title = review("").Title
	w.blocks = []map[string]any{{"id": "b0", "paragraph": map[string]any{"rich_text": []any{map[string]any{"text": map[string]any{"content": "Mine"}}}}}}
	_, err := w.publisher().Publish(t.Context(), send.Page{Document: review("first")})
	if err == nil || !strings.Contains(err.Error(), "that kpid did not write") || len(w.blocks) != 1 {
		t.Errorf("%v, %d blocks", err, len(w.blocks))
	}
}
