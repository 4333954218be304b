package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"crieur/config"
)

// usageError is a mistake in the command line or the configuration.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

// noCommand makes a mistyped command a usage error with the nearest one.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	msg := fmt.Sprintf("unknown command %q", strings.TrimPrefix(cmd.CommandPath()+" "+args[0], cmd.Root().Name()+" "))
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	near := config.Nearest(args[0], names)
	if begun := cmd.SuggestionsFor(args[0]); near == "" && len(begun) > 0 {
		near = begun[0]
	}
	if near != "" {
		msg += fmt.Sprintf(": did you mean %q?", near)
	}
	return seeHelp(cmd, errors.New(msg))
}

func seeHelp(cmd *cobra.Command, err error) error {
	return usageError{fmt.Errorf("%w (see %q)", err, cmd.CommandPath()+" --help")}
}

// usage makes an error of a cobra argument check say what is wanted, in the words of
// the command's usage line.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check(cmd, args) == nil {
			return nil
		}
		names := argumentNames(cmd)
		want := strings.Join(append([]string{cmd.CommandPath()}, names...), " ")
		switch n := len(names); {
		case n == 0:
			return seeHelp(cmd, fmt.Errorf("%q is one too many: %s takes no argument", args[0], want))
		case len(args) > n:
			return seeHelp(cmd, fmt.Errorf("%q is one too many: want %s", args[n], want))
		default:
			return seeHelp(cmd, fmt.Errorf("%s is missing: want %s", names[len(args)], want))
		}
	}
}

// argumentNames are those of a usage line: "reschedule ID --at TIME" has ID.
func argumentNames(cmd *cobra.Command) (names []string) {
	for _, word := range strings.Fields(cmd.Use)[1:] {
		if strings.HasPrefix(strings.TrimLeft(word, "["), "-") {
			break
		}
		names = append(names, word)
	}
	return names
}

// flagMistake says what is wrong with a flag, and which one was meant.
func flagMistake(cmd *cobra.Command, err error) error {
	if given := cmd.Flags().Args(); cmd.HasAvailableSubCommands() && len(given) > 0 {
		return noCommand(cmd, given) // its flags are unknown because it is
	}
	var unknown *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		return seeHelp(cmd, unknownFlag(cmd, unknown.GetSpecifiedName()))
	case errors.As(err, &invalid):
		return seeHelp(cmd, fmt.Errorf("--%s %q: want %s", invalid.GetFlag().Name, invalid.GetValue(), valueOf(invalid.GetFlag())))
	case errors.As(err, &missing):
		return seeHelp(cmd, fmt.Errorf("--%s: %s is missing", missing.GetFlag().Name, valueOf(missing.GetFlag())))
	}
	return seeHelp(cmd, err)
}

func unknownFlag(cmd *cobra.Command, name string) error {
	names := map[string]string{} // by the way in which Nearest writes them
	var keys []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		key := strings.ReplaceAll(f.Name, "-", "_")
		if names[key] = f.Name; !f.Hidden {
			keys = append(keys, key)
		}
	})
	if near := config.Nearest(name, keys); near != "" {
		return fmt.Errorf("unknown flag --%s: did you mean --%s?", name, names[near])
	}
	return fmt.Errorf("unknown flag --%s", name)
}

// valueOf says what a flag takes.
func valueOf(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "int":
		return "a whole number"
	case "bool":
		return "true or false"
	}
	name, _ := pflag.UnquoteUsage(f)
	return name
}
