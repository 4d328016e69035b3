package dashboards

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
)

//go:embed assets pages openapi.json
var embedded embed.FS

// bundles are the files pages link to, each made of embedded files in order.
// The chart library is there only when it was fetched before the build.
func bundles() []struct {
	name, ext string
	parts     []string
	optional  bool
} {
	return []struct {
		name, ext string
		parts     []string
		optional  bool
	}{
		{"kpid", "css", []string{"assets/tokens.css", "assets/base.css", "pages/weekly/page.css", "pages/weekly/notes.css",
			"pages/firstrun/page.css", "pages/error/page.css", "assets/print.css"}, false},
		// what the page of every Monday does not need; print rules come last in both
		{"pages", "css", []string{"pages/kpi/page.css", "pages/kpi/notes.css", "pages/kpi/field.css", "pages/kpi/restatements.css", "pages/kpi/segments.css",
			"pages/kpi/whyparts.css", "pages/kpi/defhistory.css", "pages/kpi/bets.css", "pages/why/page.css", "pages/sources/page.css", "pages/definitions/page.css", "pages/defversion/page.css",
			"pages/rollup/page.css", "pages/help/page.css", "pages/qbr/page.css", "pages/bets/page.css", "pages/notes/page.css", "pages/roadmap/page.css",
			"pages/enter/page.css", "pages/diff/page.css", "pages/document/page.css", "assets/print.css"}, false},
		{"kpid", "js", []string{"assets/kpid.js"}, false},
		{"echarts", "js", []string{"assets/vendor/echarts.min.js"}, true},
	}
}

// asset is one file served under a name that holds its hash.
type asset struct {
	URL   string
	kind  string
	plain []byte
	gzip  []byte
}

// assets by plain name ("kpid.css") and by URL.
type assets struct {
	byName map[string]*asset
	byURL  map[string]*asset
	hash   string // of all of them
}

func loadAssets(files fs.FS) (*assets, error) {
	all := &assets{byName: map[string]*asset{}, byURL: map[string]*asset{}}
	sum := sha256.New()
	for _, b := range bundles() {
		text, err := concat(files, b.parts)
		if b.optional && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("dashboards: asset %s.%s: %w", b.name, b.ext, err)
		}
		a, err := newAsset(b.name, b.ext, text)
		if err != nil {
			return nil, fmt.Errorf("dashboards: asset %s.%s: %w", b.name, b.ext, err)
		}
		all.byName[b.name+"."+b.ext], all.byURL[a.URL] = a, a
		sum.Write([]byte(a.URL))
	}
	all.hash = hex.EncodeToString(sum.Sum(nil))[:12]
	return all, nil
}

func concat(files fs.FS, parts []string) ([]byte, error) {
	var out bytes.Buffer
	for _, name := range parts {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		out.Write(b)
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
}

func newAsset(name, ext string, text []byte) (*asset, error) {
	hash := sha256.Sum256(text)
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return &asset{
		URL:   fmt.Sprintf("/static/%s.%s.%s", name, hex.EncodeToString(hash[:])[:12], ext),
		kind:  mime.TypeByExtension(path.Ext("x." + ext)),
		plain: text,
		gzip:  packed.Bytes(),
	}, nil
}

// url of an asset, "" when this build does not have it.
func (a *assets) url(name string) string {
	if f, ok := a.byName[name]; ok {
		return f.URL
	}
	return ""
}

// static serves an asset; the name holds the hash, so it never changes.
func (s *server) static(w http.ResponseWriter, r *http.Request) error {
	a, ok := s.assets.byURL[r.URL.Path]
	if !ok {
		return notFound("There is no file called " + path.Base(r.URL.Path) + ".")
	}
	h := w.Header()
	h.Set("Content-Type", a.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Add("Vary", "Accept-Encoding")
	body := a.plain
	if acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = a.gzip
	}
	_, err := w.Write(body)
	return err
}

// acceptsGzip reads Accept-Encoding; "gzip;q=0" refuses it.
func acceptsGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == "gzip" {
			q := strings.ReplaceAll(params, " ", "")
			return strings.Trim(strings.TrimPrefix(q, "q="), "0.") != "" || q == ""
		}
	}
	return false
}
