// Command crieur posts a newsroom's articles to X and Mastodon, each exactly once.
package main

import (
	"net/http"
	"os"
	_ "time/tzdata" // a VPS without zone data must not post an hour off

	"github.com/spf13/cobra"

	"crieur/internal/alert"
)

func main() {
	// The alert services' library uses it and reads whole answers; nothing of ours does.
	if t, ok := http.DefaultTransport.(*http.Transport); ok {
		alert.BoundAnswers(t)
	}
	cobra.EnableCommandSorting = false // help is in the order in which a newcomer needs it
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
