package dashboards

import (
	"net/http"

	"github.com/kpid/kpid/kpi"
)

// navLink is a page of the top bar. Key is what follows g on the keyboard.
type navLink struct {
	Text, URL, Key string
	Current        bool
}

// Nav lists the pages of the top bar, in the order they are opened in.
func (b base) Nav() []navLink {
	var out []navLink
	add := func(here, text, url, key string) {
		if url != "" {
			out = append(out, navLink{text, url, key, b.Here == here})
		}
	}
	own := func(page string) string {
		if b.Portfolio == "" {
			return ""
		}
		return "/p/" + b.Portfolio + page
	}
	add("weekly", "Weekly", b.Weekly, "w")
	add("qbr", "QBR", own("/qbr"), "q")
	add("rollup", "Roll-up", b.Rollup, "r")
	add("bets", "Bets", own("/bets"), "b")
	add("sources", "Sources", "/sources", "s")
	return out
}

// ownPortfolio is the portfolio a page is about, else the reader's own; "" while
// none has a scorecard.
func ownPortfolio(site Site, r *http.Request) string {
	if id := r.PathValue("portfolio"); judged(site, id) {
		return id
	}
	for _, p := range site.Tree.Portfolios {
		if p.Owner == site.Person.ID && judged(site, p.ID) {
			return p.ID
		}
	}
	if len(site.Judged) > 0 {
		return site.Judged[0]
	}
	return ""
}

// lastQuarter is the quarter that ended most recently.
func lastQuarter(site Site) kpi.Period {
	return site.Calendar.Ended(kpi.Quarter, site.Now())
}
