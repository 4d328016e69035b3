package httpsrc

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// token of a client credentials exchange.
type token struct {
	text    string
	expires time.Time
}

// sign puts the credentials on a request.
func (s *source) sign(ctx context.Context, req *http.Request) error {
	a, e := s.manifest.HTTP.Auth, env{secrets: s.cfg.Secrets}
	switch a.Kind {
	case "basic":
		req.SetBasicAuth(e.text(a.User), e.text(a.Pass))
	case "bearer":
		if token := e.text(a.Token); token != "" { // an optional one that was not given
			req.Header.Set("Authorization", "Bearer "+token)
		}
	case "header":
		for name, text := range a.Headers {
			req.Header.Set(name, e.text(text))
		}
	case "oauth2", "google_jwt":
		if s.token.text == "" || !s.clock.Now().Before(s.token.expires) {
			if err := s.exchange(ctx); err != nil {
				return err
			}
		}
		req.Header.Set("Authorization", "Bearer "+s.token.text)
	}
	return nil
}

// exchange asks for a token. Where the vendor names the base with it, that has to
// be https like the one it came from.
func (s *source) exchange(ctx context.Context) error {
	req, err := s.tokenRequest(ctx)
	if err != nil {
		return &refused{"the sign-in cannot be made: " + err.Error()}
	}
	res, err := s.http.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if slices.Contains(s.manifest.HTTP.Retry.Status, res.StatusCode) { // trouble over there says nothing of the credentials
		return &again{fmt.Sprintf("the sign-in failed with status %d: %s", res.StatusCode, s.vendorText(body)), s.asked(res.Header)}
	}
	if res.StatusCode != http.StatusOK {
		return &denied{status: res.StatusCode, msg: "the sign-in was refused: " + s.vendorText(body)}
	}
	text := gjson.GetBytes(body, "access_token").String()
	if text == "" {
		return &denied{status: res.StatusCode, msg: "the sign-in gave no access_token"}
	}
	life := time.Duration(gjson.GetBytes(body, "expires_in").Int()) * time.Second
	if life <= 0 {
		life = time.Hour
	}
	// a minute early, so that none runs out on its way
	s.token = token{text, s.clock.Now().Add(max(life-time.Minute, time.Second))}
	if from := s.manifest.HTTP.Auth.BaseFrom; from != "" {
		base, err := url.Parse(gjson.GetBytes(body, from).String())
		if err != nil || base.Host == "" || base.Scheme != s.base.Scheme {
			return &refused{fmt.Sprintf("the sign-in names no base at %s", from)}
		}
		s.base = base
	}
	return nil
}

func (s *source) tokenRequest(ctx context.Context) (*http.Request, error) {
	a, e := s.manifest.HTTP.Auth, env{secrets: s.cfg.Secrets}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {e.text(a.ID)}, "client_secret": {e.text(a.Secret)}}
	if a.Scope != "" {
		form.Set("scope", a.Scope)
	}
	address := a.TokenURL
	if a.Kind == "google_jwt" {
		assertion, err := s.assertion(e.text(a.Key), a.Scope)
		if err != nil {
			return nil, err
		}
		form = url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"}, "assertion": {assertion}}
		address = googleToken
	}
	if s.cfg.TokenURL != "" {
		address = s.cfg.TokenURL
	}
	body, kind := form.Encode(), "application/x-www-form-urlencoded"
	if a.Style == "json" {
		flat := map[string]string{}
		for k := range form {
			flat[k] = form.Get(k)
		}
		b, err := json.Marshal(flat)
		if err != nil {
			return nil, err
		}
		body, kind = string(b), "application/json"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return nil, errors.New("token_url is no address")
	}
	req.Header.Set("Content-Type", kind)
	return req, nil
}

// googleToken is where a service account's signed claim is exchanged.
const googleToken = "https://oauth2.googleapis.com/token"

// assertion is a claim signed with the service account's key (RFC 7523, RS256).
func (s *source) assertion(keyFile, scope string) (string, error) {
	block, _ := pem.Decode([]byte(gjson.Get(keyFile, "private_key").String()))
	if block == nil {
		return "", errors.New("the key is no service account file with a private_key")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*rsa.PrivateKey)
	if err != nil || !ok {
		return "", errors.New("the private_key of the service account is no RSA key")
	}
	now := s.clock.Now()
	claims, err := json.Marshal(map[string]any{"iss": gjson.Get(keyFile, "client_email").String(), "scope": scope,
		"aud": googleToken, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix()})
	if err != nil {
		return "", err
	}
	enc := base64.RawURLEncoding
	signed := enc.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT"}`)) + "." + enc.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		return "", errors.New("the claim cannot be signed")
	}
	return signed + "." + enc.EncodeToString(sig), nil
}

// vendorText is the vendor's own message in a reply, cut, in one line and without
// our secrets.
func (s *source) vendorText(body []byte) string {
	text := ""
	if path := s.manifest.HTTP.Errors.Message; path != "" && json.Valid(body) {
		text = gjson.GetBytes(body, path).String()
	}
	for _, path := range []string{"error_description", "message", "error.message", "error"} {
		if text == "" && json.Valid(body) {
			if found := gjson.GetBytes(body, path); found.Type == gjson.String {
				text = found.String()
			}
		}
	}
	if text == "" {
		return "no reason given"
	}
	return cut(s.scrub(strings.Join(strings.Fields(text), " ")), 300) // half a secret would not be known again
}

// cut shortens a text, not within a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
