package main

import (
	"os/exec"
	"strings"
	"testing"
)

// shellLines complete "crieur cancel " in a real shell and print what it offers.
var shellLines = map[string]string{
	// Bash without its completion package lacks one function, which is all that ours needs of it.
	"bash": `
if [ -r /usr/share/bash-completion/bash_completion ]; then
	source /usr/share/bash-completion/bash_completion
else
	_get_comp_words_by_ref() { words=("${COMP_WORDS[@]}") cword=$COMP_CWORD cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}; }
fi
source <(crieur completion bash)
compopt() { :; } # it works in a line that is typed only
COMP_LINE="crieur cancel " COMP_POINT=14 COMP_TYPE=9 COMP_WORDS=(crieur cancel "") COMP_CWORD=2
__start_crieur crieur "" cancel
printf '%s\n' "${COMPREPLY[@]}"`,
	"zsh": `
autoload -Uz compinit && compinit -D -u
source <(crieur completion zsh)
_describe() { print -rl -- "${completions[@]}"; }
words=(crieur cancel '') CURRENT=3
_crieur`,
	"fish": `crieur completion fish | source; complete -C "crieur cancel "`,
}

// TestShellsCompleteIDs runs with those of the three shells that the machine has; bash
// is always there.
func TestShellsCompleteIDs(t *testing.T) {
	ids := completionWorld(t)
	for shell, script := range shellLines {
		t.Run(shell, func(t *testing.T) {
			args := []string{"-c", script}
			if shell == "zsh" {
				args = []string{"-f", "-c", script}
			}
			if _, err := exec.LookPath(shell); err != nil && shell != "bash" {
				t.Skipf("no %s on this machine", shell)
			}
			out, err := exec.CommandContext(t.Context(), shell, args...).CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := ids.Replace("C") + ".x-main"
			if shell == "fish" {
				want += "\tSecond one"
			} else if shell == "zsh" {
				want += ":Second one"
			}
			if lines := strings.Split(string(out), "\n"); lines[0] != want || !strings.Contains(string(out), ids.Replace("B")+".mastodon") {
				t.Errorf("want %q first, in:\n%s", want, out)
			}
		})
	}
}
