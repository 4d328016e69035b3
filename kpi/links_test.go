package kpi

import "testing"

func TestLinkTool(t *testing.T) {
	for address, want := range map[string]string{
		"https://www.figma.com/board/1/x":                     "FigJam",
		"https://figma.com/board":                             "FigJam",
		"https://www.figma.com/boarding/1":                    "Figma",
		"https://www.figma.com/file/1":                        "Figma",
		"https://FIGMA.com/file/1":                            "Figma",
		"https://figma.com.:443/file/1":                       "Figma",
		"https://figma.com.example/board/1":                   "figma.com.example",
		"https://notfigma.com/board/1":                        "notfigma.com",
		"https://miro.com/app/board/x":                        "Miro",
		"https://acme.dovetail.com/projects/1":                "Dovetail",
		"https://app.vanta.com/c/acme/tests":                  "Vanta",
		"https://app.drata.com/controls":                      "Drata",
		"https://acme.atlassian.net/wiki/spaces/X":            "Confluence",
		"https://acme.atlassian.net/wikipedia":                "Jira",
		"https://acme.atlassian.net/browse/X-1":               "Jira",
		"https://atlassian.net.evil.example/wiki":             "atlassian.net.evil.example",
		"https://docs.google.com/spreadsheets/d/1":            "Google Sheets",
		"https://docs.google.com/document/d/1":                "Google Docs",
		"https://www.notion.so/x":                             "Notion",
		"https://github.com/acme/x":                           "GitHub",
		"https://confluence.acme.example/x":                   "Confluence",
		"https://jira.acme.example/browse/X-1":                "Jira",
		"https://www.wiki.example/a?b=https://figma.com/file": "wiki.example",
	} {
		if got := LinkTool(address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}
