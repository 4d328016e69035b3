package httpsrc

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/kpid/kpid/ingest/manifest"
)

// call is one request to make, any number of times.
type call struct {
	method  string
	url     url.URL
	headers map[string]string
	body    map[string]any
	rate    manifest.Rate
	errors  manifest.Errors
	decode  []string
	records string // path that a JSON reply must have
}

// reply is a whole answer.
type reply struct {
	body   []byte // inflated; nil when a status says that there is nothing
	head   http.Header
	empty  bool
	status int
}

// denied says that the credentials do not do. Trying on could lock the account.
type denied struct {
	status int
	msg    string
}

func (e *denied) Error() string { return e.msg }

// gone says that the address, or the cursor, is not there any more.
type gone struct{ msg string }

func (e *gone) Error() string { return e.msg }

// tooLarge says that the vendor asks for a smaller window.
type tooLarge struct{ msg string }

func (e *tooLarge) Error() string { return e.msg }

// again is an answer that another try may mend; wait is what the vendor asked for.
type again struct {
	msg  string
	wait time.Duration
}

func (e *again) Error() string { return e.msg }

// ask makes a request until it is answered, as often and as late as the manifest
// and the vendor say. It is built when it is sent: what it asks for may depend on
// when that is.
func (s *source) ask(ctx context.Context, build func() call) (*reply, error) {
	attempts, refusals := max(s.manifest.HTTP.Retry.Attempts, 1), 0
	for n := 1; ; n++ {
		if s.spent != "" {
			return nil, &refused{s.spent}
		}
		if err := s.pace(ctx, build().rate); err != nil {
			return nil, err
		}
		r, err := s.try(ctx, build())
		var retry *again
		var no *denied
		switch {
		case err == nil:
			return r, nil
		case errors.As(err, &no) && refusals == 0 && s.token.text != "":
			refusals++ // a token may have been revoked early: once more with a new one
			s.token = token{}
			continue
		case !errors.As(err, &retry) || ctx.Err() != nil:
			return nil, err
		case n >= attempts:
			return nil, fmt.Errorf("%s, %d times", retry.msg, n)
		}
		wait := retry.wait
		if wait == 0 {
			wait = s.backoff(n)
		}
		if s.clock.Now().Add(wait).After(s.ends) {
			return nil, fmt.Errorf("%s; the vendor asks for %s, longer than this run may take", retry.msg, wait.Round(time.Second))
		}
		if err := s.clock.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// backoff doubles from a second to a minute, with half of it drawn at random, so
// that sources that failed together do not come back together.
func (s *source) backoff(n int) time.Duration {
	full := time.Duration(math.Min(float64(time.Minute), float64(time.Second)*math.Pow(2, float64(n-1))))
	s.mu.Lock()
	defer s.mu.Unlock()
	return full/2 + time.Duration(s.random.Int64N(int64(full/2)+1))
}

// pace waits for the slots of the manifest's and the stream's limits.
func (s *source) pace(ctx context.Context, own manifest.Rate) error {
	now := s.clock.Now()
	at := now
	for _, r := range []struct {
		name string
		rate manifest.Rate
	}{{"all", s.manifest.HTTP.Rate}, {"stream", own}} {
		for _, l := range []struct {
			name string
			per  time.Duration
			n    float64
		}{{"second", time.Second, r.rate.PerSecond}, {"minute", time.Minute, r.rate.PerMinute}, {"day", 24 * time.Hour, r.rate.PerDay}} {
			interval := time.Duration(0)
			if l.n > 0 {
				interval = time.Duration(float64(l.per) / l.n)
			}
			burst := r.rate.Burst
			if l.name == "day" {
				burst = int(l.n) // a day's budget may be used at once
			}
			if slot := s.pacer.reserve(r.name+" "+l.name, interval, burst, now); slot.After(at) {
				at = slot
			}
		}
	}
	return s.clock.Sleep(ctx, at.Sub(now))
}

// try makes the request once.
func (s *source) try(ctx context.Context, c call) (*reply, error) {
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Limits.Request)
	defer cancel()
	req, err := s.request(ctx, c)
	if err != nil {
		return nil, err
	}
	res, err := s.http.Do(req)
	if err != nil {
		var no *refused
		if errors.As(err, &no) {
			return nil, no
		}
		var cert *tls.CertificateVerificationError
		if errors.As(err, &cert) {
			return nil, &refused{"the certificate of the host is not to be trusted: " + cert.Err.Error()}
		}
		return nil, &again{msg: network(err)}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, s.cfg.Limits.BodyBytes+1))
	if err == nil {
		err = ctx.Err() // what ends as the time runs out may be what is left of a reply
	}
	switch {
	case int64(len(body)) > s.cfg.Limits.BodyBytes:
		return nil, &refused{fmt.Sprintf("the reply is larger than %d MiB", s.cfg.Limits.BodyBytes>>20)}
	case err != nil:
		return nil, &again{msg: "the reply broke off: " + network(err)}
	}
	return s.judge(c, res, body)
}

// judge says what an answer means.
func (s *source) judge(c call, res *http.Response, body []byte) (*reply, error) {
	r := s.manifest.HTTP.Retry
	wait := s.asked(res.Header)
	if res.StatusCode/100 == 2 && wait > 0 { // slow down before it is a refusal
		s.pacer.wait(s.clock.Now().Add(wait))
	}
	s.spent = s.overspent(res.Header)
	said := fmt.Sprintf("status %d: %s", res.StatusCode, s.vendorText(body))
	switch status := res.StatusCode; {
	case slices.Contains(c.errors.Empty, status), status == http.StatusNoContent:
		return &reply{head: res.Header, empty: true, status: status}, nil
	case slices.Contains(c.errors.TooLarge, status):
		return nil, &tooLarge{said}
	case slices.Contains(c.errors.Auth, status):
		return nil, &denied{status, said + "; check the source's secrets and what they may read"}
	case slices.Contains(c.errors.Gone, status):
		return nil, &gone{said + "; this address is gone, or the stored cursor is too old"}
	case slices.Contains(r.Status, status):
		return nil, &again{said, wait}
	case status/100 != 2:
		return nil, &refused{said}
	}
	inflated, err := s.inflate(c, body)
	if err != nil {
		return nil, err
	}
	return &reply{body: inflated, head: res.Header, status: res.StatusCode}, nil
}

// overspent says that so much of a budget that others share is used that the rest is
// theirs; "" when it is not.
func (s *source) overspent(h http.Header) string {
	b := s.manifest.HTTP.Rate.Budget
	if b == nil {
		return ""
	}
	at := regexp.MustCompile(`([0-9]+)/([0-9]+)`).FindStringSubmatch(h.Get(b.Header))
	if at == nil {
		return ""
	}
	used, _ := strconv.ParseFloat(at[1], 64)
	limit, _ := strconv.ParseFloat(at[2], 64)
	if limit <= 0 || used/limit < b.StopAt {
		return ""
	}
	return fmt.Sprintf("%s of %s calls of the day are used, by whomever; the manifest leaves the rest to others (rate.budget stop_at = %v)", at[1], at[2], b.StopAt)
}

// request builds one from scratch: nothing of an earlier answer is in it.
func (s *source) request(ctx context.Context, c call) (*http.Request, error) {
	var body io.Reader
	if c.body != nil {
		b, err := json.Marshal(c.body)
		if err != nil {
			return nil, &refused{"the body cannot be written as JSON: " + err.Error()}
		}
		body = bytes.NewReader(b)
	}
	address := c.url
	req, err := http.NewRequestWithContext(ctx, c.method, address.String(), body)
	if err != nil {
		return nil, &refused{"the address cannot be made: " + err.Error()}
	}
	e := env{secrets: s.cfg.Secrets}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "kpid")
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	for _, headers := range []map[string]string{s.manifest.HTTP.Headers, c.headers} {
		for name, text := range headers {
			req.Header.Set(name, e.text(text))
		}
	}
	if err := s.sign(ctx, req); err != nil {
		return nil, s.signing(err)
	}
	return req, nil
}

// signing sorts what went wrong with a token.
func (s *source) signing(err error) error {
	var no *denied
	var never *refused
	var later *again
	if errors.As(err, &no) || errors.As(err, &never) || errors.As(err, &later) {
		return err
	}
	return &again{msg: "the sign-in failed: " + network(err)}
}

// asked is how long the vendor wants to be left alone: after a number of seconds,
// at a date, or once a limit that is used up begins anew.
func (s *source) asked(h http.Header) time.Duration {
	r, now := s.manifest.HTTP.Retry, s.clock.Now()
	for _, name := range r.After {
		v := h.Get(name)
		if seconds, err := strconv.ParseFloat(v, 64); err == nil && seconds >= 0 && seconds < 1e6 {
			return time.Duration(seconds * float64(time.Second))
		}
		if at, err := http.ParseTime(v); err == nil {
			return max(at.Sub(now), 0)
		}
	}
	if r.Reset == nil || r.Remaining != "" && h.Get(r.Remaining) != "0" {
		return 0
	}
	return untilReset(h.Get(r.Reset.Header), r.Reset.Unit, now)
}

// untilReset reads a header that says when a limit begins anew.
func untilReset(v, unit string, now time.Time) time.Duration {
	if unit == "rfc3339" {
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			at, err = time.Parse("2006-01-02T15:04Z07:00", v)
		}
		if err != nil {
			return 0
		}
		return max(at.Sub(now), 0)
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || n < 0 || n > 1e15 {
		return 0
	}
	switch unit {
	case "unix_s":
		return max(time.UnixMilli(int64(n*1000)).Sub(now), 0)
	case "unix_ms":
		return max(time.UnixMilli(int64(n)).Sub(now), 0)
	}
	return time.Duration(n * float64(time.Second))
}
