package article

import _ "embed"

//go:embed testdata/openai-contrat-defense.txt
var sample string

// Sample is a real article of a newsroom with its real damage: what the demo
// posts, and the first case of every test.
func Sample() []byte { return []byte(sample) }
