package connectors_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/internal/spectest"
)

// vendor answers with canned replies and fails the test when a request or a reply
// breaks the vendor's own description.
type vendor struct {
	t      testing.TB
	spec   *spectest.Spec
	base   string
	answer func(route string, n int) (status int, head http.Header, body string)
	check  bool // replies, too; a fault is none of the vendor's documents

	mu     sync.Mutex
	counts map[string]int
	seen   []string // method, address and body of each request
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
	var in *spectest.Request
	if r.URL.Path != "/token" {
		in = v.spec.Request(v.t, r)
	}
	status, head, reply := v.answer(route, n)
	reply = strings.ReplaceAll(reply, "{base}", v.base)
	for name := range head {
		w.Header().Set(name, head.Get(name))
	}
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	if status == http.StatusOK && v.check && gjson.Valid(reply) {
		in.Reply(v.t, status, w.Header(), reply)
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, reply)
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
