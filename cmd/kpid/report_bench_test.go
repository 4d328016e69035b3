package main

import (
	"io"
	"testing"

	"github.com/kpid/kpid/dashboards"
	"github.com/kpid/kpid/dashboards/dashtest"
)

// BenchmarkReviews writes the reviews of eight portfolios of 24 KPIs in every format,
// from an invented company: what is measured is kpid's own part, without a store.
func BenchmarkReviews(b *testing.B) {
	r := dashtest.New()
	quarter, err := r.Company.Calendar.Period("2026-Q2")
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range formats() {
		b.Run(f.Name, func(b *testing.B) {
			for b.Loop() {
				for range 8 {
					pack, err := dashboards.NewPack(b.Context(), r, "core", quarter)
					if err != nil {
						b.Fatal(err)
					}
					if err := f.Write(io.Discard, pack.Document(false, "")); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
	b.Run("freeze", func(b *testing.B) {
		for b.Loop() {
			for range 8 {
				pack, err := dashboards.NewPack(b.Context(), r, "core", quarter)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := pack.Encode(); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
