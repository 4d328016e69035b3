package dashboards

import "net/http"

func (s *server) kpi(w http.ResponseWriter, r *http.Request) error { return notFound("x") }
