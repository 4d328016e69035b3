package httpsrc

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// shortest secret that is taken out of texts: cutting out shorter ones would take
// the texts apart and keep nothing secret.
const shortest = 4

const redacted = "[redacted]"

// forms of a secret in which a reply may repeat it: plain, escaped for an address,
// as JSON writes it, and in base64. The longest come first, so that no remains of one
// inside another are left.
func forms(secrets ...string) []string {
	var out []string
	for _, s := range secrets {
		if len(s) < shortest {
			continue
		}
		quoted, _ := json.Marshal(s)
		out = append(out, s, url.QueryEscape(s), url.PathEscape(s), strings.Trim(string(quoted), `"`))
		for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			out = append(out, e.EncodeToString([]byte(s)))
		}
	}
	slices.SortStableFunc(out, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(out)
}

// scrub takes our secrets out of a text; vendors like to repeat them.
func (s *source) scrub(text string) string {
	a, e := s.manifest.HTTP.Auth, env{secrets: s.cfg.Secrets}
	all := []string{s.token.text, e.text(a.User) + ":" + e.text(a.Pass)}
	for _, secret := range s.cfg.Secrets {
		all = append(all, secret)
	}
	for _, form := range forms(all...) {
		text = strings.ReplaceAll(text, form, redacted)
	}
	return text
}
