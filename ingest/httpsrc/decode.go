package httpsrc

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/kpid/kpid/ingest/mapping"
)

// inflate takes the wrappings off a reply, never to more than the limit, and
// refuses what is not what was asked for.
func (s *source) inflate(c call, body []byte) ([]byte, error) {
	for _, step := range c.decode {
		var err error
		switch step {
		case "zip":
			body, err = s.unzip(body)
		case "gzip":
			body, err = s.gunzip(body)
		case "json":
			return body, s.whole(c, body)
		}
		if err != nil {
			return nil, err
		}
	}
	if looksLikeHTML(body) {
		return nil, &again{msg: "HTML where data should be, with a status that says all is well"}
	}
	return body, nil
}

func looksLikeHTML(body []byte) bool {
	head := strings.ToLower(string(bytes.TrimSpace(body[:min(len(body), 256)])))
	return strings.HasPrefix(head, "<!doctype") || strings.HasPrefix(head, "<html")
}

// whole checks that a reply is JSON to its end and has what the manifest reads: an
// error object with status 200 has not. encoding/json bounds the depth.
func (s *source) whole(c call, body []byte) error {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return &again{msg: "an empty reply, with a status that says all is well"}
	case looksLikeHTML(body):
		return &again{msg: "HTML where JSON should be, with a status that says all is well"}
	case !json.Valid(body):
		return &again{msg: "the reply is no JSON, or was cut off"}
	case c.records != "" && !gjson.GetBytes(body, c.records).Exists():
		return &again{msg: fmt.Sprintf("the reply has no %q (%s)", c.records, s.vendorText(body))}
	}
	return nil
}

func (s *source) gunzip(body []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, &again{msg: "the reply is no gzip: " + err.Error()}
	}
	return s.bounded(z)
}

// bounded reads to the end, or refuses what is larger than the limit.
func (s *source) bounded(r io.Reader) ([]byte, error) {
	out, err := io.ReadAll(io.LimitReader(r, s.cfg.Limits.BodyBytes+1))
	switch {
	case err != nil:
		return nil, &again{msg: "the reply cannot be inflated: " + err.Error()}
	case int64(len(out)) > s.cfg.Limits.BodyBytes:
		return nil, &refused{fmt.Sprintf("the reply inflates to more than %d MiB", s.cfg.Limits.BodyBytes>>20)}
	}
	return out, nil
}

// unzip joins the files of an archive; each ends with a line end.
func (s *source) unzip(body []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, &again{msg: "the reply is no zip archive: " + err.Error()}
	}
	var out []byte
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, &again{msg: "the archive cannot be read: " + err.Error()}
		}
		part, err := s.bounded(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		if out = append(out, part...); int64(len(out)) > s.cfg.Limits.BodyBytes {
			return nil, &refused{fmt.Sprintf("the archive inflates to more than %d MiB", s.cfg.Limits.BodyBytes>>20)}
		}
	}
	return out, nil
}

// record is one record of a reply: JSON, or what is wrong with it.
type record struct {
	raw  string
	csv  *mapping.CSV
	bad  string // found, where it cannot be read
	line int
}

// records takes a reply apart.
func (st *stream) records(body []byte) ([]record, error) {
	switch chain := st.def.Decode; chain[len(chain)-1] {
	case "csv":
		return st.csvRecords(body)
	case "ndjson":
		return st.lineRecords(body)
	}
	return st.jsonRecords(body)
}

// jsonRecords are the elements of the list at the manifest's path, or the object
// there. null is an empty list.
func (st *stream) jsonRecords(body []byte) ([]record, error) {
	r := st.def.Request
	found := gjson.ParseBytes(body)
	if r.Records != "" {
		found = gjson.GetBytes(body, r.Records)
	}
	var out []record
	add := func(raw string) {
		rec := record{raw: raw, line: len(out) + 1}
		if err := mapping.CheckJSON([]byte(raw)); err != nil {
			rec.bad = err.Error()
		} else if !strings.HasPrefix(raw, "{") {
			rec.bad = "JSON that is no object"
		}
		out = append(out, rec)
	}
	switch {
	case found.Type == gjson.Null:
	case r.Zip != nil:
		return st.zipped(body, found), nil
	case r.Matrix != nil:
		return matrix(found, *r.Matrix), nil
	case r.Keyed && found.IsObject():
		found.ForEach(func(key, value gjson.Result) bool {
			raw := value.Raw
			if value.IsObject() {
				raw = injected(`{"_key":`+key.Raw, raw)
			}
			add(raw)
			return true
		})
	case found.IsArray():
		for _, e := range found.Array() {
			add(e.Raw)
		}
	case found.IsObject():
		add(found.Raw)
	default:
		return nil, &refused{fmt.Sprintf("%q in the reply is no list and no object", r.Records)}
	}
	return out, nil
}

// injected puts the members that prefix begins with in front of those of an object.
func injected(prefix, object string) string {
	rest := strings.TrimSpace(object)[1:]
	if strings.TrimSpace(rest) == "}" {
		return prefix + "}"
	}
	return prefix + "," + rest
}

// zipped makes an object of each row by the names in the head of the reply.
func (st *stream) zipped(body []byte, rows gjson.Result) []record {
	z := st.def.Request.Zip
	names := gjson.GetBytes(body, z.Names).Array()
	var out []record
	for i, row := range rows.Array() {
		values := row.Get(z.Values).Array()
		object := map[string]json.RawMessage{}
		for j, name := range names {
			if j < len(values) {
				object[name.String()] = json.RawMessage(values[j].Raw)
			}
		}
		raw, err := json.Marshal(object)
		rec := record{raw: string(raw), line: i + 1}
		if err != nil || len(values) != len(names) {
			rec.raw, rec.bad = row.Raw, fmt.Sprintf("%d values for %d names", len(values), len(names))
		}
		out = append(out, rec)
	}
	return out
}

// lineRecords are one object a line. A last line that is cut off breaks the whole
// reply: an export fails in its middle with a status that says all is well.
func (st *stream) lineRecords(body []byte) ([]record, error) {
	var out []record
	lines := bufio.NewScanner(bytes.NewReader(body))
	lines.Buffer(make([]byte, 0, 64<<10), st.cfg.Limits.RecordBytes)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		rec := record{raw: string(line), line: n}
		if err := mapping.CheckJSON(line); err != nil {
			rec.bad = err.Error()
		} else if line[0] != '{' {
			rec.bad = "JSON that is no object"
		}
		out = append(out, rec)
	}
	if err := lines.Err(); err != nil {
		return nil, &refused{fmt.Sprintf("a record is longer than %d bytes", st.cfg.Limits.RecordBytes)}
	}
	if n := len(out); n > 0 && out[n-1].bad != "" && !json.Valid([]byte(out[n-1].raw)) && !bytes.HasSuffix(body, []byte("\n")) {
		return nil, &again{msg: "the reply was cut off within its last line"}
	}
	return out, nil
}

// csvRecords are the lines below the head.
func (st *stream) csvRecords(body []byte) ([]record, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf"))))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = st.def.Comma, -1, false
	head := st.def.Columns
	if len(head) == 0 {
		var err error
		if head, err = r.Read(); errors.Is(err, io.EOF) {
			return nil, nil
		} else if err != nil {
			return nil, &again{msg: "the reply is no CSV: " + err.Error()}
		}
	}
	column, err := st.mapper.Columns(head)
	if err != nil { // as in a file: a renamed column is not one that is always empty
		return nil, &refused{err.Error()}
	}
	var out []record
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, &again{msg: "the reply is no CSV to its end: " + err.Error()}
		}
		line, _ := r.FieldPos(0)
		rec := record{line: line, csv: &mapping.CSV{Fields: fields, Column: column, Raw: strings.Join(fields, string(r.Comma))}}
		if len(fields) != len(head) {
			rec.bad, rec.raw = fmt.Sprintf("%d fields where the head has %d", len(fields), len(head)), rec.csv.Raw
		}
		out = append(out, rec)
	}
}
