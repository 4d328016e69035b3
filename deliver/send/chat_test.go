package send_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/kpid/kpid/deliver/delivertest"
	"github.com/kpid/kpid/deliver/send"
	"github.com/kpid/kpid/internal/spectest"
)

func TestSlackHook(t *testing.T) {
	spectest.Need(t)
	const path = "/services/T000/B000/SECRETSECRET"
	s := receive(t, spectest.Read(t, "authored/slack-outbound.json"), func(*http.Request, []byte) (int, string, string) { return 200, "text/plain", "ok" })
	for name, m := range letters() {
		if err := (send.SlackHook{HTTP: inside(), URL: s.URL + path}).Send(t.Context(), m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(s.bodies[path]) != 3 {
		t.Fatalf("%d messages came, want 3", len(s.bodies[path]))
	}
	for _, body := range s.bodies[path] {
		for _, bad := range delivertest.CheckSlack(body) {
			t.Error(bad)
		}
	}
}

func TestSlackHookIsRefused(t *testing.T) {
	s := receive(t, nil, func(*http.Request, []byte) (int, string, string) { return 200, "text/plain", "invalid_blocks" })
	err := send.SlackHook{HTTP: inside(), URL: s.URL}.Send(t.Context(), letters()["steady"])
	if err == nil || err.Error() != "Slack did not take the message: invalid_blocks" {
		t.Error(err)
	}
}

// TestSlackBot: the picture is uploaded first and stands in the message.
func TestSlackBot(t *testing.T) {
	spectest.Need(t)
	var s *standIn
	s = receive(t, spectest.Read(t, "authored/slack-outbound.json"), func(r *http.Request, _ []byte) (int, string, string) {
		switch r.URL.Path {
		case "/upload":
			if r.Header.Get("Authorization") != "" {
				t.Error("the token went to where the bytes go")
			}
			return 200, "text/plain", "OK - 11"
		case "/api/files.getUploadURLExternal":
			if got := r.URL.Query().Get("length"); got != "11" {
				t.Errorf("length %s, want 11", got)
			}
			return 200, "application/json", `{"ok":true,"upload_url":"` + s.URL + `/upload","file_id":"F0001"}`
		}
		return 200, "application/json", `{"ok":true}`
	})
	bot := send.SlackBot{HTTP: inside(), Token: "xoxb-secret", Channel: "C0001", Base: s.URL}
	if err := bot.Send(t.Context(), letters()["digest"]); err != nil {
		t.Fatal(err)
	}
	if got := string(s.bodies["/upload"][0]); got != "\x89PNG\r\n\x1a\nabc" {
		t.Errorf("uploaded %q", got)
	}
	post := s.bodies["/api/chat.postMessage"][0]
	for _, bad := range delivertest.CheckSlack(post) {
		t.Error(bad)
	}
	if !strings.Contains(string(post), `"slack_file":{"id":"F0001"}`) || !strings.Contains(string(post), `"channel":"C0001"`) {
		t.Errorf("posted %s", post)
	}
	if got := s.heads["/api/chat.postMessage"].Get("Authorization"); got != "Bearer xoxb-secret" {
		t.Errorf("signed %q", got)
	}
}

// TestSlackBotWithoutPicture: what is wrong with a picture keeps no message back.
func TestSlackBotWithoutPicture(t *testing.T) {
	for _, c := range []struct {
		name, place string
		blocks      int
	}{{"no upload", `{"ok":false,"error":"missing_scope"}`, 1}, {"not ready", "", 2}} {
		var s *standIn
		s = receive(t, nil, func(r *http.Request, body []byte) (int, string, string) {
			switch {
			case r.URL.Path == "/api/files.getUploadURLExternal" && c.place != "":
				return 200, "application/json", c.place
			case r.URL.Path == "/api/files.getUploadURLExternal":
				return 200, "application/json", `{"ok":true,"upload_url":"` + s.URL + `/upload","file_id":"F0001"}`
			case r.URL.Path == "/api/chat.postMessage" && strings.Contains(string(body), "slack_file"):
				return 200, "application/json", `{"ok":false,"error":"invalid_blocks"}`
			}
			return 200, "application/json", `{"ok":true}`
		})
		err := send.SlackBot{HTTP: inside(), Token: "xoxb-secret", Channel: "C0001", Base: s.URL}.Send(t.Context(), letters()["digest"])
		posts := s.bodies["/api/chat.postMessage"]
		if err != nil || len(posts) != c.blocks || strings.Contains(string(posts[len(posts)-1]), "slack_file") {
			t.Errorf("%s: %v, %d posts", c.name, err, len(posts))
		}
	}
}

func TestTeams(t *testing.T) {
	spectest.Need(t)
	const path = "/powerautomate/automations/direct/workflows/0123/triggers/manual/paths/invoke"
	s := receive(t, spectest.Read(t, "authored/teams-workflow.json"), func(*http.Request, []byte) (int, string, string) { return 200, "text/plain", "" })
	for name, m := range letters() {
		if err := (send.Teams{HTTP: inside(), URL: s.URL + path + "?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=SECRETSECRET"}).Send(t.Context(), m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, body := range s.bodies[path] {
		for _, bad := range delivertest.CheckTeams(body) {
			t.Error(bad)
		}
	}
	if len(s.bodies[path]) != 3 {
		t.Errorf("%d messages came, want 3", len(s.bodies[path]))
	}
}

// TestWebhook: the body is what docs/webhook.openapi.json describes, signed.
func TestWebhook(t *testing.T) {
	s := receive(t, spectest.Open(t, "../../docs/webhook.openapi.json"), func(*http.Request, []byte) (int, string, string) { return 204, "text/plain", "" })
	for name, m := range letters() {
		if err := (send.Webhook{HTTP: inside(), URL: s.URL + "/webhook", Key: "a key of many bytes"}).Send(t.Context(), m); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		mac := hmac.New(sha256.New, []byte("a key of many bytes"))
		mac.Write(s.bodies["/webhook"][len(s.bodies["/webhook"])-1])
		if got, want := s.heads["/webhook"].Get("Kpid-Signature"), "sha256="+hex.EncodeToString(mac.Sum(nil)); got != want {
			t.Errorf("%s: signature %s, want %s", name, got, want)
		}
		var got struct{ ID string }
		if err := json.Unmarshal(s.bodies["/webhook"][len(s.bodies["/webhook"])-1], &got); err != nil || got.ID != m.ID || s.heads["/webhook"].Get("Kpid-Delivery") != m.ID {
			t.Errorf("%s: id %q %v", name, got.ID, err)
		}
	}
}
