package dashboards

// Routes is the table of routes as "METHOD /path", for tests outside.
func Routes() []string {
	var out []string
	for _, r := range routes() {
		out = append(out, r.method+" "+r.path)
	}
	return out
}

// Description is the embedded OpenAPI document.
func Description() ([]byte, error) { return embedded.ReadFile("openapi.json") }
