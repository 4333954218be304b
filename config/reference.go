package config

import _ "embed"

// Reference is the annotated crieur.toml: every key, its default, two example
// accounts. "crieur config init" writes it; it loads as it is.
//
//go:embed crieur.toml
var Reference string
