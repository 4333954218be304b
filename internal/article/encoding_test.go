package article

import (
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"crieur/internal/mojibake"
)

const plainArticle = "La ville vote le budget 🗳️ pour l’été\n\nSource: https://e.org/\n\nUn paragraphe : déjà fini.\n"

func utf16Bytes(s string, little bool) []byte {
	out := []byte{0xFE, 0xFF}
	if little {
		out = []byte{0xFF, 0xFE}
	}
	for _, u := range utf16.Encode([]rune(s)) {
		high, low := byte(u>>8), byte(u)
		if little {
			high, low = low, high
		}
		out = append(out, high, low)
	}
	return out
}

func TestEveryEncodingWithAMarkReadsTheSame(t *testing.T) {
	want := read(t, "-", plainArticle, Options{})
	for name, data := range map[string]string{
		"utf-8 mark":     "\xEF\xBB\xBF" + plainArticle,
		"utf-16 le":      string(utf16Bytes(plainArticle, true)),
		"utf-16 be":      string(utf16Bytes(plainArticle, false)),
		"crlf":           replace(plainArticle, "\n", "\r\n"),
		"cr":             replace(plainArticle, "\n", "\r"),
		"line separator": replace(plainArticle, "\n", "\u2028"),
	} {
		t.Run(name, func(t *testing.T) { same(t, want, read(t, "-", data, Options{})) })
	}
}

const latinArticle = "La ville a voté le budget de la culture pour les écoles, et le maire est très content.\n\n" +
	"Source: https://e.org/\n\nC’est « déjà » la fin de l’été dans les rues de la ville, où les élèves sont à l’œuvre.\n"

func TestWindows1252IsDecodedOnlyWithCertainty(t *testing.T) {
	data, err := charmap.Windows1252.NewEncoder().String(latinArticle)
	if err != nil {
		t.Fatal(err)
	}
	res := read(t, "-", data, Options{})
	want := read(t, "-", latinArticle, Options{})
	want.Repairs = []mojibake.Repair{{Before: `vot\xe9`, After: "voté", Rule: "bytes of Windows-1252, not UTF-8", Count: 17}}
	same(t, want, res)
}

func TestOtherCharacterSetsAreNotTakenForWindows1252(t *testing.T) {
	polish := "Miasto uchwaliło budżet na kulturę i szkoły, a burmistrz jest bardzo zadowolony z tego, że się udało.\n\nSource: https://e.org/\n"
	for name, c := range map[string]struct {
		set  *charmap.Charmap
		text string
	}{
		"Mac Roman":       {charmap.Macintosh, latinArticle},
		"DOS":             {charmap.CodePage850, replace(replace(latinArticle, "’", "'"), "œ", "oe")},
		"Mac apostrophe":  {charmap.Macintosh, "La ville de l’avenir est dans les rues de la France, et le maire est content pour nous.\n\nSource: https://e.org/\n"},
		"DOS with only à": {charmap.CodePage850, "La ville est à la fin de la rue, et le maire est content pour nous dans les rues.\n\nSource: https://e.org/\n"},
		"ISO-8859-2":      {charmap.ISO8859_2, polish},
		"Windows-1250":    {charmap.Windows1250, polish},
		"KOI8-R":          {charmap.KOI8R, "Город принял бюджет культуры для школ и библиотек.\n\nSource: https://e.org/\n"},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := c.set.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if res, err := Read("-", []byte(data), Options{}); err == nil {
				t.Errorf("was taken for %q", res.Article.Teaser)
			}
		})
	}
}

func TestWindows1252IsDecodedInEachLanguageThatWritesIt(t *testing.T) {
	for language, text := range map[string]string{
		"de": "Der Rat der Stadt hat für die Schulen und die Bücher über das Jahr mehr Geld beschlossen, und die Straße ist schön.",
		"es": "El ayuntamiento aprobó el presupuesto de la cultura para las escuelas y los niños de la ciudad, y el año es bueno.",
		"it": "La città ha votato il bilancio della cultura per le scuole, e il sindaco è molto contento perché non c’è più debito.",
		"pt": "A câmara aprovou o orçamento da cultura para as escolas, e o presidente não está muito contente com a decisão.",
		"sv": "Staden har beslutat om en budget för kultur och skolor, och det är bra att de får mer pengar på vägen.",
	} {
		t.Run(language, func(t *testing.T) {
			text += "\n\nSource: https://e.org/\n"
			data, err := charmap.Windows1252.NewEncoder().String(text)
			if err != nil {
				t.Fatal(err)
			}
			a := read(t, "-", data, Options{}).Article
			same(t, read(t, "-", text, Options{}).Article, a)
			same(t, language, a.Language)
		})
	}
}
