// Package dashboards serves the pages, the API and the metrics.
package dashboards
