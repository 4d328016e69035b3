package send

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"

	"github.com/kpid/kpid/deliver"
)

// Sender sends one message once. The error is an *Error.
type Sender interface {
	Send(ctx context.Context, m deliver.Message) error
}

func jsonHeader() map[string]string {
	return map[string]string{"Content-Type": "application/json; charset=utf-8"}
}

// SlackHook posts to an incoming webhook. It carries no pictures: a webhook cannot
// upload, and Slack could not fetch one from here.
type SlackHook struct {
	HTTP HTTP
	URL  string // a secret
}

// Send implements Sender.
func (s SlackHook) Send(ctx context.Context, m deliver.Message) error {
	a, err := s.HTTP.do(ctx, request{method: http.MethodPost, address: s.URL, header: jsonHeader(), body: deliver.Slack(m, "").JSON()})
	if err != nil {
		return err
	}
	if text := strings.TrimSpace(string(a.body)); text != "ok" {
		return never("Slack did not take the message: " + said(text, s.URL))
	}
	return nil
}

// Teams posts to a webhook of Workflows. Its 202 says that the flow was started.
type Teams struct {
	HTTP HTTP
	URL  string // a secret
}

// Send implements Sender.
func (s Teams) Send(ctx context.Context, m deliver.Message) error {
	_, err := s.HTTP.do(ctx, request{method: http.MethodPost, address: s.URL, header: jsonHeader(), body: deliver.Teams(m)})
	return err
}

// Webhook posts a message as JSON. Key, when there is one, signs the body:
// Kpid-Signature is sha256= and the hex of HMAC-SHA256.
type Webhook struct {
	HTTP HTTP
	URL  string // a secret
	Key  string // a secret
}

// Send implements Sender.
func (s Webhook) Send(ctx context.Context, m deliver.Message) error {
	body, header := deliver.Webhook(m), jsonHeader()
	header["Kpid-Delivery"] = m.ID
	if s.Key != "" {
		mac := hmac.New(sha256.New, []byte(s.Key))
		mac.Write(body)
		header["Kpid-Signature"] = "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	_, err := s.HTTP.do(ctx, request{method: http.MethodPost, address: s.URL, header: header, body: body, secrets: []string{s.Key}})
	return err
}
