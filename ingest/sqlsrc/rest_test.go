package sqlsrc_test

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
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/ingest/sqlsrc"
	"github.com/kpid/kpid/internal/spectest"
	"github.com/kpid/kpid/kpi"
)

// cloud stands in for a database that is asked over HTTP. Every request and reply is
// held against the vendor's description.
type cloud struct {
	t      *testing.T
	spec   *spectest.Spec
	prefix string
	answer func(c *cloud, r *http.Request, body string) (int, http.Header, string)

	mu     sync.Mutex
	seen   []string
	bodies []string
	waited time.Duration
	at     time.Time
	public *rsa.PublicKey
}

func (c *cloud) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.at }

func (c *cloud) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at, c.waited = c.at.Add(max(d, 0)), c.waited+max(d, 0)
	return ctx.Err()
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if r.URL.Path == "/token" {
		fmt.Fprint(w, `{"access_token":"`+canary+`-token","expires_in":3600}`)
		return
	}
	c.mu.Lock()
	c.seen, c.bodies = append(c.seen, r.Method+" "+strings.TrimPrefix(r.URL.RequestURI(), c.prefix)), append(c.bodies, string(body))
	c.mu.Unlock()
	if strings.Contains(r.URL.String(), canary) {
		c.t.Errorf("a secret is in the address %s", r.URL)
	}
	checked := r.Clone(r.Context())
	checked.URL.Path = strings.TrimPrefix(r.URL.Path, c.prefix)
	checked.Body = io.NopCloser(strings.NewReader(string(body)))
	in := c.spec.Request(c.t, checked)
	status, head, text := c.answer(c, r, string(body))
	for k := range head {
		w.Header().Set(k, head.Get(k))
	}
	w.Header().Set("Content-Type", "application/json")
	if status == 200 || status == 202 || status == 422 {
		if json.Valid([]byte(text)) {
			// a null is what BigQuery gives, and what its description forgets
			in.Reply(c.t, status, w.Header(), strings.ReplaceAll(text, `{"v":null}`, `{}`))
		}
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// asked are the requests, with their answers' place in the order.
func (c *cloud) asked() []string { c.mu.Lock(); defer c.mu.Unlock(); return slices.Clone(c.seen) }

func (c *cloud) body(n int) string { c.mu.Lock(); defer c.mu.Unlock(); return c.bodies[n] }

const cloudStream = `[[stream]]
id = "tickets"
query = "SELECT id, opened, day, local, amount, ok, tags, note, changed FROM tickets WHERE changed >= :since AND n > :since_ms"
key = ["id"]
cursor = { kind = "filter", field = "changed", start = "400d", overlap = "1h" }
[[stream.emit]]
fact = "ticket"
[stream.emit.set]
product_id = { const = "flows" }
created_at = { path = "opened", time = "any" }
updated_at = { path = "changed", time = "any" }
solved_at = { path = "day", time = "date", optional = true }
channel = { path = "ok", map = { true = "mail", false = "chat" } }
status = { const = "open" }
topic = { path = "tags.0", optional = true }
`

func newCloud(t *testing.T, dialect string, answer func(c *cloud, r *http.Request, body string) (int, http.Header, string)) (*cloud, sqlsrc.Config) {
	t.Helper()
	spectest.Need(t)
	c := &cloud{t: t, at: now, answer: answer, spec: spectest.Read(t, map[string]string{"snowflake": "snowflake-sqlapi-v2.json", "bigquery": "bigquery-v2.json"}[dialect])}
	if dialect == "bigquery" {
		c.prefix = "/bigquery/v2"
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	at := map[string]string{
		"snowflake": "account = \"org-acct\"\nuser = \"kpid\"\nwarehouse = \"WH\"\ndatabase = \"DB\"\nschema = \"PUBLIC\"\nrole = \"KPID_SOURCE\"\n",
		"bigquery":  "project = \"acme-data\"\nlocation = \"EU\"\ndataset = \"support\"\n",
	}[dialect]
	m, err := manifest.Parse("cloud.toml", []byte("kpid = 1\nid = \"cloud\"\n[sql]\ndialect = \""+dialect+"\"\n"+at+cloudStream))
	if err != nil {
		t.Fatal(err)
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	c.public = &key.PublicKey
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	secrets := map[string]string{"private_key": text}
	if dialect == "bigquery" {
		file, _ := json.Marshal(map[string]string{"client_email": "kpid@acme.iam", "private_key": text})
		secrets = map[string]string{"key": string(file)}
	}
	return c, sqlsrc.Config{Source: "cloud", Manifest: m, Secrets: secrets, AllowPrivate: true, Clock: c, Base: server.URL + c.prefix, TokenURL: server.URL + "/token",
		Config: mapping.Config{Now: kpi.At(now), Zone: time.UTC, Key: []byte("0123456789abcdef"),
			Tree: kpi.Tree{Portfolios: []kpi.Portfolio{{ID: "core"}}, Products: []kpi.Product{{ID: "flows", Portfolio: "core"}}}}}
}

func runCloud(t *testing.T, cfg sqlsrc.Config, sink *ingesttest.Sink) ingest.Report {
	t.Helper()
	src, err := sqlsrc.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	rep := ingest.RunSource(t.Context(), sink, "cloud", src, cfg.Now, nil)
	if said := fmt.Sprint(rep.Err, rep.Summary.Message); strings.Contains(said, canary) || strings.Contains(said, "PRIVATE") || strings.Contains(said, "eyJ") {
		t.Errorf("a secret is told: %s", said)
	}
	return rep
}

const handle = "536fad38-b564-4dc5-9892-a4543504df6c"

// flake answers as Snowflake does: rows in partitions, the first of them running twice.
func flake(parts []string, running int, lie func(string) string) func(*cloud, *http.Request, string) (int, http.Header, string) {
	var info []string
	total := 0
	for _, p := range parts {
		n := len(gjson.Parse(p).Array())
		total += n
		info = append(info, fmt.Sprintf(`{"rowCount":%d,"uncompressedSize":10}`, n))
	}
	types := `[{"name":"ID","type":"fixed"},{"name":"OPENED","type":"timestamp_tz"},{"name":"DAY","type":"date"},{"name":"LOCAL","type":"timestamp_ntz"},{"name":"AMOUNT","type":"fixed"},{"name":"OK","type":"boolean"},{"name":"TAGS","type":"variant"},{"name":"NOTE","type":"text"},{"name":"CHANGED","type":"timestamp_ltz"}]`
	return func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
		switch {
		case strings.Contains(body, "TABLE_PRIVILEGES"):
			return 200, nil, `{"statementHandle":"` + handle + `","resultSetMetaData":{"numRows":0,"rowType":[{"name":"X","type":"text"}],"partitionInfo":[{"rowCount":0}]},"data":[]}`
		case strings.HasSuffix(r.URL.Path, "/cancel"):
			return 200, nil, `{"statementHandle":"` + handle + `"}`
		case r.URL.Query().Get("partition") != "":
			n, _ := strconv.Atoi(r.URL.Query().Get("partition"))
			return 200, nil, lie(`{"data":` + parts[n] + `}`)
		case running > 0:
			running--
			return 202, nil, `{"statementHandle":"` + handle + `","message":"running"}`
		}
		return 200, nil, lie(fmt.Sprintf(`{"statementHandle":"%s","resultSetMetaData":{"numRows":%d,"rowType":%s,"partitionInfo":[%s]},"data":%s}`, handle, total, types, strings.Join(info, ","), parts[0]))
	}
}

func honest(s string) string { return s }

func flakeRow(id int) string {
	return fmt.Sprintf(`["%d","1772359200.500000000 1560","20520","1772359200.000000000","12.50","true","[\"bug\"]",null,"%d.123000000"]`, id, 1772359200+id)
}

// TestSnowflake holds that a statement is waited for, its partitions are read, and times,
// numbers and documents arrive as they are.
func TestSnowflake(t *testing.T) {
	parts := []string{"[" + flakeRow(1) + "," + flakeRow(2) + "]", "[" + flakeRow(3) + "]", "[" + flakeRow(4) + "]"}
	c, cfg := newCloud(t, "snowflake", flake(parts, 2, honest))
	sink := &ingesttest.Sink{}
	rep := runCloud(t, cfg, sink)
	if rep.Err != nil || !rep.Summary.Complete || rep.Counts.New != 4 || rep.Counts.Rejected != 0 {
		t.Fatalf("%+v %+v", rep, sink.Rejected)
	}
	row := sink.Rows("ticket")[0]
	if row.ID != "1" || *row.UpdatedAt != 1772359201123 || row.Values[slices.Index(row.Values, any("bug"))] != "bug" {
		t.Errorf("%+v", row)
	}
	const post = "POST /api/v2/statements?async=true"
	want := []string{post, post, "GET /api/v2/statements/" + handle, "GET /api/v2/statements/" + handle,
		"GET /api/v2/statements/" + handle + "?partition=1", "GET /api/v2/statements/" + handle + "?partition=2"}
	if d := cmp.Diff(want, c.asked()); d != "" {
		t.Error(d)
	}
	body := gjson.Parse(c.body(1))
	if got := body.Get("statement").String(); !strings.Contains(got, "changed >= TO_TIMESTAMP_TZ(?) AND n > CAST(? AS BIGINT)") {
		t.Errorf("the statement is %s", got)
	}
	if b := body.Get("bindings"); b.Get("1.type").String() != "TEXT" || b.Get("2.type").String() != "FIXED" || body.Get("role").String() != "KPID_SOURCE" {
		t.Errorf("%s", body.Raw)
	}
	if c.waited < time.Second {
		t.Errorf("it waited %s for a statement that ran twice", c.waited)
	}
	runCloud(t, cfg, sink)
	last := gjson.Get(c.body(len(c.asked())-1), "bindings.1.value").String()
	if last == "" {
		last = gjson.Get(c.body(len(c.asked())-3), "bindings.1.value").String()
	}
	if last != "2026-03-01T09:00:04.123Z" { // an hour before the newest
		t.Errorf("the second run asks from %s", last)
	}
}

// TestSnowflakeClaim holds the signature against the public key, and its names against
// what Snowflake documents.
func TestSnowflakeClaim(t *testing.T) {
	var token string
	c, cfg := newCloud(t, "snowflake", func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
		token = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if r.Header.Get("X-Snowflake-Authorization-Token-Type") != "KEYPAIR_JWT" {
			c.t.Errorf("%v", r.Header)
		}
		return 401, nil, `{"code":"390144","message":"JWT token ` + token + ` is invalid"}`
	})
	rep := runCloud(t, cfg, &ingesttest.Sink{})
	if rep.Err == nil || !strings.Contains(rep.Err.Error(), "is invalid") || len(c.asked()) > 2 {
		t.Errorf("%v after %d requests", rep.Err, len(c.asked()))
	}
	parts := strings.Split(token, ".")
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	sig, _ := base64.RawURLEncoding.DecodeString(parts[2])
	if err := rsa.VerifyPKCS1v15(c.public, crypto.SHA256, sum[:], sig); err != nil {
		t.Error(err)
	}
	claims, _ := base64.RawURLEncoding.DecodeString(parts[1])
	got := gjson.ParseBytes(claims)
	if got.Get("sub").String() != "ORG-ACCT.KPID" || !strings.HasPrefix(got.Get("iss").String(), "ORG-ACCT.KPID.SHA256:") || got.Get("exp").Int()-got.Get("iat").Int() > 3600 {
		t.Errorf("%s", claims)
	}
	cfg.Secrets = map[string]string{"token": canary + "-pat"}
	kind := ""
	c.answer = func(_ *cloud, r *http.Request, _ string) (int, http.Header, string) {
		kind = r.Header.Get("X-Snowflake-Authorization-Token-Type")
		return 401, nil, `{"message":"` + r.Header.Get("Authorization") + `"}`
	}
	if runCloud(t, cfg, &ingesttest.Sink{}); kind != "PROGRAMMATIC_ACCESS_TOKEN" {
		t.Errorf("an access token is sent as %q", kind)
	}
}

// TestSnowflakeTroubles holds that nothing that is cut off, lied about or refused counts.
func TestSnowflakeTroubles(t *testing.T) {
	parts := []string{"[" + flakeRow(1) + "]", "[" + flakeRow(2) + "]"}
	replace := func(old, with string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, with, 1) }
	}
	cases := map[string]struct {
		answer func(*cloud, *http.Request, string) (int, http.Header, string)
		want   string // "" comes through
	}{
		"fewer rows":      {flake(parts, 0, replace(`"numRows":2`, `"numRows":3`)), "counts 3 rows and gave 2"},
		"short partition": {flake(parts, 0, replace(`{"data":[`+flakeRow(2)+`]}`, `{"data":[]}`)), "partition 1 has 1 rows, and 0 came"},
		"narrow row":      {flake(parts, 0, replace(`"12.50",`, ``)), "a row of 8 values under 9 columns"},
		"no text":         {flake(parts, 0, replace(`{"data":[`+flakeRow(2)+`]}`, `<html>`)), ""},
		"no column":       {flake(parts, 0, replace(`"CHANGED"`, `"ALTERED"`)), `no column "changed"`},
		"a mighty role": {func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
			return 200, nil, `{"statementHandle":"` + handle + `","resultSetMetaData":{"numRows":1,"rowType":[{"name":"X","type":"text"}],"partitionInfo":[{"rowCount":1}]},"data":[["may change the table PUBLIC.TICKETS"]]}`
		}, "the role may change the table PUBLIC.TICKETS"},
		"too long": {func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
			return 408, nil, `{"code":"000630","message":"Statement reached its statement or warehouse timeout of 600 second(s) and was canceled."}`
		}, "timeout of 600 second(s)"},
		"breaks while it runs": {func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
			if r.Method == http.MethodGet {
				return 422, nil, `{"code":"1","message":"Numeric value is not recognized","statementHandle":"` + handle + `"}`
			}
			if strings.HasSuffix(r.URL.Path, "/cancel") {
				return 200, nil, `{"statementHandle":"` + handle + `"}`
			}
			return 202, nil, `{"statementHandle":"` + handle + `"}`
		}, "is not recognized"},
		"syntax": {func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
			return 422, nil, `{"code":"001003","message":"SQL compilation error: nothing here","statementHandle":"` + handle + `"}`
		}, "SQL compilation error: nothing here"},
		"busy twice": {func() func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
			n, whole := 0, flake(parts, 0, honest)
			return func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
				if n++; n < 3 {
					return []int{429, 503}[n-1], http.Header{"Retry-After": {"17"}}, `{"message":"busy"}`
				}
				return whole(c, r, body)
			}
		}(), ""},
	}
	for name, one := range cases {
		t.Run(name, func(t *testing.T) {
			c, cfg := newCloud(t, "snowflake", one.answer)
			if name == "no text" { // once: it is asked for again
				whole, n := flake(parts, 0, honest), 0
				c.answer = func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
					if r.URL.Query().Get("partition") != "" {
						if n++; n == 1 {
							return 200, nil, "<html>"
						}
					}
					return whole(c, r, body)
				}
			}
			sink := &ingesttest.Sink{}
			rep := runCloud(t, cfg, sink)
			switch {
			case one.want == "" && (rep.Err != nil || rep.Counts.New != 2):
				t.Errorf("%+v", rep)
			case name == "breaks while it runs" && !slices.ContainsFunc(c.asked(), func(s string) bool { return strings.HasSuffix(s, handle+"/cancel") }):
				t.Errorf("the statement is left running: %v", c.asked())
			case name == "too long" && len(c.asked()) != 1:
				t.Errorf("a statement that takes too long is run %d times", len(c.asked()))
			case one.want != "" && (rep.Err == nil || !strings.Contains(rep.Err.Error(), one.want)):
				t.Errorf("%v, want %s", rep.Err, one.want)
			}
		})
	}
}

// big answers as BigQuery does: the job runs at first, then pages by token.
func big(pages []string, running int, lie func(string) string) func(*cloud, *http.Request, string) (int, http.Header, string) {
	total := 0
	for _, p := range pages {
		total += len(gjson.Parse(p).Array())
	}
	fields := `[{"name":"id","type":"INTEGER"},{"name":"opened","type":"TIMESTAMP"},{"name":"day","type":"DATE"},{"name":"local","type":"DATETIME"},{"name":"amount","type":"NUMERIC"},{"name":"ok","type":"BOOLEAN"},{"name":"tags","type":"JSON"},{"name":"note","type":"STRING"},{"name":"changed","type":"TIMESTAMP"}]`
	return func(c *cloud, r *http.Request, body string) (int, http.Header, string) {
		job := `"jobReference":{"projectId":"acme-data","jobId":"job_1","location":"EU"}`
		if r.Header.Get("Authorization") != "Bearer "+canary+"-token" {
			return 401, nil, `{"error":{"message":"no token"}}`
		}
		if strings.HasSuffix(r.URL.Path, "/cancel") {
			return 200, nil, `{}`
		}
		if running > 0 {
			running--
			return 200, nil, `{"jobComplete":false,` + job + `}`
		}
		n := 0
		if token := r.URL.Query().Get("pageToken"); token != "" {
			n, _ = strconv.Atoi(strings.TrimPrefix(token, "p"))
		}
		next := ""
		if n+1 < len(pages) {
			next = fmt.Sprintf(`,"pageToken":"p%d"`, n+1)
		}
		return 200, nil, lie(fmt.Sprintf(`{"jobComplete":true,%s,"totalRows":"%d","schema":{"fields":%s},"rows":%s%s}`, job, total, fields, pages[n], next))
	}
}

func bigRow(id int) string {
	return fmt.Sprintf(`{"f":[{"v":"%d"},{"v":"1772359200500000"},{"v":"2026-03-08"},{"v":"2026-03-01T10:00:00"},{"v":"12.50"},{"v":"true"},{"v":"[\"bug\"]"},{"v":null},{"v":"%d123000"}]}`, id, 1772359200+id)
}

// TestBigQuery holds the same for BigQuery, whose queries always carry a limit of cost.
func TestBigQuery(t *testing.T) {
	pages := []string{"[" + bigRow(1) + "," + bigRow(2) + "]", "[" + bigRow(3) + "]", "[" + bigRow(4) + "]"}
	c, cfg := newCloud(t, "bigquery", big(pages, 2, honest))
	sink := &ingesttest.Sink{}
	rep := runCloud(t, cfg, sink)
	if rep.Err != nil || !rep.Summary.Complete || rep.Counts.New != 4 || rep.Counts.Rejected != 0 {
		t.Fatalf("%+v %+v", rep, sink.Rejected)
	}
	if row := sink.Rows("ticket")[0]; row.ID != "1" || *row.UpdatedAt != 1772359201123 {
		t.Errorf("%+v", row)
	}
	const of = "formatOptions.useInt64Timestamp=true&location=EU&maxResults=10000"
	want := []string{"POST /projects/acme-data/queries", "GET /projects/acme-data/queries/job_1?" + of + "&timeoutMs=10000", "GET /projects/acme-data/queries/job_1?" + of + "&timeoutMs=10000",
		"GET /projects/acme-data/queries/job_1?" + of + "&pageToken=p1&timeoutMs=10000", "GET /projects/acme-data/queries/job_1?" + of + "&pageToken=p2&timeoutMs=10000"}
	if d := cmp.Diff(want, c.asked()); d != "" {
		t.Error(d)
	}
	body := gjson.Parse(c.body(0))
	if !strings.Contains(body.Get("query").String(), "changed >= @p1 AND n > @p2") || body.Get("useLegacySql").Bool() || body.Get("maximumBytesBilled").String() != "10737418240" ||
		body.Get("queryParameters.0.parameterType.type").String() != "TIMESTAMP" || body.Get("queryParameters.1.parameterType.type").String() != "INT64" || body.Get("defaultDataset.datasetId").String() != "support" {
		t.Errorf("%s", body.Raw)
	}
}

func TestBigQueryTroubles(t *testing.T) {
	pages := []string{"[" + bigRow(1) + "]", "[" + bigRow(2) + "]"}
	replace := func(old, with string) func(string) string {
		return func(s string) string { return strings.Replace(s, old, with, 1) }
	}
	say := func(status int, text string) func(*cloud, *http.Request, string) (int, http.Header, string) {
		return func(*cloud, *http.Request, string) (int, http.Header, string) { return status, nil, text }
	}
	for name, one := range map[string]struct {
		answer func(*cloud, *http.Request, string) (int, http.Header, string)
		want   string
	}{
		"fewer rows":        {big(pages, 0, replace(`"totalRows":"2"`, `"totalRows":"5"`)), "counts 5 rows and gave 2"},
		"no total":          {big(pages, 0, replace(`"totalRows":"2",`, ``)), "does not say how many rows"},
		"stands still":      {big(append(pages, pages[1]), 0, replace(`"pageToken":"p2"`, `"pageToken":"p1"`)), "a page token came twice"},
		"a list":            {big(pages, 0, replace(`"type":"JSON"`, `"type":"STRING","mode":"REPEATED"`)), `"tags" is a list or a record`},
		"changed rows":      {big(pages, 0, replace(`"jobComplete":true`, `"jobComplete":true,"numDmlAffectedRows":"7"`)), "changed 7 rows"},
		"an error in it":    {big(pages, 0, func(s string) string { return `{"jobComplete":true,"errors":[{"message":"out of slots"}]}` }), "out of slots"},
		"too expensive":     {say(400, `{"error":{"message":"Query exceeded limit for bytes billed: 10737418240."}}`), "exceeded limit for bytes billed"},
		"never ready":       {big(pages, 10_000, honest), "took longer"},
		"nothing to ask by": {say(200, `{"jobComplete":false}`), "no job to ask for it by"},
	} {
		t.Run(name, func(t *testing.T) {
			c, cfg := newCloud(t, "bigquery", one.answer)
			if name == "never ready" {
				cfg.Limits.Query = 300 * time.Millisecond
			}
			rep := runCloud(t, cfg, &ingesttest.Sink{})
			if rep.Err == nil || !strings.Contains(rep.Err.Error(), one.want) {
				t.Errorf("%v, want %s", rep.Err, one.want)
			}
			if name == "never ready" && !slices.ContainsFunc(c.asked(), func(s string) bool { return strings.HasSuffix(s, "/jobs/job_1/cancel?location=EU") }) {
				t.Errorf("the job is left running: %v", c.asked()[max(0, len(c.asked())-3):])
			}
		})
	}
}

func TestCloudConfig(t *testing.T) {
	for name, one := range map[string]struct {
		dialect string
		spoil   func(*sqlsrc.Config)
		want    string
	}{
		"no key":       {"snowflake", func(c *sqlsrc.Config) { c.Secrets = nil }, "secret private_key: is no key in PEM"},
		"another key":  {"snowflake", func(c *sqlsrc.Config) { c.Secrets["private_key"] = "-----BEGIN X-----\nAAAA\n-----END X-----" }, "PKCS#8 without a passphrase"},
		"no account":   {"bigquery", func(c *sqlsrc.Config) { c.Secrets = nil }, `the secret "key" is not given`},
		"another file": {"bigquery", func(c *sqlsrc.Config) { c.Secrets["key"] = "{}" }, "no service account file"},
		"private":      {"bigquery", func(c *sqlsrc.Config) { c.AllowPrivate = false }, "is a private address"},
	} {
		t.Run(name, func(t *testing.T) {
			_, cfg := newCloud(t, one.dialect, big([]string{"[]"}, 0, honest))
			one.spoil(&cfg)
			if rep := runCloud(t, cfg, &ingesttest.Sink{}); rep.Err == nil || !strings.Contains(rep.Err.Error(), one.want) {
				t.Errorf("%v, want %s", rep.Err, one.want)
			}
		})
	}
}

// TestAskOverHTTP holds that a KPI is asked in the words of each database and that its
// totals arrive as numbers.
func TestAskOverHTTP(t *testing.T) {
	columns := []string{"period", "scope", "unit", "num", "den", "num_orders", "excluded", "pending"}
	sums := [][]string{{"2026-W37", "1", "3.0", "4.0", "4", "3", "1", "0", "4.0", "4.0", "4", "4", "0", "0"}}
	for dialect, one := range map[string]struct {
		reply func(names []string, rows [][]string) string
		says  []string
	}{
		"snowflake": {func(names []string, rows [][]string) string {
			var types []map[string]string
			for _, n := range names {
				types = append(types, map[string]string{"name": strings.ToUpper(n), "type": "text"})
			}
			if rows == nil {
				rows = [][]string{}
			}
			text, _ := json.Marshal(map[string]any{"statementHandle": handle, "data": rows,
				"resultSetMetaData": map[string]any{"numRows": len(rows), "rowType": types, "partitionInfo": []any{map[string]any{"rowCount": len(rows)}}}})
			return string(text)
		}, []string{"period AS (SELECT '2026-", "UNION ALL SELECT", "CAST(? AS TEXT)", "AS DOUBLE PRECISION"}},
		"bigquery": {func(names []string, rows [][]string) string {
			var fields, list []any
			for _, n := range names {
				fields = append(fields, map[string]string{"name": n, "type": "STRING"})
			}
			for _, r := range rows {
				var f []any
				for _, v := range r {
					f = append(f, map[string]string{"v": v})
				}
				list = append(list, map[string]any{"f": f})
			}
			text, _ := json.Marshal(map[string]any{"jobComplete": true, "totalRows": strconv.Itoa(len(rows)), "schema": map[string]any{"fields": fields}, "rows": append([]any{}, list...)})
			return string(text)
		}, []string{"period AS (SELECT '2026-", "UNION ALL SELECT", "CAST(@p1 AS STRING)", "AS FLOAT64", "CAST(@p4 AS INT64)"}},
	} {
		t.Run(dialect, func(t *testing.T) {
			c, cfg := newCloud(t, dialect, func(_ *cloud, _ *http.Request, body string) (int, http.Header, string) {
				switch {
				case strings.Contains(body, "TABLE_PRIVILEGES"):
					return 200, nil, one.reply([]string{"x"}, nil)
				case strings.Contains(body, "1 = 0"):
					return 200, nil, one.reply(columns, nil)
				}
				return 200, nil, one.reply(make([]string, len(sums[0])), sums)
			})
			w, err := sqlsrc.OpenWarehouse(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
			e, _, d := asking(t)
			got, err := e.Ask(t.Context(), d, w, kpi.At(now.AddDate(0, -1, 0)), kpi.At(now))
			if err != nil {
				t.Fatal(err)
			}
			cell := kpi.Cell{KPI: "paid_orders", Scope: 1, Period: "2026-W37"}
			want := []kpi.Total{{Cell: cell, Measure: "rate", Num: 3, Den: 4, Units: 4, Nonzero: 3, Pending: 1},
				{Cell: cell, Measure: "orders", Num: 4, Den: 4, Units: 4, Nonzero: 4}}
			if d := cmp.Diff(want, got.List); d != "" {
				t.Error(d)
			}
			last := gjson.Get(c.body(len(c.asked())-1), map[string]string{"snowflake": "statement", "bigquery": "query"}[dialect]).String()
			for _, part := range one.says {
				if !strings.Contains(last, part) {
					t.Errorf("the question does not say %s:\n%.1500s", part, last)
				}
			}
		})
	}
}
