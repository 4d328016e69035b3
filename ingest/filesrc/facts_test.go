package filesrc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/ingest/filesrc"
	"github.com/kpid/kpid/ingest/ingesttest"
	"github.com/kpid/kpid/ingest/mapping"
	"github.com/kpid/kpid/kpi/fact"
)

// stream writes a manifest of one stream.
func stream(decode, emits string) string {
	return "kpid = 1\nid = \"wh\"\n[[stream]]\nid = \"s\"\nfile = \"in.*\"\ndecode = [\"" + decode + "\"]\nkey = [\"id\"]\n" + emits
}

// load runs one file through a manifest.
func load(t *testing.T, text, data string, change func(*filesrc.Config)) *ingesttest.Sink {
	t.Helper()
	cfg := config(t, folder(t, map[string]string{"in.txt": data}), text)
	if change != nil {
		change(&cfg)
	}
	sink := &ingesttest.Sink{}
	if rep := run(t, sink, cfg); rep.Err != nil {
		t.Fatal(rep.Err)
	}
	for _, p := range sink.Pages {
		for _, r := range p.Rows {
			spec, _ := fact.Find(r.Fact)
			if err := spec.Check(r, fact.LimitsAt(now)); err != nil {
				t.Errorf("%s %s: %v", r.Fact, r.ID, err)
			}
		}
	}
	return sink
}

// show writes the rows of a fact with some of their columns.
func show(t *testing.T, sink *ingesttest.Sink, name string, columns ...string) string {
	t.Helper()
	var out []string
	for _, r := range sink.Rows(name) {
		line := r.ID
		for _, c := range columns {
			line += fmt.Sprintf(" %v", column(t, r, c))
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

const movement = `
[[stream.emit]]
fact = "subscription_movement"
id = { text = "{{rec.id}}:start" }
[stream.emit.set]
account_id = "customer"
product_id = { const = "@company" }
subscription_ref = "id"
effective_at = { path = "start", time = "date" }
mrr_delta = { path = "amount", as = "money", currency = "ccy" }
[[stream.emit]]
fact = "subscription_movement"
id = { text = "{{rec.id}}:end" }
when = { path = "end", present = true }
[stream.emit.set]
account_id = "customer"
product_id = { const = "@company" }
subscription_ref = "id"
effective_at = { path = "end", time = "date" }
mrr_delta = { path = "amount", as = "money", currency = "ccy", negate = true }
`

func TestSubscriptionPeriods(t *testing.T) {
	sink := load(t, stream("csv", movement), `id,customer,start,end,amount,ccy
1,a,2018-11-01,2019-02-01,50,USD
2,a,2019-04-01,,90071992547409.93,EUR
3,b,2019-04-01,,1200,JPY
4,b,2019-04-01,,12.005,EUR
5,b,2019-04-01,,12,EURO
6,b,2019-04-01,31.12.2019,12,EUR
`, nil)
	got := show(t, sink, "subscription_movement", "effective_at", "mrr_delta", "currency", "recurring")
	want := fmt.Sprintf(`1:end %d -5000 USD 1
1:start %d 5000 USD 1
2:start %d 9007199254740993 EUR 1
3:start %[3]d 1200 JPY 1`, millis("2019-01-31T23:00:00Z"), millis("2018-10-31T23:00:00Z"), millis("2019-03-31T22:00:00Z"))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	var lost []string
	for _, r := range sink.Rejected {
		lost = append(lost, r.Locator+" "+r.Field+" "+r.Found+" | "+r.Allowed)
	}
	wantLost := []string{
		"in.txt:5 amount 12.005 | an amount in EUR such as 1200.50, without signs for thousands",
		"in.txt:6 amount 12 | an amount whose currency, ccy, is a code of ISO 4217",
		"in.txt:7 end 31.12.2019 | a date such as 2026-09-21", // and no start without its end
	}
	if d := cmp.Diff(wantLost, lost); d != "" {
		t.Error(d)
	}
}

func TestEventLog(t *testing.T) {
	text := stream("csv", `
[[stream.emit]]
fact = "ticket"
merge = { created_at = "min", solved_at = "max", channel = "first", priority = "last" }
[stream.emit.set]
product_id = { const = "flows" }
created_at = { path = "at", time = "any" }
solved_at = { path = "done", time = "any", optional = true }
channel = "channel"
priority = "prio"
status = { const = "closed" }
updated_at = { path = "at", time = "any" }
`)
	sink := load(t, text, `id,at,done,channel,prio
c1,2026-07-02 10:00,2026-07-02 11:00,chat,high
c2,2026-07-03 10:00,,mail,
c1,2026-07-01 10:00,,mail,
c1,2026-07-04 10:00,2026-07-05 11:00,,low
`, nil)
	if len(sink.Rejected) != 1 || sink.Rejected[0].Field != "channel" {
		t.Fatalf("%+v", sink.Rejected) // the last line has no channel
	}
	got := show(t, sink, "ticket", "created_at", "solved_at", "channel", "priority")
	want := fmt.Sprintf("c1 %d %d chat high\nc2 %d <nil> mail <nil>", millis("2026-07-01T08:00:00Z"), millis("2026-07-02T09:00:00Z"), millis("2026-07-03T08:00:00Z"))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if at := sink.Rows("ticket")[0].UpdatedAt; at == nil || *at != millis("2026-07-02T08:00:00Z") {
		t.Errorf("updated %v, want the latest of the key", at)
	}
}

// TestDays: a file of days, each a row that ends a local day later, whatever the
// clocks did in it.
func TestDays(t *testing.T) {
	text := stream("csv", `
[[stream.emit]]
fact = "metric_point"
[stream.emit.set]
product_id = { const = "flows" }
name = { const = "views" }
starts_at = { path = "day", time = "date" }
ends_at = { path = "day", time = "date", plus_days = 1 }
num = "views"
`)
	sink := load(t, text, "id,day,views\n1,2026-03-29,5\n2,2026-03-30,6\n", nil)
	got := show(t, sink, "metric_point", "starts_at", "ends_at")
	want := fmt.Sprintf("1 %d %d\n2 %[2]d %d", millis("2026-03-28T23:00:00Z"), millis("2026-03-29T22:00:00Z"), millis("2026-03-30T22:00:00Z"))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestNumbersOfASprint(t *testing.T) {
	text := stream("csv", `
[[stream.emit]]
fact = "plan_commitment"
[stream.emit.set]
product_id = { const = "flows" }
plan_ref = "id"
starts_at = { path = "start", time = "date" }
ends_at = { path = "start", time = "date", plus_days = "days" }
committed_at = { path = "start", time = "date" }
planned_value = "planned"
delivered_value = { sum = ["todo", "done", "diff"] }
is_stretch = { path = "name", equals = "stretch", lower = true }
team = { text = "Team {{rec.name}}" }
`)
	sink := load(t, text, `id,name,start,days,planned,todo,done,diff
1,A,2026-03-20,14,8,1,5.5,-2
2,Stretch,2026-03-20,0,8,1,5,
3,A,2026-03-20,x,8,1,5,0
4,A,2026-03-20,14,NaN,1,5,0
5,A,2026-03-20,14,1e400,1,5,0
6,,2026-03-20,14,1,1,5,0
7,stretch,2026-03-20,99999,1,1,5,0
`, nil)
	got := show(t, sink, "plan_commitment", "ends_at", "delivered_value", "is_stretch", "team")
	// 14 local days over the change to summer time.
	want := fmt.Sprintf("1 %d 4.5 0 Team A\n6 %[1]d 6 0 <nil>", millis("2026-04-02T22:00:00Z"))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	fields := ""
	for _, r := range sink.Rejected {
		fields += r.Field + "=" + r.Found + " "
	}
	if want := "delivered_value=nothing days=x planned=NaN planned=1e400 days=99999 "; fields != want {
		t.Errorf("rejected %q, want %q", fields, want)
	}
}

func TestAccountsFlat(t *testing.T) {
	text := stream("csv", `
[[stream.emit]]
fact = "account"
[stream.emit.set]
name = "name"
created_at = { path = "created", time = "date" }
closed_at = { path = "closed", time = "date", optional = true }
plan = { path = "plan", lower = true }
region = "region"
product_ids = "products"
updated_at = { path = "changed", time = "ms", optional = true }
gone_at = { path = "status", equals = "deleted" }
`)
	sink := load(t, text, `id,name,created,closed,plan,region,products,changed,status
a1,Äcme,2026-01-01,,TEAM,,FL; forms,1780000000000,deleted
a2,,2026-01-02,2026-02-01,,emea,,,
a3,,2026-01-02,,,,fl,,
`, func(c *filesrc.Config) { c.Products.Map = map[string]string{"FL": "flows"} })
	rows := sink.Rows("account")
	if len(rows) != 2 || !cmp.Equal(rows[0].Attribute, map[string]string{"plan": "team"}) || !cmp.Equal(rows[1].Attribute, map[string]string{"region": "emea"}) {
		t.Fatalf("%+v", rows)
	}
	if rows[0].Gone == nil || *rows[0].Gone != 1780000000000 || rows[1].Gone != nil {
		t.Errorf("gone: %v %v", rows[0].Gone, rows[1].Gone)
	}
	got := show(t, sink, "account_access", "account_id", "product_id", "starts_at", "ends_at")
	want := fmt.Sprintf("a1:flows a1 flows %d <nil>\na1:forms a1 forms %[1]d <nil>", millis("2025-12-31T23:00:00Z"))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if len(sink.Rejected) != 1 || sink.Rejected[0].Found != "fl" {
		t.Errorf("%+v", sink.Rejected)
	}
}

const answers = `
[[stream.emit]]
fact = "survey_response"
[stream.emit.set]
survey_id = "survey"
question_id = "q"
score = "score"
respondent_id = "who"
responded_at = "at"
purpose = { const = "nps" }
scale_min = { const = 0 }
scale_max = { const = 10 }
wave = "wave"
invited = "invited"
product_id = "product"
`

func TestSurveyFlat(t *testing.T) {
	sink := load(t, strings.Replace(stream("csv", answers), `["id"]`, `["survey", "q", "who"]`, 1), `survey,q,score,who,at,wave,invited,product
s1,q1,9,p@example.com,2026-07-01T10:00:00Z,Q3,40,flows
s1,q1,3,r@example.com,2026-07-09T10:00:00Z,Q3,40,flows
s2,q1,7,p@example.com,2026-08-01T10:00:00Z,Q3b,5,@core
s2,q1,7,x@example.com,2026-08-01T10:00:00Z,Q3b,6,@core
`, nil)
	got := show(t, sink, "survey", "product_id", "name", "kind", "wave", "opens_at", "closes_at", "invited", "population")
	want := fmt.Sprintf("s1 flows s1 relational Q3 %d %d 40 <nil>\ns2 @core s2 relational Q3b %d %[3]d 5 <nil>",
		millis("2026-07-01T10:00:00Z"), millis("2026-07-09T10:00:00Z"), millis("2026-08-01T10:00:00Z"))
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if got := show(t, sink, "survey_question", "survey_id", "purpose", "scale_max"); got != "s1:q1 s1 nps 10\ns2:q1 s2 nps 10" {
		t.Error(got)
	}
	for _, r := range sink.Rows("survey_response") {
		if s := fmt.Sprint(r.ID, r.Values); strings.Contains(s, "example.com") || column(t, r, "question_id") != fmt.Sprint(column(t, r, "survey_id"))+":q1" {
			t.Errorf("%+v", r)
		}
	}
	if n := len(sink.Rows("survey_response")); n != 3 {
		t.Errorf("%d responses", n)
	}
	r := sink.Rejected[0]
	if len(sink.Rejected) != 1 || r.Locator != "in.txt:5" || r.Field != "invited" || r.Found != "6" || !strings.Contains(r.Allowed, "5, as at in.txt:4") || strings.Contains(r.Body, "example.com") {
		t.Errorf("%+v", r)
	}
}

// TestPersonal holds that a person has the same hash wherever they stand, and
// that neither rows nor rejections hold the name.
func TestPersonal(t *testing.T) {
	text := stream("ndjson", `
[[stream.emit]]
fact = "team_member"
when = { path = "kind", in = ["member"] }
id = "person.mail"
[stream.emit.set]
product_id = { const = "@core" }
role = "role"
starts_at = "at"
[[stream.emit]]
fact = "assessment"
when = { path = "kind", in = ["assessment"] }
id = { text = "{{rec.person.mail}}/{{rec.n}}" }
[stream.emit.set]
member_id = "person.mail"
rubric = { const = "pm" }
competency = "n"
level = "level"
assessed_at = "at"
assessor_id = { const = "boss@example.com" }
`)
	data := `{"kind":"member","person":{"mail":"ann@example.com"},"role":"pm","at":"2026-01-01T00:00:00Z"}
{"kind":"assessment","person":{"mail":"ann@example.com"},"n":"sql","level":3,"at":"2026-06-01T00:00:00Z"}
{"kind":"assessment","person":{"mail":"ann@example.com"},"n":"sql","level":"high","at":"2026-06-01T00:00:00Z"}
{"kind":"member","person":{"mail":{"of":"ann@example.com"}},"role":"pm","at":"2026-01-01T00:00:00Z"}
{"kind":"member","person":{"mail":"ann@example.com"}
`
	sink := load(t, text, data, nil)
	members, assessments := sink.Rows("team_member"), sink.Rows("assessment")
	if len(members) != 1 || len(assessments) != 1 || len(sink.Rejected) != 3 {
		t.Fatalf("%+v %+v %+v", members, assessments, sink.Rejected)
	}
	id := members[0].ID
	if len(id) != 32 || column(t, assessments[0], "member_id") != id || assessments[0].ID != id+"/sql" {
		t.Errorf("%s %+v", id, assessments[0])
	}
	if all := fmt.Sprint(sink.Dump(), sink.Rejected); strings.Contains(all, "example.com") {
		t.Errorf("a name is left: %s", all)
	}
	if got := sink.Rejected[0].Body; !strings.Contains(got, `"mail":"`+id+`"`) || !strings.Contains(got, `"level":"high"`) {
		t.Errorf("the rest of the record is lost: %s", got)
	}
	other := load(t, text, data, func(c *filesrc.Config) { c.Key = []byte("another key of 16 bytes") })
	if other.Rows("team_member")[0].ID == id {
		t.Error("the key does not matter")
	}
	plain := load(t, text, data, func(c *filesrc.Config) { c.Plain, c.Key = true, nil })
	if got := plain.Rows("team_member")[0].ID; got != "ann@example.com" {
		t.Errorf("plain: %s", got)
	}
	cfg := config(t, t.TempDir(), text)
	cfg.Key = nil
	if _, err := filesrc.New(cfg); err == nil || !strings.Contains(err.Error(), `needs a key of at least 16 bytes; give one, or set personal = "plain"`) {
		t.Errorf("without a key: %v", err)
	}
}

func TestNestedJSON(t *testing.T) {
	text := stream("ndjson", `
[[stream.emit]]
fact = "work_item_change"
each = "changes"
each2 = "items"
id = { text = "{{rec.id}}:{{it.field}}" }
[stream.emit.set]
item_id = "up.id"
at = { path = "rec.at", time = "any" }
field = "it.field"
old_value = "it.from"
new_value = "it.to"
[[stream.emit]]
fact = "capability"
[stream.emit.set]
product_id = { const = "flows" }
name = "name"
class = { path = "tier", map = { "1" = "core" }, default = "other" }
active_rule = "rule"
`)
	sink := load(t, text, `{"id":9007199254740993,"name":"Bulk","tier":1,"rule":{"min_uses":3,"events":["a"]},"changes":[{"id":1,"at":1780000000,"items":[{"field":"status","from":null,"to":"Done"},{"field":"due","to":"x"}]},{"id":2,"at":1780000000,"items":[]}]}
{"id":2,"name":"Other","tier":2,"rule":"{\"a\": 1}","changes":null}
{"id":3,"name":"Bad","tier":1,"rule":"{","changes":[]}
{"id":4,"name":"Bad","tier":1,"rule":{},"changes":{"id":1}}
{"id":{"n":5},"name":"Bad","tier":1,"rule":{}}
{"id":6,"name":"Bad","tier":1,"tier":2,"rule":{}}
[7]

{"id":8,"name":["Bad"],"tier":1,"rule":{}}
`, nil)
	if got := show(t, sink, "work_item_change", "item_id", "at", "field", "old_value", "new_value"); got != "1:due 9007199254740993 1780000000000 due <nil> x\n1:status 9007199254740993 1780000000000 status <nil> Done" {
		t.Error(got)
	}
	if got := show(t, sink, "capability", "name", "class", "active_rule"); got != "2 Other other {\"a\":1}\n9007199254740993 Bulk core {\"events\":[\"a\"],\"min_uses\":3}" {
		t.Error(got)
	}
	want := []string{"in.txt:3 rule", "in.txt:4 changes", "in.txt:5 id", "in.txt:6 ", "in.txt:7 ", "in.txt:9 name"}
	var got []string
	for _, r := range sink.Rejected {
		got = append(got, r.Locator+" "+r.Field)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d, sink.Rejected)
	}
}

func TestProductsOfTheSource(t *testing.T) {
	text := stream("csv", `
[[stream.emit]]
fact = "deployment"
[stream.emit.set]
started_at = "at"
result = { path = "ok", map = { true = "success", false = "failure" } }
`)
	const data = "id,at,ok,area\n1,2026-07-01T10:00:00Z,true,FLOW\n2,2026-07-01T10:00:00Z,false,ALL\n3,2026-07-01T10:00:00Z,true,OPS\n4,2026-07-01T10:00:00Z,true,\n"
	sink := load(t, text, data, func(c *filesrc.Config) {
		c.Products = mapping.Products{Field: "area", Map: map[string]string{"FLOW": "flows", "ALL": "@core"}}
	})
	if got := show(t, sink, "change_event", "product_id", "kind", "result", "environment"); got != "1 flows deployment success production\n2 @core deployment failure production" {
		t.Error(got)
	}
	if r := sink.Rejected; len(r) != 2 || r[0].Found != "OPS" || r[0].Allowed != "a product of the tree, by id or name: @company, @core, flows, forms; or a word of the source's products map: ALL, FLOW" || r[0].Field != "area" || r[1].Found != "nothing" {
		t.Errorf("%+v", r)
	}
	cfg := config(t, t.TempDir(), text)
	if _, err := filesrc.New(cfg); err == nil || !strings.Contains(err.Error(), "m.toml:9:10: stream[0].emit[0]: change_event needs a product: set product_id, or give the source products") {
		t.Errorf("without products: %v", err)
	}
}

// TestCSVAndJSONAgree holds that the same records give the same facts in both forms.
func TestCSVAndJSONAgree(t *testing.T) {
	emit := `
[[stream.emit]]
fact = "product_event"
[stream.emit.set]
account_id = "account"
user_id = "user"
product_id = "product"
name = "name"
occurred_at = "at"
received_at = "at"
quantity = "q"
success = "ok"
`
	fromCSV := load(t, stream("csv", emit), "id,account,user,product,name,at,q,ok\n1,a,,flows,signup,1780000000000,2.5,true\n2,,u,forms,x,2026-07-01T10:00:00Z,,0\n", nil)
	fromJSON := load(t, stream("ndjson", emit), `{"id":1,"account":"a","user":"","product":"flows","name":"signup","at":1780000000000,"q":2.5,"ok":true}
{"id":"2","account":null,"user":"u","product":"forms","name":"x","at":"2026-07-01T10:00:00Z","ok":0}
`, nil)
	if d := cmp.Diff(fromCSV.Dump(), fromJSON.Dump()); d != "" || len(fromCSV.Dump()) != 2 {
		t.Error(d, fromCSV.Rejected, fromJSON.Rejected)
	}
}

// TestManifestConstants holds that values written into the manifest are checked
// like those of records, before anything is read.
func TestManifestConstants(t *testing.T) {
	cases := map[string]struct{ column, want string }{
		"const":   {`score = { const = "many" }`, `m.toml:11:1: stream[0].emit[0].set.score: const is "many"; allowed: a finite number`},
		"default": {`score = { path = "n", default = "none" }`, `default is "none"; allowed: a finite number`},
		"map":     {`score = { path = "n", map = { good = "yes" } }`, `map gives "yes"; allowed: a finite number`},
	}
	for name, c := range cases {
		text := stream("csv", "[[stream.emit]]\nfact = \"survey_response\"\n[stream.emit.set]\n"+c.column+"\nsurvey_id = \"s\"\nquestion_id = \"q\"\nrespondent_id = \"r\"\nresponded_at = \"t\"\n")
		if _, err := filesrc.New(config(t, t.TempDir(), text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestCSVShapes(t *testing.T) {
	text := stream("csv", "[[stream.emit]]\nfact = \"release\"\n[stream.emit.set]\nproduct_id = { const = \"flows\" }\nname = \"name\"\n")
	cases := map[string]struct{ manifest, data string }{
		"BOM":          {text, "\xef\xbb\xbfid,name\n1,v1\n2,v2\n"},
		"CRLF":         {text, "id,name\r\n1,v1\r\n\r\n2,v2\r\n"},
		"no last end":  {text, "id,name\n1,v1\n2,v2"},
		"blanks":       {text, " id , name\n1,v1\n2,v2\n"},
		"quoted":       {text, "\"id\",\"name\"\n\"1\",\"v1\"\n\"2\",v2\n"},
		"semicolon":    {strings.Replace(text, "key", "csv = { comma = \";\" }\nkey", 1), "id;name\n1;v1\n2;v2\n"},
		"without head": {strings.Replace(text, "key", "csv = { columns = [\"name\", \"id\"] }\nkey", 1), "v1,1\nv2,2\n"},
		"more columns": {text, "x,id,y,name,y\n,1,,v1,\n,2,,v2,\n"},
	}
	for name, c := range cases {
		sink := load(t, c.manifest, c.data, nil)
		if got := show(t, sink, "release", "name"); got != "1 v1\n2 v2" {
			t.Errorf("%s: %q %+v", name, got, sink.Rejected)
		}
	}
}
