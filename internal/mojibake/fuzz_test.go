package mojibake

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzFix(f *testing.F) {
	for _, text := range corpus(f) {
		f.Add(text, "fr", false)
	}
	f.Add(mustRead(f, samplePath), "", true)
	for _, c := range everyChain() {
		f.Add(damage("L’été à l’œil — « 20 € » 🎯 🇨🇳…", c), "", true)
	}
	f.Add("Ă \u2029 Ɠil clientÚle parce que\n eh l IA `x` @a http://Ã©", "fr", true)
	f.Add("\xff\xc3\x80Ã\x82", "de", false)
	f.Fuzz(func(t *testing.T, text, language string, accept bool) {
		opt := Options{Language: language, AcceptProposals: accept}
		got := Fix(text, opt)
		if utf8.ValidString(text) && !utf8.ValidString(got.Text) {
			t.Errorf("%q became invalid: %q", text, got.Text)
		}
		if isASCII(text) && !accept && (got.Text != text || len(got.Repairs) > 0) {
			t.Errorf("ASCII %q became %q", text, got.Text)
		}
		if len(got.Repairs) == 0 && got.Text != text {
			t.Errorf("%q became %q without a repair", text, got.Text)
		}
		if accept && len(got.Proposals) > 0 {
			t.Errorf("accepted, yet proposed: %+v", got.Proposals)
		}
		for _, r := range got.Repairs {
			if r.Before == r.After || r.Rule == "" || r.Count < 1 {
				t.Errorf("an empty repair: %+v", r)
			}
		}
		for _, p := range got.Proposals {
			if p.Line < 1 || p.Line > strings.Count(text, "\n")+1 {
				t.Errorf("a proposal outside the text: %+v", p)
			}
		}
		if again := Fix(got.Text, opt); again.Text != got.Text {
			t.Errorf("%q became %q, then %q: %+v", text, got.Text, again.Text, again.Repairs)
		}
	})
}

// Quadratic work would take minutes on these, not the second that they may take.
func TestLongTextIsLinearWork(t *testing.T) {
	for _, part := range []string{
		"Ă", "Ă ", "â‚¬", "√", "\n a", "`a ``b ", "@a@", "http://a ", "l a d un plus ", "é\xff", "clientÚle ", "🇹🇳", "é©Ă©",
		damage("Příliš žluťoučký kůň. ", chain{first: windows1250}),
	} {
		start := time.Now()
		Fix(strings.Repeat(part, (64<<10)/len(part)), Options{Language: "fr", AcceptProposals: true})
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("64 KiB of %q took %v", part, took)
		}
	}
}

func BenchmarkFixOneMiB(b *testing.B) {
	sample := mustRead(b, samplePath)
	text := strings.Repeat(sample, (1<<20)/len(sample)+1)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Fix(text, Options{})
	}
}
