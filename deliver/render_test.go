package deliver_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/kpid/kpid/deliver"
	"github.com/kpid/kpid/deliver/delivertest"
	"github.com/kpid/kpid/kpi"
	"github.com/kpid/kpid/kpi/scorecard"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := "testdata/" + name
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-file +got):\n%s", path, diff)
	}
}

// ordinary is a week with one of everything.
func ordinary() deliver.Facts {
	f := delivertest.Facts(delivertest.Row("activation_rate", "Activation rate", kpi.OffTrack),
		delivertest.Signalled(delivertest.Row("ticket_rate", "Support tickets per 100 accounts", kpi.OnTrack), "2026-W38", false),
		delivertest.Row("nrr", "Net revenue retention", kpi.AtRisk), delivertest.Row("ces", "Customer effort", kpi.Exceeding))
	f.Card.Trust.Late = []scorecard.Late{{Source: "helpdesk", State: "stale", Behind: "4 d late", KPIs: []string{"A", "B", "C", "D"}}}
	f.Unexplained = []scorecard.Row{f.Card.KPIs[0], f.Card.KPIs[2]}
	f.Overdue = []kpi.Action{{Said: kpi.Said{ID: 7, Portfolio: "core", Text: "Call ten accounts"}, Due: kpi.Date{Year: 2026, Month: 9, Day: 11}, Owner: "m.okafor", State: kpi.ActionOpen}}
	f.Person = func(string) string { return "Mina Okafor" }
	return f
}

// red is 300 KPIs that turn red at once.
func red() (deliver.Facts, []deliver.Line) {
	before, after := delivertest.Many(300, kpi.OnTrack), delivertest.Many(300, kpi.OffTrack)
	was, now := deliver.Take(before, 0, nil), deliver.Take(after, 0, nil)
	return after, deliver.Compare(after, was, now)
}

// messages by name of the goldens.
func messages() map[string]deliver.Message {
	redFacts, lines := red()
	hostile := delivertest.Hostile()
	calm := ordinary()
	was := deliver.Take(delivertest.Facts(delivertest.Row("activation_rate", "Activation rate", kpi.OnTrack), delivertest.Row("nrr", "", kpi.AtRisk),
		delivertest.Row("ticket_rate", "", kpi.OnTrack), delivertest.Row("ces", "", kpi.Exceeding)), 0, nil)
	weekly := calm.Digest(delivertest.Reader(), deliver.Compare(calm, was, deliver.Take(calm, 0, nil)), delivertest.Now())
	weekly.Charts = []deliver.Chart{{KPI: "activation_rate", Alt: "Activation rate by week", PNG: []byte("\x89PNG")}}
	bad := hostile.Digest(delivertest.Reader(), nil, delivertest.Now())
	bad.Charts = []deliver.Chart{{KPI: "kpi_0", Alt: `"><script>alert(1)</script>`, PNG: []byte("\x89PNG")}}
	return map[string]deliver.Message{
		"weekly":  weekly,
		"red":     redFacts.Alert(delivertest.Reader(), lines, "x", delivertest.Now()),
		"hostile": bad,
		"steady":  delivertest.Many(3, kpi.OnTrack).Still(delivertest.Reader(), "2026-Q3", delivertest.Now()-90*24*3600*1000, delivertest.Now()),
	}
}

func indented(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", " "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	return out.Bytes()
}

// TestForms: every message in every form keeps to what the channel publishes, and
// looks as it did when somebody last read it.
func TestForms(t *testing.T) {
	for name, m := range messages() {
		t.Run(name, func(t *testing.T) {
			slack := deliver.Slack(m, "F123").JSON()
			for _, bad := range delivertest.CheckSlack(slack) {
				t.Errorf("Slack: %s", bad)
			}
			golden(t, name+".slack.json", indented(t, slack))
			teams := deliver.Teams(m)
			for _, bad := range delivertest.CheckTeams(teams) {
				t.Errorf("Teams: %s", bad)
			}
			golden(t, name+".teams.json", indented(t, teams))
			golden(t, name+".webhook.json", indented(t, deliver.Webhook(m)))
			mail, err := deliver.MailOf(m)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".mail.txt", []byte("Subject: "+mail.Subject+"\n\n"+mail.Text))
			golden(t, name+".mail.html", []byte(mail.HTML))
			for form, text := range map[string]string{"Slack": string(slack), "Teams": string(teams), "text": mail.Text, "HTML": mail.HTML} {
				if !strings.Contains(text, m.ID) {
					t.Errorf("%s does not show the id %s", form, m.ID)
				}
			}
		})
	}
}

// TestThreeHundredAtOnce: that is one message, which counts what it leaves out.
func TestThreeHundredAtOnce(t *testing.T) {
	m := messages()["red"]
	if len(m.Sections) != 1 || len(m.Sections[0].Lines) != 12 || m.Sections[0].More != 288 {
		t.Fatalf("%d sections, %d lines and %d more", len(m.Sections), len(m.Sections[0].Lines), m.Sections[0].More)
	}
	for form, text := range map[string]string{"Slack": string(deliver.Slack(m, "").JSON()), "Teams": string(deliver.Teams(m))} {
		if !strings.Contains(text, "and 288 more") {
			t.Errorf("%s does not count the rest", form)
		}
	}
}

// TestHostileNamesAreInert: what somebody calls a thing is text in each form.
func TestHostileNamesAreInert(t *testing.T) {
	m := messages()["hostile"]
	mail, err := deliver.MailOf(m)
	if err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(mail.Subject, "\r\n\x00\x1b") {
		t.Errorf("the subject %q has more than one line", mail.Subject)
	}
	for _, line := range strings.Split(mail.Text, "\n") {
		if strings.HasPrefix(line, "Bcc:") || strings.HasPrefix(line, "Subject:") {
			t.Errorf("a name makes a line of its own: %q", line)
		}
	}
	page, err := html.Parse(strings.NewReader(mail.HTML))
	if err != nil {
		t.Fatal(err)
	}
	for n := range page.Descendants() {
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "script", n.Data == "img" && !strings.HasPrefix(attribute(n, "src"), "cid:chart"), attribute(n, "onerror") != "":
			t.Errorf("a name makes an element: <%s %v>", n.Data, n.Attr)
		case n.Data == "a" && !strings.HasPrefix(attribute(n, "href"), "https://kpid.example.com/"):
			t.Errorf("a name makes a link: %v", n.Attr)
		}
	}
	for form, text := range map[string]string{"Slack": string(deliver.Slack(m, "").JSON()), "Teams": string(deliver.Teams(m)), "text": mail.Text, "HTML": mail.HTML} {
		if i := strings.IndexAny(text, "\u202e\u202c\u2066\u2069\x00\x1b"); i >= 0 {
			t.Errorf("%s: a character that turns or controls text at %d", form, i)
		}
	}
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// TestNoAddressNoLinks: where kpid does not know its own address it makes none up.
func TestNoAddressNoLinks(t *testing.T) {
	r := delivertest.Reader()
	r.PublicURL = ""
	m := ordinary().Digest(r, nil, delivertest.Now())
	mail, err := deliver.MailOf(m)
	if err != nil {
		t.Fatal(err)
	}
	for form, text := range map[string]string{"Slack": string(deliver.Slack(m, "").JSON()), "text": mail.Text, "HTML": mail.HTML} {
		if strings.Contains(text, "/p/core") || strings.Contains(text, "<a ") {
			t.Errorf("%s has a link: %s", form, text)
		}
	}
}

// TestTeamsPictures: a picture goes with the card when it fits into 28 KB.
func TestTeamsPictures(t *testing.T) {
	m := messages()["weekly"]
	if !strings.Contains(string(deliver.Teams(m)), "data:image/png;base64,iVBORw==") {
		t.Error("a small picture was left out")
	}
	red := messages()["red"]
	red.Charts = []deliver.Chart{{KPI: "kpi_000", Alt: "x", PNG: make([]byte, 15_900)}}
	if card := string(deliver.Teams(red)); !strings.Contains(card, "data:image") || !strings.Contains(card, "and 290 more") || len(card) > 28*1024 {
		t.Errorf("two of twelve lines should make room for a picture: %d bytes", len(card))
	}
	m.Charts[0].PNG = make([]byte, 30_000)
	card := deliver.Teams(m)
	if strings.Contains(string(card), "data:image") || len(card) > 28*1024 {
		t.Errorf("a card of %d bytes with a picture that does not fit", len(card))
	}
}
