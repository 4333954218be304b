package control

import (
	"fmt"
	"strings"

	"crieur/config"
	"crieur/internal/dispatch"
	"crieur/internal/teaser"
	"crieur/internal/textlen"
)

// tellLinks says why the post costs what it does, and which of its words become
// links by accident. Only X makes links of bare domains, and only X bills them.
func tellLinks(p *PreviewPost, a dispatch.Account, page string) {
	p.Links, p.Warnings = []PreviewLink{}, []string{}
	if a.Platform != config.PlatformX {
		return
	}
	found, harmless := teaser.Accidents(p.Text, page)
	p.CostReason = costReason(p, a, harmless)
	for _, f := range found {
		p.Links = append(p.Links, PreviewLink(f))
		p.Warnings = append(p.Warnings, fmt.Sprintf("%q becomes a link to the stranger's domain %s%s: %s",
			f.Text, f.Domain, priceOfAccident(p.CostUSD, a.Cost(harmless), len(found)), wayOut(f, a.Template)))
	}
}

// costReason names what the price depends on; empty where nothing is billed.
// harmless is the post without its accidental links.
func costReason(p *PreviewPost, a dispatch.Account, harmless string) string {
	if p.CostUSD == 0 {
		return ""
	}
	plain := a.Cost("")
	reason := "with a link"
	switch {
	case len(textlen.XURLs(p.Text)) == 0:
		return "without a link"
	case len(textlen.XURLs(harmless)) == 0:
		reason = "with an accidental link"
	case !a.Link:
		reason = "with a link in the text"
	}
	if plain == p.CostUSD {
		return reason
	}
	return fmt.Sprintf("%s (without: $%.3f)", reason, plain)
}

func priceOfAccident(with, without float64, accidents int) string {
	switch {
	case with == 0:
		return ""
	case with == without:
		return fmt.Sprintf(" (the post costs $%.3f with or without it)", with)
	case accidents > 1:
		return fmt.Sprintf(" and, with the other accidental links, makes the post cost $%.3f instead of $%.3f", with, without)
	}
	return fmt.Sprintf(" and makes the post cost $%.3f instead of $%.3f", with, without)
}

// wayOut tells how to write the word. A joiner cannot be seen, so the spelling that
// can be typed stands beside it.
func wayOut(f teaser.Accident, template string) string {
	const joiner = "\u2060"
	switch {
	case f.Proposal == "":
		return "no harmless spelling is known, write it without the dot"
	case strings.Contains(template, f.Text):
		return fmt.Sprintf(`write "%s" with an invisible word joiner, in the account's template as "%s"`, f.Proposal, strings.ReplaceAll(f.Proposal, joiner, `\u2060`))
	}
	return fmt.Sprintf(`write "%s" with an invisible word joiner, in the article as "%s"`, f.Proposal, strings.ReplaceAll(f.Proposal, joiner, "&NoBreak;"))
}
