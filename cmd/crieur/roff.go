package main

import "strings"

// roff is a manual page in the language of man(7), as far as ours need it. The library
// that cobra brings for this goes through Markdown, where our plain text means other
// things, and costs two further modules.
type roff struct{ b strings.Builder }

var (
	roffText = strings.NewReplacer(`\`, `\e`)
	// As typed: no hyphen for a minus, no typographic quotes.
	roffCode = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`)
)

// line writes a line of text that is no request, however it begins.
func (r *roff) line(escaped string) {
	if strings.HasPrefix(escaped, ".") || strings.HasPrefix(escaped, "'") {
		r.b.WriteString(`\&`)
	}
	r.b.WriteString(escaped + "\n")
}

func (r *roff) request(name string, args ...string) {
	r.b.WriteString("." + name)
	for _, a := range args {
		r.b.WriteString(` "` + strings.ReplaceAll(roffText.Replace(a), `"`, `\(dq`) + `"`)
	}
	r.b.WriteByte('\n')
}

// prose writes paragraphs, which blank lines divide; indented lines stay as they are.
func (r *roff) prose(text string) {
	r.paragraphs(text, "PP")
}

func (r *roff) paragraphs(text, between string) {
	begun, asIs := false, false
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		indented := strings.HasPrefix(line, "  ")
		if indented != asIs {
			r.request(map[bool]string{true: "EX", false: "EE"}[indented])
			asIs = indented
		}
		switch {
		case line == "" && begun:
			r.request(between)
		case indented:
			r.line(roffCode.Replace(line))
		case line != "":
			r.line(roffText.Replace(line))
		}
		begun = true
	}
	if asIs {
		r.request("EE")
	}
}

// item is a term with what it means.
func (r *roff) item(term, text string) {
	r.request("TP")
	r.line(`\fB` + roffCode.Replace(term) + `\fR`)
	r.paragraphs(text, "IP")
}

// example writes lines as they are typed, without the indent that they have in --help.
func (r *roff) example(text string) {
	r.request("EX")
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		r.line(roffCode.Replace(strings.TrimPrefix(line, "  ")))
	}
	r.request("EE")
}
