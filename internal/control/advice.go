package control

import (
	"fmt"
	"strings"

	"crieur/config"
	"crieur/internal/article"
	"crieur/internal/delivery"
	"crieur/internal/dispatch"
	"crieur/internal/teaser"
	"crieur/internal/textlen"
)

// mostOnX is X's own advice for automated accounts (decision 0006).
const mostOnX = 2

// This file tells what is allowed, and would be better otherwise.

// tellReaders warns of what keeps people who do not see from an article's posts.
func tellReaders(p *Preview, a article.Article) {
	if a.Image != "" && strings.TrimSpace(a.ImageAlt) == "" {
		p.Article.Warnings = append(p.Article.Warnings, "the image has no alt text: who does not see it learns nothing of it: say in image_alt what it shows")
	}
	told := map[string]bool{}
	for _, post := range p.Posts {
		for _, tag := range teaser.Hashtags(post.Text) {
			if told[tag] {
				continue
			}
			told[tag] = true
			better, is := teaser.RunTogether(tag, a.Title+"\n"+a.Teaser+"\n"+a.Body)
			switch {
			case is && better != "":
				p.Article.Warnings = append(p.Article.Warnings, fmt.Sprintf("screen readers read %s as one word: write %s", tag, better))
			case is:
				p.Article.Warnings = append(p.Article.Warnings, fmt.Sprintf("screen readers read %s as one word: if it is several, begin each with a capital (#LikeThis)", tag))
			}
		}
	}
}

// tellHashtags warns of more than the platform advises.
func tellHashtags(p *PreviewPost) {
	if n := len(teaser.Hashtags(p.Text)); p.Platform == config.PlatformX && n > mostOnX {
		p.Warnings = append(p.Warnings, fmt.Sprintf("%d hashtags: X advises automated accounts to use at most two (max_hashtags = 2 in the account holds to that)", n))
	}
}

// tellDearer warns where a link that somebody wants makes the post dearer; accidental
// ones were told before. Whoever enqueues knows it, so it is told by Preview alone.
func tellDearer(p *PreviewPost, a dispatch.Account, page string) {
	_, harmless := teaser.Accidents(p.Text, page)
	without := a.Cost("")
	if p.Media != nil {
		without += a.MediaCost(&delivery.Media{Alt: p.Media.Alt}).USD()
	}
	if a.Platform != config.PlatformX || len(textlen.XURLs(harmless)) == 0 || p.CostUSD <= without {
		return
	}
	way := "link = false in the account posts without it"
	if !a.Link {
		way = "it stands in the text"
	}
	p.Warnings = append(p.Warnings, fmt.Sprintf("the link makes the post cost $%.3f instead of $%.3f: %s", p.CostUSD, without, way))
}

// account is a configured one; the names in a preview are theirs.
func (s *Service) account(name string) (dispatch.Account, bool) {
	for _, a := range s.Engine.Accounts() {
		if a.Name == name {
			return a, true
		}
	}
	return dispatch.Account{}, false
}
