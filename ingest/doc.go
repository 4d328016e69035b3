// Package ingest brings records from sources into facts.
package ingest
