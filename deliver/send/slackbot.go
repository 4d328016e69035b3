package send

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/kpid/kpid/deliver"
)

// SlackBot posts as a bot, which may upload: its messages carry their picture. The
// token needs chat:write and files:write, and the bot has to be in the channel.
type SlackBot struct {
	HTTP    HTTP
	Token   string // a secret
	Channel string // C0123…
	Base    string // https://slack.com when ""
}

// Send implements Sender. A picture that cannot be shown keeps no message back.
func (s SlackBot) Send(ctx context.Context, m deliver.Message) error {
	picture := ""
	if len(m.Charts) > 0 {
		var err error
		if picture, err = s.upload(ctx, m); err != nil {
			picture = ""
		}
	}
	err := s.post(ctx, m, picture)
	if picture != "" && err != nil && strings.HasSuffix(err.Error(), " invalid_blocks") {
		return s.post(ctx, m, "") // Slack has not worked on the file yet
	}
	return err
}

func (s SlackBot) post(ctx context.Context, m deliver.Message, picture string) error {
	body := deliver.Slack(m, picture)
	body.Channel = s.Channel
	return s.call(ctx, request{method: http.MethodPost, address: s.at("chat.postMessage"), body: body.JSON()}, &struct{}{})
}

// upload gives the id of the file that holds the first chart.
func (s SlackBot) upload(ctx context.Context, m deliver.Message) (string, error) {
	chart := m.Charts[0]
	q := url.Values{"filename": {m.ID + ".png"}, "length": {fmt.Sprint(len(chart.PNG))}, "alt_txt": {chart.Alt}}
	var place struct {
		UploadURL string `json:"upload_url"`
		FileID    string `json:"file_id"`
	}
	if err := s.call(ctx, request{method: http.MethodGet, address: s.at("files.getUploadURLExternal") + "?" + q.Encode()}, &place); err != nil {
		return "", err
	}
	// where the bytes go is an address that Slack gives; it gets no token
	if _, err := s.HTTP.do(ctx, request{method: http.MethodPost, address: place.UploadURL, header: map[string]string{"Content-Type": "image/png"}, body: chart.PNG}); err != nil {
		return "", err
	}
	done, _ := json.Marshal(map[string]any{"files": []any{map[string]any{"id": place.FileID, "title": chart.Alt}}})
	return place.FileID, s.call(ctx, request{method: http.MethodPost, address: s.at("files.completeUploadExternal"), body: done}, &struct{}{})
}

func (s SlackBot) at(method string) string {
	base := s.Base
	if base == "" {
		base = "https://slack.com"
	}
	return base + "/api/" + method
}

// call makes one request of the Web API, which says 200 also to what it refuses.
func (s SlackBot) call(ctx context.Context, r request, out any) error {
	r.header, r.secrets = jsonHeader(), []string{s.Token}
	r.header["Authorization"] = "Bearer " + s.Token
	a, err := s.HTTP.do(ctx, r)
	if err != nil {
		return err
	}
	var ok struct {
		OK    bool   `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(a.body, &ok) != nil || json.Unmarshal(a.body, out) != nil {
		return later("Slack answers something that is no JSON", 0)
	}
	if ok.OK {
		return nil
	}
	text := "Slack did not take the message: " + said(ok.Error, s.Token)
	switch ok.Error {
	case "ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		return later(text, 0)
	}
	return never(text)
}
