package dashboards

import (
	"net/http"
	"strings"
)

// KPIName is a KPI a reader may look for.
type KPIName struct{ ID, Name string }

// mostOffered is how many KPIs the search field offers while somebody types; a
// catalog with more of them is searched on its own page.
const mostOffered = 100

// Offered are the names the search field completes.
func (b base) Offered() []KPIName {
	if len(b.Site.KPIs) > mostOffered {
		return nil
	}
	return b.Site.KPIs
}

// findView lists what a search found.
type findView struct {
	base
	Query string
	Said  string
	Found []link
	Near  []link
}

// find answers /find: the one KPI that is meant, or a list of those that may be.
func (s *server) find(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	if err := only(params, "q", "portfolio", "w"); err != nil {
		return err
	}
	site := s.reader.Site()
	portfolio := params.Get("portfolio")
	if !judged(site, portfolio) {
		portfolio = ownPortfolio(site, r)
	}
	if portfolio == "" {
		return notFound("There is nothing to find: no portfolio has a scorecard yet.")
	}
	open := func(k KPIName) link {
		return link{k.Name, address("/p/"+portfolio+"/k/"+k.ID, "w", params.Get("w"))}
	}
	query := strings.Join(strings.Fields(cut(params.Get("q"), 200)), " ")
	found := matching(query, site.KPIs)
	if len(found) == 1 {
		http.Redirect(w, r, open(found[0]).URL, http.StatusFound)
		return nil
	}
	v := findView{base: s.base(r, "", "Find a KPI"), Query: query}
	for _, k := range found {
		v.Found = append(v.Found, open(k))
	}
	switch {
	case query == "":
		v.Said = plural(len(found), "KPI", "KPIs") + ", all there are."
	case len(found) > 0:
		v.Said = plural(len(found), "KPI matches", "KPIs match") + " “" + query + "”."
	default:
		v.Said = "No KPI matches “" + query + "”."
		v.Near = meant(query, site.KPIs, open)
	}
	return s.page(w, "find", v)
}

// matching are the KPIs whose name has every word that was typed, or when there is
// none whose id has; one that is written out in full is the only one.
func matching(query string, among []KPIName) []KPIName {
	query = strings.ToLower(query)
	var byName, byID []KPIName
	for _, k := range among {
		name := strings.ToLower(k.Name)
		if query == name || query == k.ID {
			return []KPIName{k}
		}
		if hasWords(name, query) {
			byName = append(byName, k)
		}
		if hasWords(k.ID, query) {
			byID = append(byID, k)
		}
	}
	if len(byName) > 0 {
		return byName
	}
	return byID
}

func hasWords(text, words string) bool {
	for _, word := range strings.Fields(words) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// meant are up to three KPIs with a name or id that is nearly what was typed.
func meant(query string, among []KPIName, open func(KPIName) link) []link {
	by := map[string]KPIName{}
	var names []string
	for _, k := range among {
		for _, name := range []string{strings.ToLower(k.Name), k.ID} {
			by[name] = k
			names = append(names, name)
		}
	}
	var out []link
	seen := map[string]bool{}
	for _, name := range nearest(query, names) {
		if k := by[name]; !seen[k.ID] {
			seen[k.ID] = true
			out = append(out, open(k))
		}
	}
	return out
}
