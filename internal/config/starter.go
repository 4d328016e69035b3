package config

import _ "embed"

//go:embed starter.toml
var starter string

// Starter is the file that kpid init writes: valid and empty, with one
// portfolio, one target and one source as comments to uncomment.
func Starter() string { return starter }
