package send_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/kpid/kpid/deliver/send"
)

// TestAnswers: which answers are tried again and when, and that none of them shows
// the address.
func TestAnswers(t *testing.T) {
	at := time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC)
	for _, c := range []struct {
		name, answer string
		status       int
		header       [2]string
		want         send.Error
	}{
		{"busy", "slow down", 429, [2]string{"Retry-After", "30"}, send.Error{Text: "HOST answers 429: slow down", After: 30 * time.Second}},
		{"busy until", "", 503, [2]string{"Retry-After", "Mon, 21 Sep 2026 06:12:00 GMT"}, send.Error{Text: "HOST answers 503", After: 2 * time.Minute}},
		{"broken", "oops", 500, [2]string{}, send.Error{Text: "HOST answers 500: oops"}},
		{"gone", "no_service", 404, [2]string{}, send.Error{Text: "HOST answers 404: no_service", Final: true}},
		{"told back", "bad path /hook/SECRETSECRET?sig=QUERYSECRET", 400, [2]string{}, send.Error{Text: "HOST answers 400: bad path [redacted]?[redacted]", Final: true}},
		{"elsewhere", "", 302, [2]string{"Location", "http://elsewhere.example/"}, send.Error{Text: "HOST redirects elsewhere, which is not followed", Final: true}},
		{"long", strings.Repeat("x", 500), 500, [2]string{}, send.Error{Text: "HOST answers 500: " + strings.Repeat("x", 200) + "…"}},
		{"endless", strings.Repeat("x", 2<<20), 200, [2]string{}, send.Error{Text: "HOST answers with more than 1 MiB", Final: true}},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if c.header[0] != "" {
				w.Header().Set(c.header[0], c.header[1])
			}
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.answer))
		}))
		h := inside()
		h.Now = func() time.Time { return at }
		err := send.Webhook{HTTP: h, URL: s.URL + "/hook/SECRETSECRET?sig=QUERYSECRET"}.Send(t.Context(), letters()["steady"])
		s.Close()
		c.want.Text = strings.ReplaceAll(c.want.Text, "HOST", strings.TrimPrefix(s.URL, "http://"))
		var got *send.Error
		if !errors.As(err, &got) || *got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, err, c.want)
		}
	}
}

// TestPrivateHosts: nothing goes to where a name should not lead, unless it is meant.
func TestPrivateHosts(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the message came") }))
	defer s.Close()
	for address, want := range map[string]string{
		s.URL: "127.0.0.1 is a private address; set allow_private = true in [[notify]] monday if it is meant",
		strings.Replace(s.URL, "127.0.0.1", "localhost", 1): "is a private address",
		"http://169.254.169.254/latest":                     "169.254.169.254 is an address of the link",
		"ftp://example.com/":                                "the address is no http or https address",
		"https://":                                          "the address is no http or https address",
	} {
		err := send.Webhook{HTTP: send.HTTP{Table: "[[notify]] monday"}, URL: address}.Send(t.Context(), letters()["steady"])
		var got *send.Error
		if !errors.As(err, &got) || !got.Final || !strings.Contains(got.Text, want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// TestNobodyThere: a host that is down is asked again, one that is not to be trusted never.
func TestNobodyThere(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	address := s.URL
	s.Close()
	err := send.Webhook{HTTP: inside(), URL: address + "/SECRETSECRET"}.Send(t.Context(), letters()["steady"])
	var got *send.Error
	if !errors.As(err, &got) || got.Final || !strings.HasSuffix(got.Text, " refuses the connection") {
		t.Errorf("%+v", err)
	}
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	tls.Config.ErrorLog = nil
	err = send.Webhook{HTTP: inside(), URL: tls.URL}.Send(t.Context(), letters()["steady"])
	if !errors.As(err, &got) || !got.Final || !strings.Contains(got.Text, "is not to be trusted") {
		t.Errorf("%+v", err)
	}
}
