package send

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"syscall"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/internal/hosts"
)

// Ways to keep what goes to a mail server to ourselves.
const (
	StartTLS = "starttls" // the connection must become encrypted before anything is said
	TLS      = "tls"      // it is from the beginning
	NoTLS    = "none"     // loopback only
)

// Mail sends to one recipient by SMTP.
type Mail struct {
	Host         string
	Port         int
	From         string // "kpid <kpid@example.com>"
	To           string
	User         string // "" signs in as nobody
	Password     string // a secret
	Security     string // StartTLS, TLS or NoTLS
	AllowPrivate bool
	Roots        *x509.CertPool // nil: those of the machine
	Now          func() time.Time
}

// Send implements Sender. The id of the message is its Message-ID, so that a program
// that gets it twice shows it once.
func (s Mail) Send(ctx context.Context, m deliver.Message) error {
	letter, err := s.letter(m)
	if err != nil {
		return never("the e-mail cannot be written: " + err.Error())
	}
	client, err := s.client()
	if err != nil {
		return never("the mail server cannot be asked: " + err.Error())
	}
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	return s.judge(client.DialAndSendWithContext(ctx, letter), letter)
}

// letter writes the e-mail: text, HTML and the pictures inside it.
func (s Mail) letter(m deliver.Message) (*gomail.Msg, error) {
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return nil, errors.New("from is no address")
	}
	content, err := deliver.MailOf(m)
	if err != nil {
		return nil, err
	}
	out := gomail.NewMsg()
	out.FromMailAddress(from)
	if err := out.To(s.To); err != nil {
		return nil, errors.New("to is no address")
	}
	out.Subject(content.Subject)
	_, domain, _ := strings.Cut(from.Address, "@")
	out.SetMessageIDWithValue(m.ID + "@" + domain)
	out.SetDateWithValue(s.Now())
	out.SetGenHeader("Auto-Submitted", "auto-generated")
	out.SetGenHeader("Kpid-Delivery", m.ID)
	out.SetBodyString(gomail.TypeTextPlain, content.Text)
	out.AddAlternativeString(gomail.TypeTextHTML, content.HTML)
	for i, p := range content.Pictures {
		if err := out.EmbedReader(fmt.Sprintf("chart%d.png", i+1), bytes.NewReader(p.PNG),
			gomail.WithFileContentID(p.CID), gomail.WithFileContentType("image/png")); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// client connects to where the configuration leads, encrypted, and nowhere else.
func (s Mail) client() (*gomail.Client, error) {
	opts := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(requestTime), gomail.WithDialContextFunc(s.dial),
		gomail.WithTLSConfig(s.tls())}
	switch s.Security {
	case TLS:
		opts = append(opts, gomail.WithSSL())
	case NoTLS:
		opts = append(opts, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		opts = append(opts, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		kind := gomail.SMTPAuthPlain
		if s.Security == NoTLS { // this machine only
			kind = gomail.SMTPAuthPlainNoEnc
		}
		opts = append(opts, gomail.WithSMTPAuth(kind), gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	}
	return gomail.NewClient(s.Host, opts...)
}

func (s Mail) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
}

// dial checks each address it is about to connect to.
func (s Mail) dial(ctx context.Context, network, address string) (net.Conn, error) {
	control := func(_ context.Context, _, address string, _ syscall.RawConn) error {
		if s.Security != NoTLS {
			return hosts.Check(address, s.AllowPrivate, false, "[mail]")
		}
		if host, _, err := net.SplitHostPort(address); err != nil || !net.ParseIP(host).IsLoopback() {
			return &hosts.Refused{Reason: "mail without TLS goes to this machine only; write tls = \"starttls\" in [mail]"}
		}
		return nil
	}
	d := &net.Dialer{Timeout: 15 * time.Second, ControlContext: control}
	if s.Security == TLS {
		return (&tls.Dialer{NetDialer: d, Config: s.tls()}).DialContext(ctx, network, address)
	}
	return d.DialContext(ctx, network, address)
}

// judge words what the server said, by its codes: its text may repeat anything. A
// letter that was taken is sent, whatever happens to the connection afterwards.
func (s Mail) judge(err error, letter *gomail.Msg) error {
	host := net.JoinHostPort(s.Host, fmt.Sprint(s.Port))
	var no *hosts.Refused
	var cert *tls.CertificateVerificationError
	var refused *gomail.SendError
	var answer *textproto.Error
	var dns *net.DNSError
	switch {
	case err == nil, letter.IsDelivered():
		return nil
	case errors.As(err, &no):
		return never(no.Reason)
	case errors.As(err, &cert):
		return never("the certificate of " + host + " is not to be trusted: " + cert.Err.Error())
	case errors.As(err, &refused) && refused.ErrorCode() != 0:
		text := strings.TrimSpace(fmt.Sprintf("%s answers %d %s", host, refused.ErrorCode(), refused.EnhancedStatusCode()))
		return &Error{Text: text, Final: !refused.IsTemp()}
	case errors.As(err, &answer):
		return &Error{Text: fmt.Sprintf("%s answers %d", host, answer.Code), Final: answer.Code >= 500}
	case errors.As(err, &dns):
		return later("the host "+s.Host+" cannot be found", 0)
	case strings.Contains(err.Error(), "STARTTLS"):
		return never(host + " does not offer STARTTLS, and nothing is sent without TLS")
	case strings.Contains(err.Error(), "SMTP AUTH"):
		return never(host + " does not let us sign in with user and password")
	case errors.Is(err, syscall.ECONNREFUSED):
		return later(host+" refuses the connection", 0)
	}
	return later("no answer from "+host, 0)
}
