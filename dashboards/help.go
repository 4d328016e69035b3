package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
)

// helpView says what the marks mean and which keys there are.
type helpView struct {
	base
	Keys  []keyHelp
	Marks []markHelp
}

type markHelp struct {
	Status kpi.Status
	Means  string
}

type keyHelp struct {
	Keys []string
	Does string
}

// help answers /help.
func (s *server) help(w http.ResponseWriter, r *http.Request) error {
	if err := only(r.URL.Query()); err != nil {
		return err
	}
	return s.page(w, "help", helpView{base: s.base(r, "help", "Keys and marks"), Keys: []keyHelp{
		{[]string{"/"}, "find a KPI: type, choose with the arrows, Enter"},
		{[]string{"[", "]"}, "the week or quarter before, after"},
		{[]string{"j", "k"}, "the next, the previous row of the scorecard"},
		{[]string{"Enter"}, "open it"},
		{[]string{"Esc"}, "back to the scorecard, at the same row"},
		{[]string{"1", "2", "3"}, "on a KPI: chart, process, table"},
		{[]string{"g w"}, "Weekly"}, {[]string{"g q"}, "QBR"}, {[]string{"g r"}, "Roll-up"}, {[]string{"g b"}, "Bets"}, {[]string{"g s"}, "Sources"},
		{[]string{"?"}, "this list"},
	}, Marks: []markHelp{
		{kpi.Exceeding, "past the far edge of the target"},
		{kpi.OnTrack, "at or past the edge that is due by now"},
		{kpi.AtRisk, "short of that edge and within the warn line, or held down by a guardrail"},
		{kpi.OffTrack, "past the warn line"},
		{kpi.MaturingNow, "no period has had its full time yet"},
		{kpi.NotEnoughData, "fewer than the KPI needs to be judged"},
		{kpi.NoData, "nothing was received"},
	}})
}

// keys remembers whether single keys do anything (WCAG 2.1.4), and goes back.
func (s *server) keys(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "Send keys=on or keys=off.")
	}
	cookie := &http.Cookie{Name: "keys", Value: "off", Path: "/", MaxAge: 365 * 86400, HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode}
	switch r.PostForm.Get("keys") {
	case "off":
	case "on":
		cookie.Value, cookie.MaxAge = "", -1
	default:
		return badRequest("Keys can be on or off.", "Send keys=on or keys=off.")
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, "/help", http.StatusSeeOther)
	return nil
}

// noKeys is a reader who turned the single keys off.
func noKeys(r *http.Request) bool {
	c, err := r.Cookie("keys")
	return err == nil && c.Value == "off"
}
