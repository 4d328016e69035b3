package send

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/kpid/kpid/internal/hosts"
)

// Limits of one request.
const (
	requestTime = 30 * time.Second
	answerBytes = 1 << 20
)

// HTTP asks one service. The zero value is ready for public hosts.
type HTTP struct {
	// AllowPrivate lets it connect to loopback and private networks, and without TLS there.
	AllowPrivate bool
	// Table is where allow_private is set, for messages: "[[notify]] monday".
	Table string
	// Roots replaces the machine's list of authorities; nil: that list.
	Roots *x509.CertPool
	// Now is the clock that dates in Retry-After are held against; nil: they are not read.
	Now func() time.Time
}

// request is one to make.
type request struct {
	method, address string
	header          map[string]string
	body            []byte
	secrets         []string // beside the address
}

// answer is a whole reply.
type answer struct {
	status int
	body   []byte
}

// do makes a request once. The error is an *Error. An answer of 4xx and 5xx is one,
// but for those that allow names.
func (h HTTP) do(ctx context.Context, r request, allow ...int) (answer, error) {
	at, err := url.Parse(r.address)
	if err != nil || at.Host == "" || at.Scheme != "https" && at.Scheme != "http" {
		return answer{}, never("the address is no http or https address")
	}
	secrets := append(hidden(at), r.secrets...)
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.address, bytes.NewReader(r.body))
	if err != nil {
		return answer{}, never("the request cannot be made")
	}
	req.Header.Set("User-Agent", "kpid")
	for k, v := range r.header {
		req.Header.Set(k, v)
	}
	client := h.client(at)
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return answer{}, h.failed(at, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, answerBytes+1))
	switch {
	case len(body) > answerBytes:
		return answer{}, never(at.Host + " answers with more than 1 MiB")
	case err != nil:
		return answer{}, later(at.Host+" broke off its answer", 0)
	}
	return h.judge(at, res, body, secrets, allow)
}

func (h HTTP) judge(at *url.URL, res *http.Response, body []byte, secrets []string, allow []int) (answer, error) {
	out := answer{status: res.StatusCode, body: body}
	for _, ok := range allow {
		if res.StatusCode == ok {
			return out, nil
		}
	}
	text := fmt.Sprintf("%s answers %d", at.Host, res.StatusCode)
	if words := said(string(body), secrets...); words != "" {
		text += ": " + words
	}
	switch c := res.StatusCode; {
	case c/100 == 2:
		return out, nil
	case c/100 == 3:
		return out, never(fmt.Sprintf("%s redirects elsewhere, which is not followed", at.Host))
	case c == http.StatusTooManyRequests, c == http.StatusRequestTimeout, c == http.StatusConflict, c/100 == 5:
		return out, later(text, h.patience(res.Header.Get("Retry-After")))
	}
	return out, never(text)
}

// patience reads Retry-After: seconds or a date.
func (h HTTP) patience(v string) time.Duration {
	if s, err := strconv.ParseFloat(v, 64); err == nil && s > 0 && s < 1e6 {
		return time.Duration(s * float64(time.Second))
	}
	if at, err := http.ParseTime(v); err == nil && h.Now != nil {
		return max(at.Sub(h.Now()), 0)
	}
	return 0
}

// hidden are the parts of an address that open a door: all but the host.
func hidden(at *url.URL) []string {
	out := []string{at.Path, at.EscapedPath(), at.RawQuery, at.String()}
	for part := range strings.SplitSeq(at.Path, "/") {
		if len(part) >= 8 { // shorter ones are words
			out = append(out, part)
		}
	}
	for _, values := range at.Query() {
		out = append(out, values...)
	}
	if at.User != nil {
		if p, ok := at.User.Password(); ok {
			out = append(out, p)
		}
	}
	return out
}

// client connects to where the configuration leads, and to nowhere else.
func (h HTTP) client(at *url.URL) *http.Client {
	control := func(_ context.Context, _, address string, _ syscall.RawConn) error {
		return hosts.Check(address, h.AllowPrivate, at.Scheme == "http", h.Table)
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: (&net.Dialer{Timeout: 15 * time.Second, ControlContext: control}).DialContext,
			// a proxy would connect for us to where we may not
			Proxy: nil, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: h.Roots},
			TLSHandshakeTimeout: 15 * time.Second, DisableKeepAlives: true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// failed words what kept a request from an answer. The address is not repeated.
func (h HTTP) failed(at *url.URL, err error) error {
	var no *hosts.Refused
	var cert *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.As(err, &no):
		return never(no.Reason)
	case errors.As(err, &cert):
		return never("the certificate of " + at.Host + " is not to be trusted: " + cert.Err.Error())
	case errors.As(err, &dns):
		return later("the host "+at.Hostname()+" cannot be found", 0)
	case errors.Is(err, context.DeadlineExceeded):
		return later(at.Host+" does not answer in time", 0)
	case errors.Is(err, syscall.ECONNREFUSED):
		return later(at.Host+" refuses the connection", 0)
	}
	return later("no answer from "+at.Host, 0)
}
