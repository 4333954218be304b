// Command crieur posts a newsroom's articles to X and Mastodon, each exactly once.
package main

import (
	"os"
	_ "time/tzdata" // a VPS without zone data must not post an hour off
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }
