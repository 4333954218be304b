package mojibake

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

//go:embed stopwords.txt
var stopwordsText string

const (
	enoughHits    = 3    // different frequent words that a guess needs at least
	enoughWeight  = 0.9  // their weight: a word of one language 1/2, of two 1/3, …
	enoughLead    = 1.15 // how far the best language must be ahead of the next
	enoughLetters = 8    // letters of a script that tell a language by themselves
	guessedFrom   = 64 << 10
)

// stopwords tells the languages of a frequent word.
type stopwords struct {
	languages []string
	of        map[string][]int // indexes of languages
}

var loadStopwords = sync.OnceValue(func() *stopwords {
	s := &stopwords{of: map[string][]int{}}
	for line := range strings.Lines(stopwordsText) {
		name, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || line[0] == '#' {
			continue
		}
		seen := map[string]bool{}
		for _, w := range strings.Fields(words) {
			if !seen[w] {
				s.of[w] = append(s.of[w], len(s.languages))
			}
			seen[w] = true
		}
		s.languages = append(s.languages, name)
	}
	return s
})

// has tells whether a lower-case word is frequent in the (base) language.
func (s *stopwords) has(language, word string) bool {
	for _, i := range s.of[word] {
		if s.languages[i] == language {
			return true
		}
	}
	return false
}

// Language guesses the language of a text (BCP 47), or "" when unsure: by its
// script, or by the frequent words of Latin-script languages, of which enough
// survive damage. It looks at the first 64 KiB, without URLs and code.
func Language(text string) string {
	if len(text) > guessedFrom {
		text = strings.ToValidUTF8(text[:guessedFrom], "")
	}
	text = prose(text)
	if language := byScript(text); language != "" {
		return language
	}
	stop := loadStopwords()
	score := make([]float64, len(stop.languages))
	hits := make([]int, len(stop.languages)) // distinct words
	seen := map[string]bool{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), betweenWords) {
		in := stop.of[word]
		weight := 1 / float64(len(in)+1)
		if utf8.RuneCountInString(word) == 1 {
			weight /= 4 // it may well be the name of a variable
		}
		for _, i := range in {
			if score[i] += weight; !seen[word] {
				hits[i]++
			}
		}
		seen[word] = true
	}
	best, next := -1, 0.0
	for i := range score {
		switch {
		case best < 0 || score[i] > score[best]:
			if best >= 0 {
				next = max(next, score[best])
			}
			best = i
		default:
			next = max(next, score[i])
		}
	}
	if hits[best] < enoughHits || score[best] < enoughWeight || score[best] < enoughLead*next {
		return ""
	}
	return stop.languages[best]
}

// betweenWords leaves symbols in words, so that a piece of a damaged word is none itself.
func betweenWords(r rune) bool {
	if r < utf8.RuneSelf {
		return !unicode.IsLetter(r)
	}
	return unicode.IsSpace(r) && r != 0x85 || strings.ContainsRune(everybodys, r)
}

// prose is the text without what is not written in its language.
func prose(text string) string {
	var b strings.Builder
	from := 0
	for _, s := range protect(text) {
		b.WriteString(text[from:s.start])
		b.WriteByte(' ')
		from = s.end
	}
	b.WriteString(text[from:])
	return b.String()
}

// scriptLanguages are scripts that one language stands for; Cyrillic, Arabic
// and Han need a look at the letters.
var scriptLanguages = [...]struct{ script, language string }{
	{"Cyrillic", "ru"}, {"Greek", "el"}, {"Arabic", "ar"}, {"Hebrew", "he"}, {"Hiragana", "ja"},
	{"Katakana", "ja"}, {"Hangul", "ko"}, {"Han", "zh"}, {"Thai", "th"}, {"Devanagari", "hi"},
	{"Bengali", "bn"}, {"Tamil", "ta"}, {"Telugu", "te"}, {"Armenian", "hy"}, {"Georgian", "ka"},
}

func byScript(text string) string {
	var count [len(scriptLanguages)]int
	latin, marked := 0, map[rune]int{}
	for _, r := range text {
		if r < utf8.RuneSelf {
			if unicode.IsLetter(r) {
				latin++
			}
			continue
		}
		if unicode.Is(unicode.Latin, r) {
			latin++
			continue
		}
		for i, s := range scriptLanguages {
			if unicode.Is(unicode.Scripts[s.script], r) {
				count[i]++
				marked[unicode.ToLower(r)]++
				break
			}
		}
	}
	by := map[string]int{}
	total, best := 0, ""
	for i, s := range scriptLanguages {
		total += count[i]
		if by[s.language] += count[i]; by[s.language] > by[best] {
			best = s.language
		}
	}
	if total < enoughLetters || total < latin {
		return ""
	}
	if best == "zh" && by["ja"]*10 >= by["zh"] {
		best = "ja"
	}
	return byLetters(best, marked)
}

// byLetters tells apart languages of one script by letters that only one has.
func byLetters(language string, seen map[rune]int) string {
	has := func(letters string) bool {
		for _, r := range letters {
			if seen[r] > 0 {
				return true
			}
		}
		return false
	}
	switch {
	case language == "ru" && has("ђћ"):
		return "sr"
	case language == "ru" && has("ѓќѕ"):
		return "mk"
	case language == "ru" && has("ў"):
		return "be"
	case language == "ru" && has("їєґ"):
		return "uk"
	case language == "ru" && has("јљњџ"):
		return "sr"
	case language == "ru" && has("ъщ") && !has("ыэё"):
		return "bg"
	case language == "ar" && has("ٹڈڑے"):
		return "ur"
	case language == "ar" && has("پچژگ"):
		return "fa"
	}
	return language
}
