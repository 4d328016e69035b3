package send

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/kpid/kpid/deliver"
)

// notionVersion of the API that requests are written for.
const notionVersion = "2025-09-03"

// Blocks of one request, and what a page has room for with its tables' rows.
const (
	notionBatch = 100
	notionMost  = 1000
)

// Notion writes pages below one that is shared with its integration.
type Notion struct {
	HTTP   HTTP
	Token  string // a secret
	Parent string // id of the page above
	Base   string // https://api.notion.com when ""
	Wait   func(ctx context.Context, d time.Duration) error
}

type notionPage struct {
	ID       string `json:"id"`
	URL      string `json:"url"`
	Archived bool   `json:"archived"`
	InTrash  bool   `json:"in_trash"`
	Parent   struct {
		PageID string `json:"page_id"`
	} `json:"parent"`
	Properties map[string]struct {
		Title []struct {
			PlainText string `json:"plain_text"`
		} `json:"title"`
	} `json:"properties"`
}

func (p notionPage) title() string {
	text := ""
	for _, property := range p.Properties {
		for _, t := range property.Title {
			text += t.PlainText
		}
	}
	return text
}

// notionChild is a block that is there.
type notionChild struct {
	ID        string `json:"id"`
	Paragraph struct {
		RichText []struct {
			PlainText string `json:"plain_text"`
		} `json:"rich_text"`
	} `json:"paragraph"`
}

// Publish implements Publisher. The page is found by its id, else by its title below
// the parent. What is new is appended before what was there is removed: a page that
// was interrupted says too much, never nothing, and the next time puts it right.
func (n Notion) Publish(ctx context.Context, p Page) (Written, error) {
	page, err := n.find(ctx, p)
	if err != nil {
		return Written{}, err
	}
	done := Written{}
	var old []notionChild
	if page == nil {
		done.Created = true
		if page, err = n.create(ctx, p); err != nil {
			return done, err
		}
	} else if old, err = n.children(ctx, page.ID); err != nil {
		return done, err
	}
	if p.RemoteID == "" && len(old) > 0 && !marked(old) {
		return done, foreign(p.Title, "Notion")
	}
	done.RemoteID, done.URL = page.ID, page.URL
	if err := n.append(ctx, page.ID, deliver.NotionBlocks(p.Document)); err != nil {
		return done, err
	}
	for _, b := range old {
		if err := n.ask(ctx, http.MethodDelete, "/v1/blocks/"+url.PathEscape(b.ID), nil, &struct{}{}, http.StatusNotFound); err != nil {
			return done, err
		}
	}
	return done, nil
}

func marked(blocks []notionChild) bool {
	for _, b := range blocks {
		if t := b.Paragraph.RichText; len(t) > 0 && strings.HasPrefix(t[0].PlainText, deliver.Mark) {
			return true
		}
	}
	return false
}

// find gives the page that was written before; nil when there is none.
func (n Notion) find(ctx context.Context, p Page) (*notionPage, error) {
	if p.RemoteID != "" {
		var one notionPage
		if err := n.ask(ctx, http.MethodGet, "/v1/pages/"+url.PathEscape(p.RemoteID), nil, &one, http.StatusNotFound); err != nil {
			return nil, err
		}
		if one.ID != "" && !one.Archived && !one.InTrash {
			return &one, nil
		}
	}
	var all struct {
		Results []notionPage `json:"results"`
	}
	query := map[string]any{"query": p.Title, "filter": map[string]any{"property": "object", "value": "page"}}
	if err := n.ask(ctx, http.MethodPost, "/v1/search", query, &all); err != nil {
		return nil, err
	}
	for _, one := range all.Results {
		if one.title() == p.Title && plainID(one.Parent.PageID) == plainID(n.Parent) && !one.Archived && !one.InTrash {
			return &one, nil
		}
	}
	return nil, nil
}

// plainID is an id as addresses have it: without dashes.
func plainID(id string) string { return strings.ToLower(strings.ReplaceAll(id, "-", "")) }

// dashed is an id as the API writes it.
func dashed(id string) string {
	if p := plainID(id); len(p) == 32 {
		return p[:8] + "-" + p[8:12] + "-" + p[12:16] + "-" + p[16:20] + "-" + p[20:]
	}
	return id
}

func (n Notion) create(ctx context.Context, p Page) (*notionPage, error) {
	var made notionPage
	title := []any{map[string]any{"text": map[string]any{"content": p.Title}}}
	body := map[string]any{"parent": map[string]any{"page_id": dashed(n.Parent)}, "properties": map[string]any{"title": map[string]any{"title": title}}}
	err := n.ask(ctx, http.MethodPost, "/v1/pages", body, &made)
	return &made, err
}

// children of a page, all of them.
func (n Notion) children(ctx context.Context, id string) ([]notionChild, error) {
	var out []notionChild
	q := url.Values{"page_size": {"100"}}
	for {
		var page struct {
			Results []notionChild `json:"results"`
			More    bool          `json:"has_more"`
			Next    string        `json:"next_cursor"`
		}
		if err := n.ask(ctx, http.MethodGet, "/v1/blocks/"+url.PathEscape(id)+"/children?"+q.Encode(), nil, &page); err != nil {
			return nil, err
		}
		out = append(out, page.Results...)
		if !page.More || page.Next == "" || len(out) > 10*notionMost {
			return out, nil
		}
		q.Set("start_cursor", page.Next)
	}
}

// append adds blocks in batches that fit into a request.
func (n Notion) append(ctx context.Context, id string, blocks []map[string]any) error {
	for len(blocks) > 0 {
		size, rows := 0, 0
		for size < len(blocks) && size < notionBatch {
			if rows += 1 + rowsOf(blocks[size]); rows > notionMost && size > 0 {
				break
			}
			size++
		}
		err := n.ask(ctx, http.MethodPatch, "/v1/blocks/"+url.PathEscape(id)+"/children", map[string]any{"children": blocks[:size]}, &struct{}{})
		if err != nil {
			return err
		}
		blocks = blocks[size:]
	}
	return nil
}

// rowsOf a table.
func rowsOf(block map[string]any) int {
	table, _ := block["table"].(map[string]any)
	rows, _ := table["children"].([]any)
	return len(rows)
}

func (n Notion) ask(ctx context.Context, method, path string, body, out any, allow ...int) error {
	base := n.Base
	if base == "" {
		base = "https://api.notion.com"
	}
	r := request{method: method, address: base + path, secrets: []string{n.Token},
		header: map[string]string{"Authorization": "Bearer " + n.Token, "Notion-Version": notionVersion}}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return never("the page cannot be written as JSON")
		}
		r.body, r.header["Content-Type"] = b, "application/json"
	}
	a, err := n.HTTP.patient(ctx, n.Wait, r, allow...)
	if err != nil || a.status/100 != 2 {
		return err
	}
	if json.Unmarshal(a.body, out) != nil {
		return never("Notion answers something that is no JSON")
	}
	return nil
}
