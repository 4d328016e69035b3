package kpi

// Origin says where a definition was brought in from, in the words of that
// place. It decides nothing: the version of a definition does not cover it.
type Origin struct {
	Owner         string
	URL           string
	Public        bool
	Target        string   // as written there; "" when there is none
	Health        *int     // of GitLab's levels: 3 okay, 2 attention, 1 problem, 0 unknown, -1 confidential
	HealthReasons []string // as written there
	Expr          string   // the target as an expression, where its text can be judged
	NotJudged     string   // the reason where it cannot
	Licence       string   // of the texts
}
