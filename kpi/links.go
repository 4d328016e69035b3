package kpi

import (
	"net/url"
	"strings"
)

// LinkTool names the tool behind an address by its host, and where one host holds
// several tools by its path: a FigJam board, a page of Confluence. What it does not
// know is named by its host. A host counts only when it is the tool's own or lies
// below it: figma.com.example is not Figma. The address is one that NoteLinks takes.
func LinkTool(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	for _, t := range linkTools() {
		if (host == t.host || strings.HasSuffix(host, "."+t.host)) && within(u.Path, t.path) {
			return t.name
		}
	}
	for _, own := range []struct{ prefix, name string }{{"confluence.", "Confluence"}, {"jira.", "Jira"}, {"gitlab.", "GitLab"}} {
		if strings.HasPrefix(host, own.prefix) { // a company's own server
			return own.name
		}
	}
	return strings.TrimPrefix(host, "www.")
}

// within says whether a path is one of a folder, or below it; "" holds all.
func within(path, folder string) bool {
	return folder == "" || path == folder || strings.HasPrefix(path, folder+"/")
}

// linkTool is a tool with its host; where a host holds several, those with a path
// stand first.
type linkTool struct{ host, path, name string }

func linkTools() []linkTool {
	return []linkTool{
		{"figma.com", "/board", "FigJam"}, {"figma.com", "/jam", "FigJam"}, {"figma.com", "", "Figma"}, {"miro.com", "", "Miro"}, {"dovetail.com", "", "Dovetail"},
		{"vanta.com", "", "Vanta"}, {"drata.com", "", "Drata"}, {"atlassian.net", "/wiki", "Confluence"}, {"atlassian.net", "", "Jira"},
		{"docs.google.com", "/document", "Google Docs"}, {"docs.google.com", "/spreadsheets", "Google Sheets"}, {"docs.google.com", "/presentation", "Google Slides"},
		{"docs.google.com", "", "Google Docs"}, {"drive.google.com", "", "Google Drive"}, {"notion.so", "", "Notion"}, {"notion.site", "", "Notion"},
		{"github.com", "", "GitHub"}, {"gitlab.com", "", "GitLab"}, {"linear.app", "", "Linear"}, {"slack.com", "", "Slack"}, {"productboard.com", "", "Productboard"},
		{"zendesk.com", "", "Zendesk"}, {"sharepoint.com", "", "SharePoint"}, {"loom.com", "", "Loom"}, {"amplitude.com", "", "Amplitude"},
	}
}
