package sqlsrc

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/kpid/kpid/ingest/httpsrc"
	"github.com/kpid/kpid/ingest/manifest"
	"github.com/kpid/kpid/kpi"
)

// mostBytes is what a query may read when the manifest does not say: some six cents.
const mostBytes = "10737418240"

// bigPage is how many rows are asked for at once.
const bigPage = 10_000

// bigquery speaks to BigQuery: a query, its job as long as that runs, and its rows page
// by page.
type bigquery struct {
	cfg  Config
	at   map[string]string // project, location, dataset, max_bytes
	door *httpsrc.Door
}

func newBigquery(cfg Config, at map[string]string) *bigquery { return &bigquery{cfg: cfg, at: at} }

func (b *bigquery) open(string) (*sql.DB, error) {
	if b.cfg.Secrets["key"] == "" {
		return nil, errors.New(`the secret "key" is not given: the JSON key file of a service account, key = "file:…"`)
	}
	if most := b.at["max_bytes"]; most != "" {
		if n, err := strconv.ParseInt(most, 10, 64); err != nil || n <= 0 {
			return nil, fmt.Errorf("[sql] max_bytes is %q; allowed: a whole number of bytes", most)
		}
	}
	var err error
	b.door, err = httpsrc.NewDoor(httpsrc.DoorConfig{
		Source: b.cfg.Source, Secrets: b.cfg.Secrets, Base: b.cfg.Base, TokenURL: b.cfg.TokenURL, AllowPrivate: b.cfg.AllowPrivate, Clock: b.cfg.Clock,
		Limits: httpsrc.Limits{BodyBytes: 256 << 20},
		HTTP: manifest.HTTP{
			Base:   "https://bigquery.googleapis.com/bigquery/v2",
			Auth:   manifest.Auth{Kind: "google_jwt", Key: "{{secret.key}}", Scope: "https://www.googleapis.com/auth/bigquery"},
			Rate:   manifest.Rate{PerSecond: 10, Burst: 10},
			Retry:  manifest.Retry{Status: []int{429, 500, 502, 503, 504}, Attempts: 5, After: []string{"Retry-After"}},
			Errors: manifest.Errors{Message: "error.message", Auth: []int{401}},
		},
	})
	return restDB(b), err
}

// bigResult is what the API answers, as far as it is read.
type bigResult struct {
	JobComplete  bool
	JobReference struct{ JobID, Location string }
	PageToken    string
	TotalRows    string
	Schema       struct{ Fields []bigField }
	Rows         []struct{ F []struct{ V any } }
	Errors       []struct{ Message string }
	Affected     string `json:"numDmlAffectedRows"`
}

type bigField struct{ Name, Type, Mode string }

func (b *bigquery) run(ctx context.Context, query string, args []any) (*answer, error) {
	most := b.at["max_bytes"]
	if most == "" {
		most = mostBytes
	}
	body := map[string]any{
		"query": query, "useLegacySql": false, "maximumBytesBilled": most, "timeoutMs": 10_000, "maxResults": bigPage,
		"jobTimeoutMs": strconv.FormatInt(b.cfg.Limits.Query.Milliseconds(), 10), "formatOptions": map[string]any{"useInt64Timestamp": true},
	}
	if b.at["location"] != "" {
		body["location"] = b.at["location"]
	}
	if b.at["dataset"] != "" {
		body["defaultDataset"] = map[string]any{"projectId": b.at["project"], "datasetId": b.at["dataset"]}
	}
	if len(args) > 0 {
		body["parameterMode"], body["queryParameters"] = "NAMED", bigParameters(args)
	}
	r, err := b.call(ctx, http.MethodPost, "", nil, body)
	for n := 0; err == nil && !r.JobComplete; n++ { // an answer waits for ten seconds by itself
		job := r.JobReference
		if job.JobID == "" {
			return nil, errors.New("the query runs and has no job to ask for it by")
		}
		if err = b.door.Clock().Sleep(ctx, poll(n)); err == nil {
			if r, err = b.call(ctx, http.MethodGet, job.JobID, b.page(job.Location, ""), nil); err == nil && r.JobReference.JobID == "" {
				r.JobReference = job
			}
		}
		if err != nil && ctx.Err() != nil {
			b.stop(job.JobID, job.Location)
		}
	}
	if err != nil {
		return nil, err
	}
	return b.answer(r)
}

func (b *bigquery) call(ctx context.Context, method, job string, query url.Values, body map[string]any) (bigResult, error) {
	var out bigResult
	path := "/projects/" + url.PathEscape(b.at["project"]) + "/queries"
	if job != "" {
		path += "/" + url.PathEscape(job)
	}
	a, err := b.door.Ask(ctx, func() httpsrc.Call {
		return httpsrc.Call{Method: method, Path: path, Query: query, Body: body}
	})
	if err != nil {
		return out, err
	}
	if err := json.Unmarshal(a.Body, &out); err != nil {
		return out, fmt.Errorf("the answer is none of a query: %w", err)
	}
	if len(out.Errors) > 0 && len(out.Schema.Fields) == 0 { // beside rows they are warnings
		return out, errors.New(b.door.Scrub(out.Errors[0].Message))
	}
	if out.Affected != "" {
		return out, fmt.Errorf("the statement changed %s rows; only queries are run", out.Affected)
	}
	return out, nil
}

// page asks for the rows of a job.
func (b *bigquery) page(location, token string) url.Values {
	q := url.Values{"timeoutMs": {"10000"}, "maxResults": {strconv.Itoa(bigPage)}, "formatOptions.useInt64Timestamp": {"true"}}
	if location != "" {
		q.Set("location", location)
	}
	if token != "" {
		q.Set("pageToken", token)
	}
	return q
}

func (b *bigquery) answer(r bigResult) (*answer, error) {
	job, token := r.JobReference, r.PageToken
	out := &answer{cancel: func() { b.stop(job.JobID, job.Location) }}
	for _, f := range r.Schema.Fields {
		if f.Mode == "REPEATED" || f.Type == "RECORD" || f.Type == "STRUCT" {
			return nil, fmt.Errorf("the column %q is a list or a record; take it apart in the query, or write it as text with TO_JSON_STRING", f.Name)
		}
		out.columns = append(out.columns, restColumn{f.Name, f.Type})
	}
	var err error
	if out.total, err = strconv.ParseInt(r.TotalRows, 10, 64); err != nil {
		return nil, fmt.Errorf("the answer does not say how many rows there are: totalRows is %q", r.TotalRows)
	}
	if out.part, err = bigRows(r); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	out.more = func(ctx context.Context) ([][]*string, error) {
		if token == "" {
			return nil, io.EOF
		}
		if seen[token] {
			return nil, errors.New("the paging stands still: a page token came twice")
		}
		seen[token] = true
		next, err := b.call(ctx, http.MethodGet, job.JobID, b.page(job.Location, token), nil)
		if err != nil {
			return nil, err
		}
		token = next.PageToken
		return bigRows(next)
	}
	return out, nil
}

// bigRows are the values of a page as texts.
func bigRows(r bigResult) ([][]*string, error) {
	out := make([][]*string, 0, len(r.Rows))
	for _, row := range r.Rows {
		values := make([]*string, len(row.F))
		for i, cell := range row.F {
			switch v := cell.V.(type) {
			case nil:
			case string:
				values[i] = &v
			default:
				return nil, fmt.Errorf("a value is no text but %T", v)
			}
		}
		out = append(out, values)
	}
	return out, nil
}

// stop ends a job that nobody waits for any more; that it fails does no harm.
func (b *bigquery) stop(job, location string) {
	if job == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	q := url.Values{}
	if location != "" {
		q.Set("location", location)
	}
	_, _ = b.door.Ask(ctx, func() httpsrc.Call {
		return httpsrc.Call{Method: http.MethodPost, Path: "/projects/" + url.PathEscape(b.at["project"]) + "/jobs/" + url.PathEscape(job) + "/cancel", Query: q}
	})
}

func (b *bigquery) close() { b.door.Close() }

// bigParameters are the values of the marks, by name.
func bigParameters(args []any) []any {
	var out []any
	for i, a := range args {
		kind, text := "STRING", fmt.Sprint(a)
		switch v := a.(type) {
		case int64:
			kind = "INT64"
		case float64:
			kind = "FLOAT64"
		case time.Time:
			kind, text = "TIMESTAMP", v.UTC().Format("2006-01-02T15:04:05.999999Z")
		}
		out = append(out, map[string]any{"name": fmt.Sprintf("p%d", i+1), "parameterType": map[string]any{"type": kind}, "parameterValue": map[string]any{"value": text}})
	}
	return out
}

// readOnly has nothing to ask: a single statement that begins with SELECT or WITH
// changes nothing here, and what the account may do stands in IAM, where it cannot look.
func (b *bigquery) readOnly(context.Context, *sql.DB) error { return nil }

func (b *bigquery) begin(ctx context.Context, db *sql.DB, _ time.Duration) (*sql.Tx, error) {
	return db.BeginTx(ctx, nil)
}

func (b *bigquery) late(err error) bool { return strings.Contains(err.Error(), "Job timed out") }

func (b *bigquery) mark(n int, _ bool) string { return fmt.Sprintf("@p%d", n) }

func (b *bigquery) form() kpi.SQLForm {
	return kpi.SQLForm{Mark: func(n int) string { return fmt.Sprintf("@p%d", n) }, Text: "STRING", Whole: "INT64", Real: "FLOAT64", Union: true}
}

func (b *bigquery) instant(at time.Time) any { return at }

func (b *bigquery) value(kind string, v any) (string, bool) {
	text, ok := v.(string)
	if !ok {
		return "null", v == nil
	}
	switch kind {
	case "INTEGER", "INT64", "FLOAT", "FLOAT64", "NUMERIC", "BIGNUMERIC":
		return number(text)
	case "BOOLEAN", "BOOL":
		return strconv.FormatBool(text == "true"), true
	case "TIMESTAMP":
		micros, err := strconv.ParseInt(text, 10, 64)
		return clocked(time.UnixMicro(micros), err == nil, time.RFC3339Nano)
	case "JSON":
		return document(text)
	case "BYTES":
		return "null", false
	}
	return quoted(text)
}
