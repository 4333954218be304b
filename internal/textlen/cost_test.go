package textlen

import (
	"strings"
	"testing"
	"time"
)

// TestCostIsLinear gives each input once and four times as long; anything quadratic
// would take sixteen times as long, and many seconds at this size.
func TestCostIsLinear(t *testing.T) {
	const size = 24 << 10
	for _, unit := range []string{
		"a.", "日.", "é.", "日", "a_b.", "http://", "https://a.co/(", "https://a.co/(x", "a.co?!", "a.co/,,", "a.xn--a.",
		"日本語テスト日本語.", "a.kids.", "e\u0301", "🤪.co", "😀", "👨‍👩‍👧‍👦", "@a@b.c", "t.co/a日.みんな/",
	} {
		cost := func(n int) time.Duration {
			text := "x: " + strings.Repeat(unit, n/len(unit))
			start := time.Now()
			X(text)
			XURLs(text)
			Mastodon(text, "", Instance{})
			return time.Since(start)
		}
		cost(size / 8) // tables are read once
		// A busy machine makes one measurement slow, not each of five.
		for try := 0; ; try++ {
			small, large := cost(size), cost(4*size)
			if large <= 10*small || large < time.Second {
				break
			}
			if try == 4 {
				t.Errorf("%q: %v for %d bytes, %v for four times as many", unit, small, size, large)
				break
			}
		}
	}
}

func BenchmarkX(b *testing.B) {
	text := "🚀 Défense : OpenAI décroche un contrat avec l'armée, voici ce qu'il change pour l'Europe #IA #Défense https://example.com/openai-contrat-defense"
	b.Run("teaser", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			X(text)
		}
	})
	b.Run("mebibyte", func(b *testing.B) {
		long := strings.Repeat(text+"\n", 1<<20/len(text))
		b.SetBytes(int64(len(long)))
		for b.Loop() {
			X(long)
		}
	})
}

func BenchmarkMastodon(b *testing.B) {
	text := "🚀 Défense : OpenAI décroche un contrat, selon @alice@example.com #IA https://example.com/openai-contrat-defense"
	b.ReportAllocs()
	for b.Loop() {
		Mastodon(text, "", Instance{})
	}
}
