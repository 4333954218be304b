package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// withSubcommands are a command and all below it.
func withSubcommands(cmd *cobra.Command) []*cobra.Command {
	out := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		out = append(out, withSubcommands(sub)...)
	}
	return out
}

// completeFlags gives each flag of a command that takes a value its completion, that
// named "" where it has none of its own.
func completeFlags(cmd *cobra.Command, by map[string]completeFunc) {
	cmd.LocalNonPersistentFlags().VisitAll(func(f *pflag.Flag) { completeFlag(cmd, f, by) })
	cmd.PersistentFlags().VisitAll(func(f *pflag.Flag) { completeFlag(cmd, f, by) })
}

func completeFlag(cmd *cobra.Command, f *pflag.Flag, by map[string]completeFunc) {
	if f.Value.Type() == "bool" {
		return
	}
	if _, has := cmd.GetFlagCompletionFunc(f.Name); has {
		return
	}
	complete := by[f.Name]
	if complete == nil {
		complete = by[""]
	}
	_ = cmd.RegisterFlagCompletionFunc(f.Name, complete) // it is there, and has none
}

// wrongValue names what is possible.
func wrongValue(what, got string, want ...string) error {
	return fmt.Errorf("%s %q: want %s", what, got, strings.Join(want, ", "))
}
