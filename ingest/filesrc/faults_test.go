package filesrc_test

import (
	"strings"
	"testing"

	"github.com/kpid/kpid/ingest"
	"github.com/kpid/kpid/ingest/ingesttest"
)

// TestBadRecords holds that one bad record costs itself and nothing else: the
// two good tickets around it always arrive, the run is partial and the stream
// is still complete.
func TestBadRecords(t *testing.T) {
	const row = "1,flows,2026-07-01 12:00,,mail,Open"
	cases := map[string]struct {
		bad                   string
		line                  string
		field, found, allowed string
		body                  string // "" is the bad text itself
	}{
		"time of another form": {strings.Replace(row, "2026-07-01 12:00", "01.07.2026", 1), "3", "created", "01.07.2026", "a time written like 2006-01-02 15:04", ""},
		"30 February":          {strings.Replace(row, "2026-07-01", "2026-02-30", 1), "3", "created", "2026-02-30 12:00", "a time written like", ""},
		"year 0001":            {strings.Replace(row, "2026-07-01", "0001-01-01", 1), "3", "created", "0001-01-01 12:00", "from 1990-01-01T00:00:00Z to 2027-09-22", ""},
		"year 9999":            {strings.Replace(row, "2026-07-01", "9999-01-01", 1), "3", "created", "9999-01-01 12:00", "from 1990", ""},
		"no time":              {strings.Replace(row, "2026-07-01 12:00", "", 1), "3", "created", "nothing", "a value: created_at must have one", ""},
		"unknown word":         {strings.Replace(row, "Open", "Pending", 1), "3", "status", "Pending", "Closed, Open", ""},
		"no word":              {strings.Replace(row, "Open", "", 1), "3", "status", "nothing", "a value", ""},
		"unknown product":      {strings.Replace(row, "flows", "Flaws", 1), "3", "product", "Flaws", "a product of the tree, by id or name: @company, @core, flows, forms", ""},
		"no id":                {strings.Replace(row, "1", "", 1), "3", "id", "nothing", "a value: it is part of the row's id", ""},
		"long id":              {strings.Repeat("x", 201) + row[1:], "3", "id", strings.Repeat("x", 200), "1 to 200 bytes", ""},
		"control in id":        {"1\t" + row[1:], "3", "id", "1\t", "without control characters", ""},
		"NUL":                  {strings.Replace(row, "mail", "m\x00l", 1), "3", "channel", "m\u2400l", "UTF-8 text without NUL", strings.Replace(row, "mail", "m\u2400l", 1)},
		"not UTF-8":            {strings.Replace(row, "mail", "m\xfcl", 1), "3", "channel", "m\ufffdl", "UTF-8 text without NUL", strings.Replace(row, "mail", "m\ufffdl", 1)},
		"stray comma":          {strings.Replace(row, "mail", "mail, phone", 1), "3", "", "7 fields", "6 fields, as in the header; put quotes", ""},
		"short line":           {"1,flows", "3", "", "2 fields", "6 fields", ""},
		"bare quote":           {strings.Replace(row, "mail", `5" disk`, 1), "3", "", "a quote inside a field without quotes", "doubled", ""},
		"text after quote":     {strings.Replace(row, "mail", `"ma"il`, 1), "3", "", "text after the closing quote", "doubled", ""},
		"open quote":           {strings.Replace(row, "mail", `"mail`, 1), "3", "", "a quote that opens a field and does not close it", "", ""},
		"over the limit":       {strings.Replace(row, "mail", strings.Repeat("m", 3000), 1), "3", "", "a record of 3031 bytes", "2048 bytes a record", ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := folder(t, map[string]string{"tickets.csv": ticketHeader + "a,flows,2026-07-01 12:00,,mail,Open\n" + c.bad + "\r\nb,forms,2026-07-01 12:00,,mail,Open\n"})
			cfg := config(t, dir, tickets)
			cfg.Limits.RecordBytes = 2048
			sink := &ingesttest.Sink{}
			rep := run(t, sink, cfg)
			if rep.Result != ingest.Partial || rep.Counts.Records != 3 || rep.Counts.New != 2 || rep.Counts.Rejected != 1 || !rep.Summary.Complete {
				t.Fatalf("%+v %+v", rep, sink.Rejected)
			}
			r, body := sink.Rejected[0], c.body
			if body == "" {
				body = c.bad
			}
			if r.Stream != "tickets" || r.Locator != "tickets.csv:"+c.line || r.Field != c.field || r.Body != body ||
				!strings.HasPrefix(r.Found, c.found) || !strings.Contains(r.Allowed, c.allowed) {
				t.Errorf("%+v", r)
			}
		})
	}
}

// TestBadFiles holds that a file that cannot be read is named and keeps its
// stream from being complete, while other files of it and other streams arrive.
func TestBadFiles(t *testing.T) {
	cases := map[string]struct{ text, locator, found, allowed string }{
		"UTF-16":            {"\xff\xfei\x00d\x00", "tickets-b.csv:1", "text in UTF-16", "save the file as UTF-8"},
		"UTF-16 bare":       {"i\x00d\x00", "tickets-b.csv:1", "text in UTF-16", "save the file as UTF-8"},
		"CR only":           {"id,product\r1,flows\r", "tickets-b.csv:1", "lines that end in CR only", "LF or CRLF"},
		"gzip":              {"\x1f\x8b\x08\x00", "tickets-b.csv:1", "a gzip file", "gzip first in decode"},
		"empty":             {"", "tickets-b.csv:1", "an empty file", "a first line with the names"},
		"renamed column":    {"id,product,created_on,solved,channel,status\n", "tickets-b.csv:1", `no column "created"; the file has: id, product, created_on`, "the columns that the manifest names"},
		"column twice":      {"id,product,created,created,solved,channel,status\n", "tickets-b.csv:1", `the column "created" stands there twice`, ""},
		"header with quote": {"id,\"product\n", "tickets-b.csv:1", "a quote that opens a field", "a first line"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			good := ticketHeader + "%,flows,2026-07-01 12:00,,mail,Open\n"
			dir := folder(t, map[string]string{
				"tickets-a.csv": strings.Replace(good, "%", "a", 1), "tickets-b.csv": c.text, "tickets-c.csv": strings.Replace(good, "%", "c", 1),
			})
			sink := &ingesttest.Sink{}
			rep := run(t, sink, config(t, dir, tickets))
			if rep.Result != ingest.Partial || rep.Counts.New != 2 || rep.Summary.Complete || rep.Summary.CompleteThrough != nil || rep.Summary.Message == "" {
				t.Fatalf("%+v", rep)
			}
			if last := sink.Pages[len(sink.Pages)-1]; last.CompleteThrough != nil {
				t.Error("the stream passes for complete")
			}
			r := sink.Rejected[0]
			if r.Locator != c.locator || !strings.Contains(r.Found, c.found) || !strings.Contains(r.Allowed, c.allowed) {
				t.Errorf("%+v", r)
			}
			// Mended, the file is read; the others are not read again.
			write(t, dir, "tickets-b.csv", strings.Replace(good, "%", "b", 1))
			if rep := run(t, sink, config(t, dir, tickets)); rep.Result != ingest.OK || rep.Counts.New != 1 || rep.Summary.Unchanged != 2 {
				t.Errorf("after mending: %+v", rep)
			}
		})
	}
}

// TestStrayQuotes holds that a quote in the middle of a file costs its own line.
func TestStrayQuotes(t *testing.T) {
	line := func(id, channel string) string { return id + ",flows,2026-07-01 12:00,," + channel + ",Open\n" }
	text := ticketHeader + line("1", "mail") + line("2", `"chat`) + line("3", "mail") + line("4", "\"two\nlines\"") +
		line("5", `5" disk`) + line("6", `"a ""b"" c"`) + line("7", `"end`)
	sink := &ingesttest.Sink{}
	rep := run(t, sink, config(t, folder(t, map[string]string{"tickets.csv": text}), tickets))
	var ids, lost []string
	for _, r := range sink.Rows("ticket") {
		ids = append(ids, r.ID+"@"+strings.TrimPrefix(r.Locator, "tickets.csv:"))
	}
	for _, r := range sink.Rejected {
		lost = append(lost, strings.TrimPrefix(r.Locator, "tickets.csv:"))
	}
	if got := strings.Join(ids, " "); got != "1@2 3@4 4@5 6@8" {
		t.Errorf("taken: %s", got)
	}
	if got := strings.Join(lost, " "); got != "3 7 9" || rep.Counts.Records != 7 {
		t.Errorf("lost: %s of %d", got, rep.Counts.Records)
	}
	if got := column(t, sink.Rows("ticket")[2], "channel"); got != "two\nlines" {
		t.Errorf("got %q", got)
	}
}
