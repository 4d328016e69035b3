// Package manifest reads the TOML files that say how a source's records become
// facts. A manifest carries no code: paths into records, constants, maps of
// words and a closed list of conversions, so a company's own columns become
// facts without a line of Go.
package manifest
