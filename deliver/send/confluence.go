package send

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/kpid/kpid/deliver"
)

// Confluence writes pages of a space of Confluence Cloud.
type Confluence struct {
	HTTP   HTTP
	Site   string // https://example.atlassian.net/wiki
	User   string // whose token it is
	Token  string // a secret
	Space  string // key
	Parent string // id of the page it goes below; "" is the home of the space
	Wait   func(ctx context.Context, d time.Duration) error
}

// confluencePage is what is needed of a page that is there.
type confluencePage struct {
	ID      string `json:"id"`
	Status  string `json:"status"`
	Title   string `json:"title"`
	Version struct {
		Number int `json:"number"`
	} `json:"version"`
	Body struct {
		Storage struct {
			Value string `json:"value"`
		} `json:"storage"`
	} `json:"body"`
	Links struct {
		WebUI string `json:"webui"`
	} `json:"_links"`
}

// Publish implements Publisher. The page is found by its id, else by its title in the
// space. When somebody wrote it meanwhile, it is read again once.
func (c Confluence) Publish(ctx context.Context, p Page) (Written, error) {
	space, err := c.space(ctx)
	if err != nil {
		return Written{}, err
	}
	for again := false; ; again = true {
		have, err := c.find(ctx, space, p)
		if err != nil {
			return Written{}, err
		}
		if have == nil {
			return c.create(ctx, space, p)
		}
		done, stale, err := c.update(ctx, *have, p)
		if err != nil || !stale {
			return done, err
		}
		if again {
			return Written{}, later("somebody else is writing the page; publish again", 0)
		}
	}
}

// space gives the number of the space, which its key is not.
func (c Confluence) space(ctx context.Context) (string, error) {
	var found struct {
		Results []struct {
			ID string `json:"id"`
		} `json:"results"`
	}
	if err := c.ask(ctx, http.MethodGet, "/spaces?"+url.Values{"keys": {c.Space}}.Encode(), nil, &found); err != nil {
		return "", err
	}
	if len(found.Results) == 0 {
		return "", never("there is no space " + c.Space + " that this user may see")
	}
	return found.Results[0].ID, nil
}

// find gives the page that was written before; nil when there is none.
func (c Confluence) find(ctx context.Context, space string, p Page) (*confluencePage, error) {
	if p.RemoteID != "" {
		var one confluencePage
		status, err := c.get(ctx, "/pages/"+url.PathEscape(p.RemoteID), &one)
		if err != nil {
			return nil, err
		}
		if status != http.StatusNotFound && one.Status == "current" {
			return &one, nil
		}
	}
	var all struct {
		Results []confluencePage `json:"results"`
	}
	q := url.Values{"space-id": {space}, "title": {p.Title}, "status": {"current"}, "body-format": {"storage"}}
	if err := c.ask(ctx, http.MethodGet, "/pages?"+q.Encode(), nil, &all); err != nil {
		return nil, err
	}
	for _, one := range all.Results {
		if one.Title != p.Title {
			continue
		}
		if !strings.Contains(one.Body.Storage.Value, deliver.Mark) {
			return nil, foreign(p.Title, "the space "+c.Space)
		}
		return &one, nil
	}
	return nil, nil
}

func (c Confluence) create(ctx context.Context, space string, p Page) (Written, error) {
	body := map[string]any{"spaceId": space, "status": "current", "title": p.Title, "body": storageBody(p)}
	if c.Parent != "" {
		body["parentId"] = c.Parent
	}
	var made confluencePage
	if err := c.ask(ctx, http.MethodPost, "/pages", body, &made); err != nil {
		return Written{}, err
	}
	return Written{RemoteID: made.ID, URL: c.at(made), Created: true}, nil
}

// update writes over a version; stale says that it is not the newest any more.
func (c Confluence) update(ctx context.Context, have confluencePage, p Page) (done Written, stale bool, err error) {
	body := map[string]any{"id": have.ID, "status": "current", "title": p.Title, "body": storageBody(p),
		"version": map[string]any{"number": have.Version.Number + 1, "message": p.Foot}}
	var made confluencePage
	a, err := c.call(ctx, http.MethodPut, "/pages/"+url.PathEscape(have.ID), body, http.StatusConflict)
	if err != nil || a.status == http.StatusConflict {
		return done, err == nil, err
	}
	if err := json.Unmarshal(a.body, &made); err != nil {
		return done, false, never("Confluence answers something that is no JSON")
	}
	return Written{RemoteID: made.ID, URL: c.at(made)}, false, nil
}

func storageBody(p Page) map[string]any {
	return map[string]any{"representation": "storage", "value": deliver.Storage(p.Document)}
}

// at is the address of a page for people.
func (c Confluence) at(p confluencePage) string {
	if p.Links.WebUI == "" {
		return ""
	}
	return strings.TrimSuffix(c.Site, "/") + p.Links.WebUI
}

// get reads what may not be there.
func (c Confluence) get(ctx context.Context, path string, out any) (status int, err error) {
	a, err := c.call(ctx, http.MethodGet, path, nil, http.StatusNotFound)
	if err != nil || a.status == http.StatusNotFound {
		return a.status, err
	}
	if json.Unmarshal(a.body, out) != nil {
		return a.status, never("Confluence answers something that is no JSON")
	}
	return a.status, nil
}

func (c Confluence) ask(ctx context.Context, method, path string, body, out any) error {
	a, err := c.call(ctx, method, path, body)
	if err != nil {
		return err
	}
	if json.Unmarshal(a.body, out) != nil {
		return never("Confluence answers something that is no JSON")
	}
	return nil
}

func (c Confluence) call(ctx context.Context, method, path string, body any, allow ...int) (answer, error) {
	sign := base64.StdEncoding.EncodeToString([]byte(c.User + ":" + c.Token))
	r := request{method: method, address: strings.TrimSuffix(c.Site, "/") + "/api/v2" + path, secrets: []string{c.Token, sign},
		header: map[string]string{"Accept": "application/json", "Authorization": "Basic " + sign}}
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return answer{}, never("the page cannot be written as JSON")
		}
		r.body, r.header["Content-Type"] = b, "application/json"
	}
	return c.HTTP.patient(ctx, c.Wait, r, allow...)
}
