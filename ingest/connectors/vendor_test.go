package connectors_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/tidwall/gjson"
)

// vendor answers with canned replies and fails the test when a request or a reply
// breaks the vendor's own description.
type vendor struct {
	t      testing.TB
	router routers.Router // nil: the vendor has no description
	base   string
	answer func(route string, n int) (status int, head http.Header, body string)
	check  bool // replies, too; a fault is none of the vendor's documents

	mu     sync.Mutex
	counts map[string]int
	seen   []string // method, address and body of each request
}

// describe reads the vendor's description. Examples in those documents break their
// own schemas, so that the document as a whole is not validated.
func describe(t testing.TB, spec string) routers.Router {
	t.Helper()
	if spec == "" {
		return nil
	}
	doc, err := openapi3.NewLoader().LoadFromFile(filepath.Join(os.Getenv("KPID_VENDOR_SPECS"), spec))
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
	return r
}

func (v *vendor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Errorf("%s: %v", r.URL, err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	route := r.Method + " " + r.URL.EscapedPath()
	v.mu.Lock()
	n := v.counts[route]
	v.counts[route]++
	v.seen = append(v.seen, r.Method+" "+r.URL.RequestURI()+" "+string(body))
	v.mu.Unlock()
	if strings.Contains(r.URL.String(), canary) {
		v.t.Errorf("a secret is in the address %s", r.URL)
	}
	in := v.request(r)
	status, head, reply := v.answer(route, n)
	reply = strings.ReplaceAll(reply, "{base}", v.base)
	for name := range head {
		w.Header().Set(name, head.Get(name))
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	if status == http.StatusOK && v.check && in != nil && gjson.Valid(reply) {
		v.reply(in, w.Header().Clone(), reply)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, reply)
}

// options of the validator. Defaults would be added to our address.
func options() *openapi3filter.Options {
	return &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
}

// request holds one against the description. Vendors ignore a parameter they do not
// know; a filter that is ignored is a wrong number.
func (v *vendor) request(r *http.Request) *openapi3filter.RequestValidationInput {
	if v.router == nil || r.URL.Path == "/token" {
		return nil
	}
	route, params, err := v.router.FindRoute(r)
	if err != nil {
		v.t.Errorf("%s %s is not in the vendor's description: %v", r.Method, r.URL.Path, err)
		return nil
	}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options()}
	if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
		v.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
	if route.Operation.Deprecated {
		v.t.Errorf("%s %s is deprecated", r.Method, route.Path)
	}
	known := map[string]bool{}
	for _, ps := range []openapi3.Parameters{route.PathItem.Parameters, route.Operation.Parameters} {
		for _, p := range ps {
			known[p.Value.Name] = true
		}
	}
	for k := range r.URL.Query() {
		if !known[k] {
			v.t.Errorf("%s has no query parameter %q", route.Path, k)
		}
	}
	return in
}

// reply holds a canned one against the description.
func (v *vendor) reply(in *openapi3filter.RequestValidationInput, head http.Header, text string) {
	if ok := in.Route.Operation.Responses.Status(http.StatusOK); ok != nil && ok.Value != nil {
		for kind := range ok.Value.Content {
			head.Set("Content-Type", kind)
		}
	}
	err := openapi3filter.ValidateResponse(in.Request.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: http.StatusOK, Header: head, Options: options(), Body: io.NopCloser(strings.NewReader(text))})
	if err != nil {
		v.t.Errorf("the reply of %s: %.600s", in.Route.Path, err.Error())
	}
}

// since are the requests after the first n.
func (v *vendor) since(n int) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string{}, v.seen[n:]...)
}

func (v *vendor) requests() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return len(v.seen)
}

// grown repeats the first record of a reply, {n} counting and "int:5{n}" a number, so
// that a full page need not be written out.
func grown(t testing.TB, reply, records string) string {
	times := int(gjson.Get(reply, "_repeat").Int())
	if times == 0 {
		return reply
	}
	list := gjson.Parse(reply).Get("reply")
	text := list.Raw
	found := list
	if records != "" {
		found = list.Get(records)
	}
	if !found.IsArray() || len(found.Array()) != 1 {
		t.Fatalf("_repeat wants one record at %q of %s", records, text)
	}
	var b strings.Builder
	for n := range times {
		if n > 0 {
			b.WriteString(",")
		}
		one := strings.ReplaceAll(found.Array()[0].Raw, "{n}", fmt.Sprintf("%03d", n))
		for {
			start := strings.Index(one, `"int:`)
			if start < 0 {
				break
			}
			end := start + 5 + strings.Index(one[start+5:], `"`)
			digits, err := strconv.Atoi(one[start+5 : end])
			if err != nil {
				t.Fatal(err)
			}
			one = one[:start] + strconv.Itoa(digits) + one[end+1:]
		}
		b.WriteString(one)
	}
	return strings.Replace(text, found.Raw, "["+b.String()+"]", 1)
}
