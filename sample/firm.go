package sample

// portfolio is one director's part of the firm, with the story it is to tell.
// The curves are what the generator aims at; what kpid then computes from the
// exports is checked in the tests.
type portfolio struct {
	id       string
	products []int
	join     float64 // share of sign-ups that try one of its products
	// activation is the share of first sign-ups that publish within 14 days.
	activation curve
	// active is the number of accounts active in a week.
	active curve
	// tickets a month per 100 paying accounts.
	tickets curve
	// kept is the share of committed items delivered in the month.
	kept curve
	// expands and leaves are monthly chances of a paid product.
	expands, leaves float64
	// incidents of severity 1 or 2 caused by a change, for each month of history.
	incidents []int
	alignment curve
	nps       curve
}

type product struct {
	id, code, name, service string // our id, the trackers' key, the display name, the on-call service
	portfolio               int
	uses, publishes         string // the event words of its own telemetry
}

var products = []product{
	{"flows", "FLOW", "Flows", "flows-prod", 0, "Flow Run Completed", "Workflow Published"},
	{"forms", "FORM", "Forms", "forms-prod", 0, "Form Submitted", "Form Published"},
	{"approvals", "APPR", "Approvals", "approvals-prod", 0, "Approval Decided", "Approval Rule Published"},
	{"onboarding", "ONB", "Onboarding", "onboarding-prod", 1, "Guide Completed", "Guide Published"},
	{"templates", "TMPL", "Templates", "templates-prod", 1, "Template Used", "Template Published"},
	{"api", "API", "API", "api-gateway", 2, "API Batch Processed", "API Key Put Live"},
	{"admin", "ADM", "Admin Console", "admin-prod", 2, "Policy Applied", "Policy Published"},
}

// workspace roles shipped on 1 September 2026, first in Core Workflows; that is
// what the last knots of its activation and tickets tell.
var portfolios = []portfolio{
	{
		id: "core", products: []int{0, 1, 2}, join: 0.88,
		activation: curve{{date(2024, 7, 1), 0.37}, {date(2025, 7, 1), 0.41}, {date(2026, 2, 1), 0.425}, {date(2026, 6, 1), 0.43}, {date(2026, 8, 1), 0.405}},
		active:     curve{{date(2024, 7, 1), 405}, {date(2025, 9, 15), 460}, {date(2026, 9, 14), 534}},
		tickets:    curve{{date(2024, 7, 1), 5.4}, {date(2025, 8, 1), 5.1}, {date(2026, 5, 1), 4.8}, {date(2026, 8, 1), 5.3}, {date(2026, 9, 1), 5.6}},
		kept:       curve{{date(2024, 7, 1), 0.66}, {date(2025, 7, 1), 0.72}, {date(2026, 7, 1), 0.74}, {date(2026, 8, 1), 0.76}},
		expands:    0.038, leaves: 0.0012,
		incidents: []int{2, 3, 1, 2, 2, 1, 1, 2, 1, 2, 0, 1, 1, 2, 1, 0, 1, 1, 1, 0, 5, 1, 1, 0, 2, 1, 1},
		alignment: curve{{date(2024, 7, 1), 4.0}, {date(2026, 1, 1), 4.2}, {date(2026, 4, 1), 4.3}},
		nps:       curve{{date(2024, 7, 1), 0.26}, {date(2026, 4, 1), 0.34}},
	},
	{
		id: "growth", products: []int{3, 4}, join: 0.8,
		activation: curve{{date(2024, 7, 1), 0.39}, {date(2026, 2, 1), 0.44}, {date(2026, 4, 1), 0.445}, {date(2026, 7, 15), 0.49}},
		active:     curve{{date(2024, 7, 1), 310}, {date(2025, 9, 15), 372}, {date(2026, 9, 14), 478}},
		tickets:    curve{{date(2024, 7, 1), 5.2}, {date(2025, 8, 1), 5.0}, {date(2026, 8, 1), 4.2}},
		kept:       curve{{date(2024, 7, 1), 0.7}, {date(2026, 8, 1), 0.815}},
		expands:    0.062, leaves: 0.0012,
		incidents: []int{1, 0, 2, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0},
		alignment: curve{{date(2024, 7, 1), 4.2}},
		nps:       curve{{date(2024, 7, 1), 0.24}, {date(2026, 4, 1), 0.29}},
	},
	{
		id: "platform", products: []int{5, 6}, join: 0.75,
		activation: curve{{date(2024, 7, 1), 0.5}, {date(2026, 3, 1), 0.53}, {date(2026, 7, 15), 0.66}},
		active:     curve{{date(2024, 7, 1), 325}, {date(2025, 9, 15), 352}, {date(2026, 9, 14), 373}},
		tickets:    curve{{date(2024, 7, 1), 2.6}, {date(2025, 8, 1), 2.6}, {date(2026, 8, 1), 2.4}},
		kept:       curve{{date(2024, 7, 1), 0.72}, {date(2026, 8, 1), 0.667}},
		expands:    0.029, leaves: 0.006,
		incidents: []int{2, 1, 3, 2, 1, 2, 2, 1, 2, 3, 1, 2, 2, 1, 2, 1, 2, 2, 1, 2, 2, 1, 2, 2, 2, 3, 2},
		alignment: curve{{date(2024, 7, 1), 4.05}, {date(2026, 4, 1), 3.8}},
		nps:       curve{{date(2024, 7, 1), 0.27}, {date(2026, 4, 1), 0.22}},
	},
}
