// Package failpoint names the moments between two steps at which the crash harness
// ends the process. A binary built as usual has none: Reach is empty and inlined
// away. Built with -tags failpoints, the process that is started with
//
//	CRIEUR_FAILPOINT=NAME or NAME:N
//
// kills itself with SIGKILL when it reaches NAME for the first, or the Nth, time: no
// deferred call runs, nothing is flushed, as when the machine loses its power.
package failpoint

// Variable names the environment variable.
const Variable = "CRIEUR_FAILPOINT"
