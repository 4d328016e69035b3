package httpsrc

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/kpid/kpid/internal/hosts"
)

// client makes connections to the base host only, checked where it connects, so
// that no name resolves to somewhere else. Replies that lead away are errors.
func (s *source) client() *http.Client {
	transport := &http.Transport{
		DialContext: (&net.Dialer{Timeout: 15 * time.Second, ControlContext: s.allowed}).DialContext,
		// a proxy would connect for us to where we may not
		Proxy: nil, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 1, IdleConnTimeout: 30 * time.Second,
		TLSHandshakeTimeout: 15 * time.Second, ResponseHeaderTimeout: s.cfg.Limits.Request,
	}
	return &http.Client{Transport: transport, CheckRedirect: s.redirect}
}

// allowed refuses private addresses unless the source says that it has them, and
// public ones without TLS.
func (s *source) allowed(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	switch inside := hosts.Private(at.Addr()); {
	case inside && !s.cfg.AllowPrivate:
		return &refused{fmt.Sprintf("%s is a private address; set allow_private = true on the source if it is meant", at.Addr())}
	case !inside && s.base.Scheme == "http":
		return &refused{"http without TLS is for private hosts only; write https in base"}
	}
	return nil
}

// refused is a mistake that trying again does not mend.
type refused struct{ msg string }

func (e *refused) Error() string { return e.msg }

const maxRedirects = 5

// redirect follows within the host. The token never goes elsewhere.
func (s *source) redirect(req *http.Request, via []*http.Request) error {
	if len(via) >= maxRedirects {
		return &refused{"the vendor redirects in a circle"}
	}
	if req.Method != via[0].Method {
		return &refused{"the vendor redirects a " + via[0].Method + " in a way that drops what was asked"}
	}
	if !sameHost(req.URL, via[0].URL) {
		return &refused{fmt.Sprintf("the vendor redirects to %s, another host than %s; it is not followed", req.URL.Host, via[0].URL.Host)}
	}
	return nil
}

func sameHost(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// network words what kept a request from an answer.
func network(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	switch {
	case errors.As(err, &dns):
		return "the host " + dns.Name + " cannot be found"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.As(err, &op) && op.Op == "dial":
		return "cannot connect: " + op.Err.Error()
	}
	// an *url.Error repeats the address, which is ours to show or not
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return err.Error()
}
