package kpitest_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/catalog"
	"github.com/kpid/kpid/kpi/kpitest"
	"github.com/kpid/kpid/store/storetest"
)

// solved is a definition small enough to hold in the head: the share of tickets
// with a status that counts, of those below a number and old enough.
func solved(t *testing.T) *kpi.Definition {
	t.Helper()
	defs, err := catalog.Load(fstest.MapFS{
		"quality/solved/kpi.toml": {Data: []byte(`
kpi = 1
id = "solved"
name = "Solved"
question = "?"
none = "no ticket was opened"
types = ["quality"]
cadence = "month"
grains = ["month", "quarter"]
facts = ["ticket"]
[[measure]]
id = "rate"
agg = "share"
unit = "%"
direction = "up"
[params]
words  = { type = "list", default = ["solved", "closed"] }
codes  = { type = "list", default = [1, 2] }
most   = { type = "int", default = 9 }
factor = { type = "real", default = 1.0 }
strict = { type = "bool", default = false }
late   = { type = "span", default = "0d" }
`)},
		"quality/solved/kpi.sql": {Data: []byte(`
SELECT p.id AS period, m.scope AS scope, t.id AS unit,
       CASE WHEN t.status IN (:words) AND t.created_at + :late <= :as_of THEN 1 ELSE 0 END AS num, 1 AS den,
       CASE WHEN t.status = 'open' THEN 1 ELSE 0 END AS pending,
       CASE WHEN t.is_spam = 1 AND :strict = 0 THEN 'spam' WHEN NOT (1 IN (:codes)) THEN 'codes' WHEN :most * :factor < 1 THEN 'most' END AS excluded,
       t.created_at AS at, t.source || '/' || t.id AS ref
FROM period p
JOIN ticket t ON t.created_at >= p.starts AND t.created_at < p.ends AND t.created_at <= :as_of
JOIN member m ON m.product = t.product_id
WHERE m.segment = 'all'`)},
	}, "kpis")
	if err != nil {
		t.Fatal(err)
	}
	return defs[0]
}

const tickets = `zone Europe/Berlin
tree all > core > flows, forms
load ticket
  id  product_id  created_at        status  is_spam
  T1  flows       2026-02-02T09:00  solved  0
  T2  flows       2026-02-03T09:00  closed  0
  T3  forms       2026-02-04T09:00  new     0
  T4  forms       2026-02-05T09:00  new     1
`

// try runs a text and gives what it says, one entry a failure or mistake.
func try(t *testing.T, text string, open kpitest.Open) (kpitest.Result, []string) {
	t.Helper()
	res, err := kpitest.Run(t.Context(), text, solved(t), open)
	var out []string
	for _, f := range res.Failures {
		out = append(out, f.String())
	}
	mistakes, rest := kpitest.Mistakes(err)
	for _, m := range mistakes {
		out = append(out, m.Error())
	}
	for _, err := range rest {
		out = append(out, "without a line: "+err.Error())
	}
	return res, out
}

func TestWhatHolds(t *testing.T) {
	text := tickets + `eval solved at 2026-02 as of 2026-03-10 only
  all         2/3  66.7 %  ci 20.8..93.9  n 3  state final  excluded 1  pending 0
  core        2/3
  core/flows  100 %
  core/forms  0/1
  all/flows   2/2
  all/forms   0/1
rows solved at 2026-02 in core/forms as of 2026-03-10 only
  T3  0/1
  T4  -  excluded spam
judge "level >= 60 %" as of 2026-03-10
  core  on_track "67% (Feb) against 60% or more"
expect not 50.0 %
eval solved at 2026-01 as of 2026-03-10 only
  core  none  "no ticket was opened"
param words new
param codes [1, 2, 3]
param most 12
param factor 0.5
param strict true
param late 3w
tree all > core > flows
load ticket
  id  product_id  created_at        status  is_spam
  T1  flows       2026-02-02T09:00  solved  0
  T2  flows       2026-02-10T09:00  new     1
  T3  flows       2026-02-28T09:00  new     0
eval solved at 2026-02 as of 2026-03-10
  core  1/3
`
	res, said := try(t, text, opener(t, storetest.DSN(t)))
	if len(said) > 0 || res.Cases != 2 || res.Expectations != 15 {
		t.Errorf("%d cases, %d expectations, said:\n%s", res.Cases, res.Expectations, strings.Join(said, "\n"))
	}
}

// TestWhatFails: a failure says everything that differs, and what the number is
// made of.
func TestWhatFails(t *testing.T) {
	res, said := try(t, tickets+`eval solved at 2026-02 as of 2026-03-10 only
  core        3/4  75.0 %  n 4  state maturing
  core/forms  none
  all         66.7 %
  all/flows   100 %
rows solved at 2026-02 in core/forms as of 2026-03-10 only
  T3  1/1
  T9  0/1
expect not 66.7 %
eval solved at 2026-01 as of 2026-03-10
  core  0/1
`, opener(t, storetest.DSN(t)))
	want := []string{`10: solved at 2026-02 in core: the fraction differs, the value differs, the count of n differs, the state differs
  expected  3/4 75.0 % n 4 state maturing
  got       2/3  66.666667 %  ci 20.76596..93.850806  n 3  state final  pending 0  excluded 1
  unit      T1  1/1                  2026-02-02T09:00  test/T1
  unit      T2  1/1                  2026-02-03T09:00  test/T2
  unit      T3  0/1                  2026-02-04T09:00  test/T3
  unit      T4  0/1  left out: spam  2026-02-05T09:00  test/T4`,
		`11: solved at 2026-02 in core/forms: there is a value
  expected  none
  got       0/1  0 %  ci 0..79.345069  n 1  state final  pending 0  excluded 1
  unit      T3  0/1                  2026-02-04T09:00  test/T3
  unit      T4  0/1  left out: spam  2026-02-05T09:00  test/T4`,
		`9: solved at 2026-02 in all/forms: it has a number and no line
  expected  only the scopes that are listed
  got       0/1  0 %  ci 0..79.345069  n 1  state final  pending 0  excluded 1`,
		`9: solved at 2026-02 in core/flows: it has a number and no line
  expected  only the scopes that are listed
  got       2/2  100 %  ci 34.238022..100  n 2  state final  pending 0  excluded 0`,
		`15: rows of solved at 2026-02 in core/forms
  expected  T3 1/1
  got       T3 0/1
  unit      T3  0/1                  2026-02-04T09:00  test/T3
  unit      T4  0/1  left out: spam  2026-02-05T09:00  test/T4`,
		`16: rows of solved at 2026-02 in core/forms
  expected  T9 0/1
  got       no such unit
  unit      T3  0/1                  2026-02-04T09:00  test/T3
  unit      T4  0/1  left out: spam  2026-02-05T09:00  test/T4`,
		`14: rows of solved at 2026-02 in core/forms
  expected  only the units that are listed
  got       T4 - excluded spam
  unit      T3  0/1                  2026-02-04T09:00  test/T3
  unit      T4  0/1  left out: spam  2026-02-05T09:00  test/T4`,
		`17: solved: a known wrong answer appears in all at 2026-Q1, all at 2026-02, core at 2026-Q1, core at 2026-02
  expected  not 66.7 %
  got       2/3  66.666667 %  ci 20.76596..93.850806  n 3  state open  pending 0  excluded 1`,
	}
	got := said
	if len(got) < len(want) {
		t.Fatalf("%d failures, said:\n%s", len(res.Failures), strings.Join(said, "\n"))
	}
	if diff := cmp.Diff(want, got[:len(want)]); diff != "" {
		t.Error(diff)
	}
	last := said[len(said)-1]
	if want := "19: solved at 2026-01 in core: there is no number\n  expected  0/1\n  got       none \"no ticket was opened\"\n  the SQL returns no unit for this scope and period"; last != want {
		t.Errorf("got %s", last)
	}
}

// TestMistakes: each text is wrong in the way its comment says, and the answer
// names the line, what was found and what is allowed.
func TestMistakes(t *testing.T) {
	open := opener(t, "sqlite:") // the language is the same on both databases, and this one opens sooner
	for text, want := range map[string]string{
		"evl solved":                          `1: "evl" begins no block; did you mean "eval"?; allowed are zone, tree, param, fx, load, then, eval, rows, judge, expect`,
		"  indented":                          "1: an indented line has nothing above it",
		`tree "all`:                           "1: the quote is not closed",
		"zone Mars/Olympus":                   `1: there is no time zone "Mars/Olympus"`,
		"tree all":                            "1: write tree NODE > NODE > PRODUCT, PRODUCT",
		"param mots 3":                        `1: mots: there is no such parameter; did you mean "most"?`,
		"param most three":                    `1: most: found "three", wanted a whole number`,
		"param strict maybe":                  `1: strict: found "maybe", wanted true or false`,
		"param factor 1,5":                    `1: factor: found "1,5", wanted a finite number`,
		"param late 3m":                       "1: late: found \"3m\", wanted days or weeks",
		"param codes a":                       "1: codes: found texts in the list, wanted whole numbers",
		"param most":                          "1: write param NAME VALUE",
		"zone UTC\n  UTC":                     "2: zone takes no indented lines",
		"fx EUR 2026-01-01 x":                 `1: "x" is no rate`,
		"load tickets\n  id":                  `1: no fact is called "tickets"; did you mean "ticket"?`,
		"load ticket of test":                 "1: write load FACT [from SOURCE]",
		"load ticket":                         "1: load ticket has no header line",
		"load ticket\n  id statuss\n  T1 new": `2: ticket has no column "statuss"; did you mean "status"?`,
		"load ticket\n  id status\n  T1":      "3: 1 cells under 2 columns",
		"load ticket\n  id created_at\n  T1 yesterday":       `3: created_at: "yesterday" is no time`,
		"load ticket\n  id origin\n  T1 custmer":             `3: origin: found "custmer"; did you mean "customer"?; allowed: customer, proactive, internal`,
		"load ticket\n  id is_spam\n  T1 no":                 `3: is_spam: found "no", wanted 0 or 1`,
		tickets:                                              "1: the file expects nothing",
		tickets + "eval solved at 2026-02":                   "9: as of TIME is missing",
		tickets + "eval solved at 2026-02 as of soon":        `9: "soon" is no time`,
		tickets + "eval solved at 2026-13 as of 2026-03-10":  `9: period "2026-13"`,
		tickets + "eval solved at 2026-W06 as of 2026-03-10": "9: solved is not kept by the week; its grains are [month quarter]",
		tickets + "eval other at 2026-02 as of 2026-03-10":   `9: the KPI under test is solved, not "other"`,
		tickets + "eval solved/rat at 2026-02 as of 2026-03": `9: "2026-03" is no time`,
		evalTickets("core/flow 1/1"):                         `10: there is no scope "core/flow" in the tree; did you mean "core/flows"?; there are all, all/flows, all/forms, core, core/flows, core/forms`,
		evalTickets("core stat final"):                       `10: the word "stat" says nothing here; did you mean "state"?; allowed are a value, a fraction, a quoted sentence, none, ci, bounds, n, state, pending, excluded, reason, trailing, restated; the unit of rate is %`,
		evalTickets("core state finl"):                       `10: there is no state "finl"; did you mean "final"?; allowed: open, provisional, maturing, final`,
		evalTickets("core 50.0 pts"):                         `10: the word "pts" says nothing here`,
		evalTickets("core n"):                                "10: n of what? a word is missing after it",
		evalTickets("core n many"):                           `10: n "many" is no whole number`,
		evalTickets("core ci 20"):                            `10: "20" is no range; write low..high`,
		evalTickets("core 1/x"):                              `10: "1/x" is no fraction; write it as 1/2`,
		evalTickets("core"):                                  "10: nothing is said about this scope",
		evalTickets("core 2/3\nexpect not much"):             "11: write expect not NUMBER",
		evalTickets("core 2/3\nexpect not 3 pts"):            `11: the word "pts" says nothing here`,
		"expect not 3":                                       "1: expect not needs an eval before it",
		evalTickets("core 2/3\njudge \"level >= 3 %\" as of 2026-03-10\n  core on_trak"):                `12: there is no status "on_trak"; did you mean "on_track"?`,
		evalTickets("core 2/3\njudge \"level == 3 %\" as of 2026-03-10\n  core on_track"):               `11: `,
		evalTickets("core 2/3\nrows solved at 2026-02 in core as of 2026-03-10\n  T1 - internal"):       "12: after - write excluded REASON",
		evalTickets("core 2/3\nrows solved at 2026-02 in core as of 2026-03-10\n  T1 one"):              `12: "one" is no fraction and no value`,
		"load ticket\n  id product_id\n  T1 flows\neval solved at 2026-02 as of 2026-03-10\n  core 1/1": `5: there is no scope "core": the case has no tree`,
	} {
		_, said := try(t, text, open)
		if len(said) != 1 || !strings.HasPrefix(said[0], want) {
			t.Errorf("%s\nsays %q\nwant %s", text, said, want)
		}
	}
}

func evalTickets(lines string) string {
	return tickets + "eval solved at 2026-02 as of 2026-03-10\n  " + lines
}
