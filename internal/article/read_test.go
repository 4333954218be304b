package article

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The fields that most tests look at; the rest is compared where it matters.
var sectionsAside = cmpopts.IgnoreFields(Article{}, "Sections")

func read(t *testing.T, name, data string, opt Options) Result {
	t.Helper()
	res, err := Read(name, []byte(data), opt)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	if err := res.Article.Validate(); err != nil {
		t.Fatalf("Read returned an invalid article: %v", err)
	}
	return res
}

func same(t *testing.T, want, got any, opts ...cmp.Option) {
	t.Helper()
	if diff := cmp.Diff(want, got, opts...); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheFormatIsKnownByContentFirst(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"-", "Bonjour", formatText},
		{"-", "# Titre\n\nBonjour", formatMarkdown},
		{"-", "#IA est là", formatText},
		{"-", "\n---\nteaser: a\n---\n", formatMarkdown},
		{"-", "+++\n+++\n", formatMarkdown},
		{"-", " {\"teaser\": 1}", formatJSON},
		{"-", "{entre accolades}", formatText},
		{"a.txt", "{\n\"teaser\": 1}", formatJSON},
		{"a.txt", "# Titre", formatText},
		{"a.TXT", "---\nteaser: a\n---\n", formatMarkdown},
		{"a.md", "Bonjour", formatMarkdown},
		{"a.Markdown", "Bonjour", formatMarkdown},
		{"a.json", "Bonjour", formatJSON},
		{"a", "Bonjour\n# Titre", formatText},
	} {
		if got := detect(c.name, c.data); got != c.want {
			t.Errorf("detect(%q, %q) = %q, want %q", c.name, c.data, got, c.want)
		}
	}
}

func TestLanguageIsTheArticlesThenTheTextsThenTheOptions(t *testing.T) {
	french := "La ville vote le budget de la culture pour les écoles et les bibliothèques, et le maire est content."
	for name, c := range map[string]struct {
		data string
		opt  Options
		want string
	}{
		"front matter": {"---\nlanguage: pt_br\nsource: https://e.org/\n---\n" + french, Options{Language: "en"}, "pt-BR"},
		"text":         {french + "\n\nSource: https://e.org/\n", Options{Language: "en"}, "fr"},
		"option":       {"OK\n\nSource: https://e.org/\n", Options{Language: "nl"}, "nl"},
		"nothing":      {"OK\n\nSource: https://e.org/\n", Options{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			same(t, c.want, read(t, "-", c.data, c.opt).Article.Language)
		})
	}
}

func TestProposalsCarryTheLineOfTheFile(t *testing.T) {
	// The flag is 🇨🇳 with one byte swapped, as in "clientÚle": probable damage, an operator decides.
	body := "La Chine domine avec Qwen et DeepSeek 🇹🇳 dans le monde de la recherche et de l’industrie."
	for name, c := range map[string]struct {
		file, data string
		line       int
	}{
		"text":        {"a.txt", "Bonjour le monde !\n\nSource: https://e.org/\n\nLa clientÚle et la DĂ©fense Ă  vue d’Ɠil.\n\n" + body, 7},
		"crlf":        {"a.txt", "Bonjour le monde !\r\n\r\nSource: https://e.org/\r\n\r\nLa clientÚle et la DĂ©fense Ă  vue d’Ɠil.\r\n\r\n" + body, 7},
		"body":        {"a.md", "---\nteaser: La défense et la paix\nsource: https://e.org/\n---\n\nLa clientÚle et la DĂ©fense Ă  vue d’Ɠil.\n\n" + body, 8},
		"yaml":        {"a.md", "---\nsource: https://e.org/\ntitle: La clientÚle et la DĂ©fense Ă  vue d’Ɠil\nteaser: " + body + "\n---\n", 4},
		"yaml block":  {"a.md", "---\nsource: https://e.org/\nteaser: |\n  La clientÚle et la DĂ©fense Ă  vue d’Ɠil.\n  " + body + "\n---\n", 5},
		"yaml folded": {"a.md", "---\nsource: https://e.org/\nteaser: >\n  La clientÚle et la DĂ©fense Ă  vue d’Ɠil.\n  " + body + "\n---\n", 4},
		"toml":        {"a.md", "+++\nsource = 'https://e.org/'\ntitle = 'La clientÚle et la DĂ©fense Ă  vue d’Ɠil'\nteaser = '" + body + "'\n+++\n", 4},
		"toml block":  {"a.md", "+++\nsource = 'https://e.org/'\nteaser = '''\nLa clientÚle et la DĂ©fense Ă  vue d’Ɠil.\n" + body + "'''\n+++\n", 5},
		"json":        {"a.json", "{\"source\": \"https://e.org/\",\n\"title\": \"La clientÚle et la DĂ©fense Ă  vue d’Ɠil\",\n\n\"teaser\": \"Un\\n" + body + "\"}", 4},
	} {
		t.Run(name, func(t *testing.T) {
			res := read(t, c.file, c.data, Options{})
			if len(res.Proposals) != 1 || res.Proposals[0].Line != c.line {
				t.Errorf("proposals %+v, want one on line %d", res.Proposals, c.line)
			}
			accepted := read(t, c.file, c.data, Options{AcceptProposals: true}).Article
			if text := accepted.Teaser + accepted.Body; !contains(text, "🇨🇳") || contains(text, "🇹🇳") {
				t.Errorf("accepted, but reads %q", text)
			}
		})
	}
}

func TestATextThatHoldsTheSeparatorOfPartsIsReadAllTheSame(t *testing.T) {
	res := read(t, "a.json", `{"title": "La DĂ©fense", "teaser": "Les modĂšles Ă  venir", "source": "https://e.org/", "body": "La DĂ©fense\n\n\u001e\n\net les modĂšles."}`, Options{})
	same(t, [3]string{"La Défense", "Les modèles à venir", "La Défense\n\net les modèles."}, [3]string{res.Article.Title, res.Article.Teaser, res.Article.Body})
	same(t, []string{"line 1: body: " + removedControls}, res.Warnings)
}
