package article

import "testing"

const yamlArticle = `---
# a comment
title: "Le budget : voté"
teaser: >-
  La ville vote
  le budget 🗳️ #Ville
source: https://example.com/a
link: https://blog.example.com/budget
language: fr
tags: [Budget, "#ville", Économie]
image: https://example.com/a.png
image_alt: Une urne
at: 2026-11-24 18:30
expires: 48h
accounts:
  - x
  - mastodon
slug: le-budget
content_warning: Politique
---

# Le budget : voté

Un *paragraphe* &amp; [un lien](https://e.org/).

Source: https://example.com/a

## Les **faits**

- un
- deux

` + "```\n## code\n\nSource: https://f.org/\n```" + `

Suite
=====

Fin.

Redirection en cours...
`

const tomlArticle = `+++
title = "Le budget : voté" # a comment
teaser = """
La ville vote le budget 🗳️ #Ville"""
source = "https://example.com/a"
link = 'https://blog.example.com/budget'
language = "fr"
tags = "Budget, #ville, Économie"
image = "https://example.com/a.png"
image_alt = "Une urne"
at = 2026-11-24T18:30:00
expires = "48h"
accounts = ["x", "mastodon"]
slug = "le-budget"
content_warning = "Politique"
+++
`

func TestMarkdownWithFrontMatterIsTakenApart(t *testing.T) {
	want := Article{
		Title:          "Le budget : voté",
		Slug:           "le-budget",
		Teaser:         "La ville vote le budget 🗳️",
		Tags:           []string{"Budget", "ville", "Économie"},
		Source:         "https://example.com/a",
		Link:           "https://blog.example.com/budget",
		Language:       "fr",
		Format:         "markdown",
		Image:          "https://example.com/a.png",
		ImageAlt:       "Une urne",
		ContentWarning: "Politique",
		At:             "2026-11-24T18:30",
		Expires:        "48h",
		Accounts:       []string{"x", "mastodon"},
		Body: "Un *paragraphe* &amp; [un lien](https://e.org/).\n\n## Les **faits**\n\n- un\n- deux\n\n" +
			"```\n## code\n\nSource: https://f.org/\n```\n\nSuite\n=====\n\nFin.",
		Sections: []Section{
			{Paragraphs: []string{"Un *paragraphe* &amp; [un lien](https://e.org/)."}},
			{Heading: "Les faits", Paragraphs: []string{"- un\n- deux", "```\n## code\n\nSource: https://f.org/\n```"}},
			{Heading: "Suite", Paragraphs: []string{"Fin."}},
		},
	}
	same(t, Result{Article: want}, read(t, "a.md", yamlArticle, Options{}))

	want.Body, want.Sections, want.At = "", nil, "2026-11-24T18:30:00"
	same(t, Result{Article: want}, read(t, "a.md", tomlArticle, Options{}))
}

func TestMarkdownWithoutFrontMatterIsTakenApart(t *testing.T) {
	res := read(t, "a.md", "# Le *budget*\n![urne](a.png)\n\n**La ville** vote le [budget](https://e.org/) 🗳️\n`a_b` \\*ici\\* &amp;lt;\n\n#Ville #Budget\n\n"+
		"Source: <https://example.com/a>\n\nUn paragraphe.\n", Options{Language: "fr"})
	same(t, Result{Article: Article{
		Title:    "Le budget",
		Slug:     "le-budget",
		Teaser:   "La ville vote le budget 🗳️ a_b *ici* &lt;",
		Tags:     []string{"Ville", "Budget"},
		Source:   "https://example.com/a",
		Language: "fr",
		Format:   "markdown",
		Body:     "![urne](a.png)\n\nUn paragraphe.",
		Sections: []Section{{Paragraphs: []string{"![urne](a.png)", "Un paragraphe."}}},
	}}, res)
}

func TestMarkdownTakesFromItsBodyOnlyWhatFrontMatterLeavesOpen(t *testing.T) {
	for name, c := range map[string]struct{ data, title, teaser, source, body string }{
		"nothing given":      {"---\n---\n# T\n\nUn.\n\nSource: https://e.org/\n\nDeux.", "T", "Un.", "https://e.org/", "Deux."},
		"another title":      {"---\ntitle: A\nteaser: B\nsource: https://e.org/\n---\n# T\n\nUn.", "A", "B", "https://e.org/", "# T\n\nUn."},
		"teaser given":       {"---\nteaser: B\n---\nUn.\n\nSource: https://e.org/", "B", "B", "https://e.org/", "Un."},
		"another source":     {"---\nsource: https://f.org/\n---\nUn.\n\nSource: https://e.org/", "Un", "Un.", "https://f.org/", "Source: https://e.org/"},
		"empty values":       {"---\ntitle:\nteaser: ~\nsource: \"\"\n---\nUn.\n\nSource: https://e.org/", "Un", "Un.", "https://e.org/", ""},
		"setext title":       {"T\n===\nUn.\n\nSource: https://e.org/", "T", "Un.", "https://e.org/", ""},
		"closing hashes":     {"# T #\nUn.\n\nSource: https://e.org/", "T", "Un.", "https://e.org/", ""},
		"numbered title":     {"# 2. T\nUn.\n\nSource: https://e.org/", "2. T", "Un.", "https://e.org/", ""},
		"link, no source":    {"---\nteaser: B\nlink: https://e.org/\n---\n", "B", "B", "", ""},
		"lines in teaser":    {"---\nsource: https://e.org/\nteaser: |\n  Un\n\n\n  deux  trois\n---\n", "Un", "Un\n\ndeux trois", "https://e.org/", ""},
		"front matter dots":  {"---\nsource: https://e.org/\nteaser: B\n...\nUn.", "B", "B", "https://e.org/", "Un."},
		"fence in the fence": {"# T\nUn.\n\nSource: https://e.org/\n\n~~~~\n~~~\n\n# a\n~~~~\nb", "T", "Un.", "https://e.org/", "~~~~\n~~~\n\n# a\n~~~~\n\nb"},
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, "a.md", c.data, Options{}).Article
			same(t, []string{c.title, c.teaser, c.source, c.body}, []string{a.Title, a.Teaser, a.Source, a.Body})
		})
	}
}

func TestFrontMatterIsRepairedExceptKeysAndAddresses(t *testing.T) {
	const iri = "https://example.com/DĂ©fense"
	a := read(t, "a.md", "---\ntitle: DĂ©fense &amp; modĂšles\nteaser: La DĂ©fense, voir "+iri+" et les modĂšles\nsource: "+iri+
		"\ntags: [DĂ©fense, ModĂšles]\nimage_alt: DĂ©fense\ncontent_warning: DĂ©fense\n---\nLa DĂ©fense.\n", Options{Language: "fr"}).Article
	same(t, Article{
		Title: "Défense & modèles", Slug: "defense-modeles", Teaser: "La Défense, voir " + iri + " et les modèles", Source: iri,
		Tags: []string{"Défense", "Modèles"}, ImageAlt: "Défense", ContentWarning: "Défense", Language: "fr", Format: "markdown", Body: "La Défense.",
	}, a, sectionsAside)
}

func TestFrontMatterIsBounded(t *testing.T) {
	for name, head := range map[string]string{
		"tokens": "a: [" + repeat("[", 50000) + "]",
		"bytes":  "teaser: " + repeat("x", maxFrontMatter),
		"bomb":   "title: &a [x,x]\nteaser: &b [*a,*a,*a]\ntags: [*b,*b,*b]",
	} {
		if _, err := Read("a.md", []byte("---\n"+head+"\n---\n"), Options{}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
