//go:build oldschema

package outbox

// schema of a build that plays the version before, for the proof of upgrades and of the
// way back on a real machine.
const schema = 1
