// Package spectest holds requests and replies of stand-ins against the vendors' own
// descriptions of their APIs. Those are not ours: they lie in the folder that
// KPID_VENDOR_SPECS names.
package spectest

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// Spec is a vendor's description.
type Spec struct{ router routers.Router }

// Need skips a test where the descriptions are not there.
func Need(t testing.TB) {
	t.Helper()
	if os.Getenv("KPID_VENDOR_SPECS") == "" {
		t.Skip("KPID_VENDOR_SPECS is not set: the vendors' own descriptions are not here")
	}
}

// Read reads a description by its file name; "" gives one that finds nothing wrong.
// Examples in those documents break their own schemas, so that the document as a whole
// is not validated.
func Read(t testing.TB, name string) *Spec {
	t.Helper()
	if name == "" {
		return &Spec{}
	}
	return Open(t, filepath.Join(os.Getenv("KPID_VENDOR_SPECS"), name))
}

// Open reads a description from a file.
func Open(t testing.TB, path string) *Spec {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Servers) == 0 || !strings.HasPrefix(doc.Servers[0].URL, "/") {
		doc.Servers = nil // found by its path: the host is ours
	}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for _, p := range op.Parameters {
				// a form written for people, where a regular expression should stand
				if s := p.Value.Schema; s != nil && s.Value != nil && strings.HasPrefix(s.Value.Pattern, "YYYY-") {
					s.Value.Pattern = ""
				}
			}
		}
	}
	r, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return &Spec{r}
}

// options of the validator. Defaults would be added to our address.
func options() *openapi3filter.Options {
	return &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
}

// Request is one that the description knows.
type Request struct {
	in *openapi3filter.RequestValidationInput
}

// Request holds one against the description; nil when there is none, or when it has no
// such address. Vendors ignore a parameter they do not know; a filter that is ignored is
// a wrong number.
func (s *Spec) Request(t testing.TB, r *http.Request) *Request {
	t.Helper()
	if s.router == nil {
		return nil
	}
	route, params, err := s.router.FindRoute(r)
	if err != nil {
		t.Errorf("%s %s is not in the vendor's description: %v", r.Method, r.URL.Path, err)
		return nil
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options()}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	if route.Operation.Deprecated {
		t.Errorf("%s %s is deprecated", r.Method, route.Path)
	}
	known := map[string]bool{}
	for _, ps := range []openapi3.Parameters{route.PathItem.Parameters, route.Operation.Parameters} {
		for _, p := range ps {
			known[p.Value.Name] = true
		}
	}
	for k := range r.URL.Query() {
		if !known[k] {
			t.Errorf("%s has no query parameter %q", route.Path, k)
		}
	}
	return &Request{in}
}

// Reply holds the answer to a request against the description.
func (r *Request) Reply(t testing.TB, status int, head http.Header, text string) {
	t.Helper()
	if r == nil {
		return
	}
	head = head.Clone()
	if ok := r.in.Route.Operation.Responses.Status(status); ok != nil && ok.Value != nil {
		for kind := range ok.Value.Content {
			head.Set("Content-Type", kind)
		}
	}
	err := openapi3filter.ValidateResponse(r.in.Request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: r.in, Status: status, Header: head, Options: options(), Body: io.NopCloser(strings.NewReader(text))})
	if err != nil {
		t.Errorf("the reply of %s: %.600s", r.in.Route.Path, err.Error())
	}
}
