package article

import "testing"

func TestPlainTextIsTakenApart(t *testing.T) {
	res := read(t, "a.txt", "\n\nLa ville vote le budget 🗳️ Le maire\nest content. #Ville #Budget\n\nArticle en référence : https://example.com/a?b=c&d=e\n\n"+
		"Les faits\n\nUn paragraphe,\nsur deux lignes.\n\n\n\nUn autre\n\net la fin\n", Options{Language: "fr"})
	same(t, Result{Article: Article{
		Title:    "La ville vote le budget",
		Slug:     "la-ville-vote-le-budget",
		Teaser:   "La ville vote le budget 🗳️ Le maire est content.",
		Tags:     []string{"Ville", "Budget"},
		Source:   "https://example.com/a?b=c&d=e",
		Language: "fr",
		Format:   "text",
		Body:     "Les faits\n\nUn paragraphe,\nsur deux lignes.\n\nUn autre\n\net la fin",
		Sections: []Section{
			{Heading: "Les faits", Paragraphs: []string{"Un paragraphe,\nsur deux lignes."}},
			{Heading: "Un autre", Paragraphs: []string{"et la fin"}},
		},
	}}, res)
}

func TestSourceLineMayStandAnywhereInSeveralSpellings(t *testing.T) {
	const url = "https://example.com/a_(b)_"
	for _, line := range []string{
		"Source: " + url, "source : " + url, "SOURCE\u00a0: " + url, "Sources:" + url, "Référence: " + url, "Reference : " + url,
		"Article en référence: " + url, "article de reference: " + url, "Article en re\u0301fe\u0301rence: " + url,
		"Article en rĂ©fĂ©rence: " + url, "Article en rÃ©fÃ©rence: " + url, "Source: <" + url + ">", "Source: [le titre](" + url + ")",
		"**Source:** " + url, "*Source: [x](" + url + ")*", "Source:\n" + url,
	} {
		for _, text := range []string{"Bonjour !\n" + line, "Bonjour !\n\n" + line + "\n\nSuite.", "Bonjour !\n\nSuite.\n\n" + line + "\n", line + "\n\nBonjour !\n\nSuite."} {
			a := read(t, "-", text, Options{}).Article
			if a.Source != url || a.Teaser != "Bonjour !" || a.Body != "" && a.Body != "Suite." {
				t.Errorf("%q: source %q, teaser %q, body %q", text, a.Source, a.Teaser, a.Body)
			}
		}
	}
}

func TestWordsAfterSourceAreTextWhenThereIsAnAddressToo(t *testing.T) {
	a := read(t, "-", "Bonjour !\n\nSource: l'INSEE, 2025\n\nSource: https://e.org/\n\nSource: https://f.org/", Options{}).Article
	same(t, "https://e.org/", a.Source)
	same(t, "Source: l'INSEE, 2025\n\nSource: https://f.org/", a.Body)
}

func TestATitleLineIsATitleOnlyAboveATeaser(t *testing.T) {
	const src = "\n\nSource: https://e.org/\n\nSuite."
	for name, c := range map[string]struct{ text, title, teaser string }{
		"hashtags below":         {"Le budget\n\nLa ville vote. #Ville" + src, "Le budget", "La ville vote."},
		"source below":           {"Le budget\n\nLa ville vote." + src, "Le budget", "La ville vote."},
		"source in it":           {"Le budget\n\nLa ville vote.\nSource: https://e.org/\n\nSuite.", "Le budget", "La ville vote."},
		"a sentence":             {"Le budget est là.\n\nLa ville vote. #Ville" + src, "Le budget est là", "Le budget est là."},
		"a teaser with an emoji": {"Le budget 🎯\n\nLa ville vote. #Ville" + src, "Le budget", "Le budget 🎯"},
		"a teaser with hashtags": {"Le budget #Ville\n\nLa ville vote. #Ville" + src, "Le budget", "Le budget"},
		"a teaser alone":         {"Le budget" + src, "Le budget", "Le budget"},
		"hashtags alone below":   {"Le budget\n\n#Ville" + src, "Le budget", "Le budget"},
		"source at the end":      {"Le budget\n\nLa ville vote.\n\nElle vote encore.\n\nSource: https://e.org/", "Le budget", "Le budget"},
	} {
		t.Run(name, func(t *testing.T) {
			a := read(t, "a.txt", c.text, Options{}).Article
			same(t, [2]string{c.title, c.teaser}, [2]string{a.Title, a.Teaser})
		})
	}
}

func TestHeadingsOfPlainTextAreShortLinesAlone(t *testing.T) {
	a := read(t, "a.txt", "Bonjour !\n\nSource: https://e.org/\n\nUn.\n\nLes faits\n\nDeux :\n\n- trois\n\nquatre\ncinq\n\nhttps://f.org/\n\nSix ?\n\n2025\n\nEt puis\n\nSept\n", Options{}).Article
	same(t, []Section{
		{Paragraphs: []string{"Un."}},
		{Heading: "Les faits", Paragraphs: []string{"Deux :", "- trois", "quatre\ncinq", "https://f.org/", "Six ?", "2025"}},
		{Heading: "Et puis", Paragraphs: []string{"Sept"}},
	}, a.Sections)
}

func TestFurnitureIsDroppedOnlyAtTheEnd(t *testing.T) {
	const head, link = "Bonjour !\n\nSource: https://e.org/\n\nSuite.", "Si vous n'êtes pas redirigé automatiquement, 👉 cliquez ici 👈"
	for name, c := range map[string]struct{ text, body string }{
		"dots":             {head + "\n\nRedirection en cours...\n\n" + link, "Suite."},
		"ellipsis":         {head + "\n\nRedirection en cours…\n\n" + link + "\n", "Suite."},
		"lost ellipsis":    {head + "\n\nRedirection en cours\n\n\n" + link, "Suite."},
		"alone":            {head + "\n\nRedirection en cours...", "Suite."},
		"one paragraph":    {head + "\nRedirection en cours...\n" + link, "Suite."},
		"damaged":          {head + "\n\nRedirection en cours...\n\nSi vous n'ĂȘtes pas redirigĂ© automatiquement, 👉 cliquez ici 👈", "Suite."},
		"in the article":   {head + "\n\nRedirection en cours...\n\nVoilà ce que l'écran disait.", "Suite.\n\nRedirection en cours...\n\nVoilà ce que l'écran disait."},
		"in a sentence":    {head + "\n\nRedirection en cours vers Paris", "Suite.\n\nRedirection en cours vers Paris"},
		"without headline": {head + "\n\n" + link, "Suite.\n\n" + link},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, c.body, read(t, "a.txt", c.text, Options{}).Article.Body)
		})
	}
}
