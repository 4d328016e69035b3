// Package kpid holds the files at the top of the repository that the program
// carries with it.
package kpid

import _ "embed"

// ReferenceConfig is config.toml: the sample company's configuration and the
// reference for every key.
//
//go:embed config.toml
var ReferenceConfig string
