package dashboards_test

import (
	"context"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// rewritten is a company whose definitions have hostile reasons, or no version at all.
type rewritten struct {
	*dashtest.Reader
	versions []dashboards.DefinitionVersion
}

func (r rewritten) Versions(context.Context, string) ([]dashboards.DefinitionVersion, error) {
	return r.versions, nil
}

func TestDefinitionHistory(t *testing.T) {
	part := section(t, get(t, serve(t, dashtest.New()), "/p/core/k/activation_rate").Body.String(), "h-def")
	// 20 and 90 days before 21 September
	same(t, "versions", texts(part, `<li>(.*?)</li>`), []string{"v2 since 1 Sep 2026, by P. Nairthe window is 14 days", "v1 since 23 Jun 2026, by M. Okaforfirst"})
	reader := rewritten{dashtest.New(), nil}
	if got := texts(section(t, get(t, serve(t, reader), "/p/core/k/activation_rate").Body.String(), "h-def"), `<summary>(.*?)</summary>`); len(got) != 0 {
		t.Errorf("no version, and a history: %v", got)
	}
	d, _ := reader.Definition("activation_rate")
	reader.versions = []dashboards.DefinitionVersion{{Number: 1, Hash: d.Hash, By: "root<b>", Reason: "</details><script>"}}
	part = section(t, get(t, serve(t, reader), "/p/core/k/activation_rate").Body.String(), "h-def")
	same(t, "hostile", texts(part, `<li>(.*?)</li>`), []string{"v1 (in force) since 1 Jan 1970, by root&lt;b&gt;&lt;/details&gt;&lt;script&gt;"})
	same(t, "how many", texts(part, `<summary>(.*?)</summary>`), []string{"History, 1 version"})
}
