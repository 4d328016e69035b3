package dashboards

import (
	"net/http"
	"net/url"
	"strings"
)

// themeOf reads the reader's choice; anything unknown is the system's.
func themeOf(r *http.Request) string {
	if c, err := r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// theme remembers a choice and goes back to the page it came from.
func (s *server) theme(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badRequest("The form could not be read.", "Send theme=light, theme=dark or theme=system.")
	}
	cookie := &http.Cookie{Name: "theme", Value: r.PostForm.Get("theme"), Path: "/", MaxAge: 365 * 86400,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode}
	switch cookie.Value {
	case "light", "dark":
	case "system":
		cookie.Value, cookie.MaxAge = "", -1
	default:
		return badRequest("There is no theme called "+cut(cookie.Value, 40)+".", "The themes are light, dark and system.")
	}
	http.SetCookie(w, cookie)
	http.Redirect(w, r, localPath(r.PostForm.Get("back")), http.StatusSeeOther)
	return nil
}

// localPath keeps a redirect on this server: a path of ours, never another host.
func localPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Scheme != "" || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "//") || strings.ContainsAny(p, "\\\r\n\t") {
		return "/"
	}
	return u.RequestURI()
}
