package redirect

import (
	"strings"
	"testing"
	"time"

	"crieur/internal/article"
)

const germanWords = `[de]
forwarding = "Weiterleitung zu"
wait = "in {seconds} Sekunden"
stay = "Auf dieser Seite bleiben"
source = "Quelle:"
source_gone = "Diese Quelle gibt es nicht mehr."
link = "Weiterlesen:"
discuss = "Mitreden auf"
discussion = "Diskussion"
withdrawn = "Artikel zurückgezogen"
withdrawn_text = "Dieser Artikel wurde zurückgezogen."
date = "{day}. {month} {year}"
first_day = "1"
months = ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"]
`

func TestAFileTeachesThePagesALanguage(t *testing.T) {
	swiss := strings.NewReplacer("[de]", "[de-CH]", "Mitreden", "Mitdiskutieren").Replace(germanWords)
	w, err := LoadWords(file(t, "words.toml", germanWords+swiss))
	if err != nil {
		t.Fatal(err)
	}
	p := frenchPage()
	p.Words, p.PublishedAt = w, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for language, wants := range map[string][]string{
		"de":    {`<p class="forward">Weiterleitung zu <a`, "in 5 Sekunden…", ">1. März 2026<", "Mitreden auf X", "Quelle:"},
		"de-AT": {`<p class="forward">Weiterleitung zu <a`, "Mitreden auf X"},
		"de_ch": {"Mitdiskutieren auf X"},
		"fr":    {"Redirection vers", "1er mars 2026"},
		"nl":    {`<p class="forward" lang="en" dir="ltr">Forwarding to`},
	} {
		p.Article.Language = language
		page := mustRender(t, p)
		for _, want := range wants {
			if !strings.Contains(page, want) {
				t.Errorf("%s: page lacks %s", language, want)
			}
		}
	}
	p.Article.Language, p.Withdrawn = "de", true
	if rec := ask(only(p), "GET", "/"+p.Slug); !strings.Contains(rec.Body.String(), "<h1>Artikel zurückgezogen</h1>") || !strings.Contains(rec.Body.String(), `lang="de"`) {
		t.Errorf("notice:\n%s", rec.Body)
	}
}

func TestAFileMayReplaceWhatIsBuiltIn(t *testing.T) {
	w, err := LoadWords(file(t, "words.toml", strings.NewReplacer("[de]", "[EN]", "Quelle:", "Taken from").Replace(germanWords)))
	if err != nil {
		t.Fatal(err)
	}
	page := mustRender(t, Page{Slug: "s", Words: w, Article: article.Article{Language: "en-GB", Source: "https://example.org/"}})
	if !strings.Contains(page, "<span>Taken from</span>") {
		t.Errorf("page:\n%s", page)
	}
}

// Nothing that lacks falls back to another language.
func TestAWordsFileThatLacksAnythingIsRefusedWithItsKey(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(germanWords), "\n")[1:] {
		key, _, _ := strings.Cut(line, " ")
		path := file(t, "words.toml", strings.Replace(germanWords, line+"\n", "", 1))
		if _, err := LoadWords(path); err == nil || !strings.Contains(err.Error(), path+": [de]: "+key) {
			t.Errorf("without %s: %v", key, err)
		}
		if key == "months" {
			continue
		}
		path = file(t, "words.toml", strings.Replace(germanWords, line, key+` = " "`, 1))
		if _, err := LoadWords(path); err == nil || !strings.Contains(err.Error(), key+" is missing") {
			t.Errorf("blank %s: %v", key, err)
		}
	}
}

func TestAWordsFileIsReadStrictly(t *testing.T) {
	for _, c := range []struct{ content, want string }{
		{"", "has no language"},
		{germanWords + "helo = 'x'\n", `:15: unknown key "de.helo"`},
		{"[de\n", ":1: "},
		{"de = 1\n", ":1: "},
		{strings.Replace(germanWords, "[de]", "[x]", 1), `"x" is no language tag`},
		{strings.Replace(germanWords, `, "Dezember"`, "", 1), "months: 11 names, want 12"},
		{strings.Replace(germanWords, `"Dezember"`, `""`, 1), "months, number 12 is missing"},
		{strings.Replace(germanWords, "{seconds}", "5", 1), `wait "in 5 Sekunden" lacks {seconds}`},
		{strings.Replace(germanWords, "{year}", "", 1), "lacks {year}"},
		{strings.Replace(germanWords, "Quelle:", `a\nb`, 1), "control character"},
		{strings.Replace(germanWords, "Quelle:", strings.Repeat("x", 401), 1), "has 401 bytes, want at most 400"},
	} {
		path := file(t, "words.toml", c.content)
		if _, err := LoadWords(path); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("error %v, want %q and the path", err, c.want)
		}
	}
	if _, err := LoadWords("none.toml"); err == nil || !strings.Contains(err.Error(), "none.toml") {
		t.Errorf("no file: %v", err)
	}
}
