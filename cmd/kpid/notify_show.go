package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/internal/config"
)

// show prints messages as their channels would get them.
func (h *herald) show(ctx context.Context, w io.Writer, id string, now, asJSON bool) error {
	all, err := h.due(ctx, id, now)
	if err != nil {
		return err
	}
	messages := []deliver.Message{}
	for _, d := range all {
		for _, m := range d.messages {
			messages = append(messages, m)
			if asJSON {
				continue
			}
			text, err := rendered(d.by.Kind, m)
			if err != nil {
				return err
			}
			fmt.Fprintf(w, "# %s, %s, %s: %s\n%s\n", d.reader.ID, d.by.Kind, d.portfolio, m.ID, text)
		}
	}
	if asJSON {
		return printJSON(w, messages)
	}
	if len(messages) == 0 {
		fmt.Fprintln(w, "Nothing is due. kpid notify --dry-run --now shows the digest as it stands.")
	}
	return nil
}

// rendered is a message as a channel of a kind gets it.
func rendered(kind string, m deliver.Message) (string, error) {
	var body []byte
	switch kind {
	case "slack":
		body = deliver.Slack(m, "").JSON()
	case "teams":
		body = deliver.Teams(m)
	case "webhook":
		body = deliver.Webhook(m)
	default:
		mail, err := deliver.MailOf(m)
		return "Subject: " + mail.Subject + "\n\n" + mail.Text, err
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return "", err
	}
	out, err := json.MarshalIndent(v, "", "  ")
	return string(out) + "\n", err
}

// unset warns of what messages would lack: secrets of each [[notify]] that is enabled,
// and links. kpid publish is called by hand and says itself what it misses.
func unset(w io.Writer, cfg *config.Config) {
	warn := func(where, key string, s config.Secret) {
		if s.IsZero() {
			return
		}
		if _, err := s.Reveal(cfg.Dir); err != nil {
			fmt.Fprintf(w, "warning: %s: %s: %v\n", where, key, err)
		}
	}
	told := false
	for _, n := range cfg.Notify {
		if !n.Enabled {
			continue
		}
		where := "[[notify]] " + n.ID
		warn(where, "url", n.URL)
		warn(where, "token", n.Token)
		warn(where, "key", n.Key)
		if n.Kind == "email" && cfg.Mail != nil {
			warn("[mail]", "password", cfg.Mail.Password)
		}
		told = true
	}
	if told && cfg.Server.PublicURL == "" {
		fmt.Fprintln(w, "warning: [server] public_url is not set: messages of [[notify]] carry no links")
	}
}
