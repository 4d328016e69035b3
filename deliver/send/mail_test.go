package send_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"encoding/base64"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/kpid/kpid/deliver/send"
)

// postOffice takes e-mails.
type postOffice struct {
	mu      sync.Mutex
	letters [][]byte
	to      []string
	users   []string
	refuse  error // of every recipient
}

func (p *postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{p}, nil }

type counter struct{ *postOffice }

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if password != "SECRETSECRET" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "wrong password " + password}
		}
		c.users = append(c.users, user)
		return nil
	}), nil
}
func (c *counter) Reset()                               {}
func (c *counter) Logout() error                        { return nil }
func (c *counter) Mail(string, *smtp.MailOptions) error { return nil }
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return c.refuse
}
func (c *counter) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.letters = append(c.letters, b)
	return err
}

// open starts a mail server and gives a sender to it; security is how it is reached.
func (p *postOffice) open(t *testing.T, security string) send.Mail {
	t.Helper()
	web := httptest.NewTLSServer(nil) // has a certificate of 127.0.0.1
	t.Cleanup(web.Close)
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	s := smtp.NewServer(p)
	s.Domain, s.ErrorLog, s.AllowInsecureAuth = "localhost", log.New(io.Discard, "", 0), security == send.NoTLS
	if security == send.StartTLS {
		s.TLSConfig = &tls.Config{Certificates: web.TLS.Certificates}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if security == send.TLS {
		l = tls.NewListener(l, &tls.Config{Certificates: web.TLS.Certificates})
	}
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	return send.Mail{Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, From: "kpid <kpid@example.com>", To: "priya@example.com",
		User: "kpid", Password: "SECRETSECRET", Security: security, AllowPrivate: true, Roots: roots,
		Now: func() time.Time { return time.Date(2026, 9, 21, 6, 10, 0, 0, time.UTC) }}
}

// parts of an e-mail by their kind, decoded.
func parts(t *testing.T, header func(string) string, body io.Reader, out map[string]string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(header("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		out["order"] += kind + " "
		for r := multipart.NewReader(body, params["boundary"]); ; {
			p, err := r.NextRawPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			parts(t, p.Header.Get, p, out)
		}
	}
	switch header("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	out[kind] = string(b)
	out["order"] += kind + " "
	if id := header("Content-ID"); id != "" {
		out["cid"] = id
	}
}

// TestMail: text, HTML and the picture inside it arrive, over each way that is safe.
func TestMail(t *testing.T) {
	for _, security := range []string{send.StartTLS, send.TLS, send.NoTLS} {
		t.Run(security, func(t *testing.T) {
			var office postOffice
			sender := office.open(t, security)
			m := letters()["digest"]
			if err := sender.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if len(office.letters) != 1 || office.to[0] != "priya@example.com" || office.users[0] != "kpid" {
				t.Fatalf("%d letters to %v of %v", len(office.letters), office.to, office.users)
			}
			got, err := mail.ReadMessage(bytes.NewReader(office.letters[0]))
			if err != nil {
				t.Fatal(err)
			}
			for key, want := range map[string]string{"Message-Id": "<" + m.ID + "@example.com>", "Kpid-Delivery": m.ID, "Auto-Submitted": "auto-generated",
				"To": "<priya@example.com>", "From": `"kpid" <kpid@example.com>`, "Date": "Mon, 21 Sep 2026 06:10:00 +0000", "Mime-Version": "1.0"} {
				if got.Header.Get(key) != want {
					t.Errorf("%s: %q, want %q", key, got.Header.Get(key), want)
				}
			}
			found := map[string]string{}
			parts(t, got.Header.Get, got.Body, found)
			if want := "multipart/related multipart/alternative text/plain text/html image/png "; found["order"] != want {
				t.Errorf("parts %q, want %q", found["order"], want)
			}
			if found["image/png"] != string(m.Charts[0].PNG) {
				t.Errorf("the picture is %q", found["image/png"])
			}
			if !strings.Contains(found["text/html"], `src="cid:`+strings.Trim(found["cid"], "<>")+`"`) {
				t.Errorf("the HTML does not show %s: %s", found["cid"], found["text/html"])
			}
			if !strings.Contains(found["text/plain"], "and 288 more") || !strings.Contains(found["text/html"], "and 288 more") {
				t.Error("the rest is not counted")
			}
		})
	}
}

// TestMailHeadersAreOneLine: a name makes no header of its own.
func TestMailHeadersAreOneLine(t *testing.T) {
	var office postOffice
	if err := office.open(t, send.StartTLS).Send(t.Context(), letters()["hostile"]); err != nil {
		t.Fatal(err)
	}
	got, err := mail.ReadMessage(bytes.NewReader(office.letters[0]))
	if err != nil {
		t.Fatal(err)
	}
	if got.Header.Get("Bcc") != "" || len(got.Header["Subject"]) != 1 || len(office.to) != 1 {
		t.Errorf("headers %v, to %v", got.Header, office.to)
	}
}

// TestMailIsRefused: what is tried again, and that nothing goes out unencrypted.
func TestMailIsRefused(t *testing.T) {
	for _, c := range []struct {
		name   string
		office *postOffice
		at     string
		change func(*send.Mail)
		want   string
		final  bool
	}{
		{"greylisted", &postOffice{refuse: &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "later, priya@example.com"}}, send.StartTLS, nil, "answers 451 4.7.1", false},
		{"nobody of this name", &postOffice{refuse: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no"}}, send.StartTLS, nil, "answers 550 5.1.1", true},
		{"wrong password", &postOffice{}, send.StartTLS, func(m *send.Mail) { m.Password = "CANARYCANARY" }, "answers 535", true},
		{"no STARTTLS", &postOffice{}, send.NoTLS, func(m *send.Mail) { m.Security = send.StartTLS }, "does not offer STARTTLS", true},
		{"another certificate", &postOffice{}, send.StartTLS, func(m *send.Mail) { m.Roots = x509.NewCertPool() }, "is not to be trusted", true},
		{"another certificate from the beginning", &postOffice{}, send.TLS, func(m *send.Mail) { m.Roots = x509.NewCertPool() }, "is not to be trusted", true},
		{"a private address", &postOffice{}, send.StartTLS, func(m *send.Mail) { m.AllowPrivate = false }, "set allow_private = true in [mail]", true},
		{"without TLS to another machine", &postOffice{}, send.NoTLS, func(m *send.Mail) { m.Host = "192.0.2.1" }, "goes to this machine only", true},
		{"no address", &postOffice{}, send.StartTLS, func(m *send.Mail) { m.To = "priya@example.com\r\nRCPT TO:<victim@example.com>" }, "to is no address", true},
		{"nobody there", &postOffice{}, send.StartTLS, func(m *send.Mail) { m.Port = 1 }, "refuses the connection", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sender := c.office.open(t, c.at)
			if c.change != nil {
				c.change(&sender)
			}
			err := sender.Send(t.Context(), letters()["steady"])
			var got *send.Error
			if !errors.As(err, &got) || got.Final != c.final || !strings.Contains(got.Text, c.want) {
				t.Errorf("%+v, want %q, final %v", err, c.want, c.final)
			}
			if len(c.office.letters) != 0 {
				t.Error("the letter arrived")
			}
			if got != nil && (strings.Contains(got.Text, "CANARY") || strings.Contains(got.Text, "priya")) {
				t.Errorf("a secret or an address in %q", got.Text)
			}
		})
	}
}
