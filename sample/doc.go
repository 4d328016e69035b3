// Package sample writes the exports of Larkfield, an invented B2B SaaS firm, so
// that kpid has real-looking input on a machine with no accounts anywhere.
//
// The files look as the vendors' exports would: their column names, their words,
// their time formats. Nothing in them is ours; the manifests beside this package
// (crm.toml, billing.toml, …) map them to facts as any other source's would.
// The blemishes of real data are put in on purpose and listed in README.md.
//
// The same seed gives the same bytes. Every table draws from its own random
// stream, so a change to one table leaves the others as they were.
package sample
