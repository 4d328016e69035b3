package dashboards

// Question asks what one number is made of.
type Question struct {
	Query
	KPI     string
	Measure string // "" is the one the row shows
	Period  string // "" is the newest settled one
	After   string // units after this one
	Limit   int    // at most so many; 0: all
}
