//go:build !oldschema

package outbox

// schema is the version of everything on disk. Raise it with every change that an
// older crieur would misread, or that this one misses in an older store, and append the
// step that leads there: see testdata/README.md.
const schema = 2
