package card

import (
	"bytes"
	"flag"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "draw the cards of testdata/golden anew, to be looked at")

var samples = map[string]Card{
	"french": {"Défense : OpenAI décroche un contrat de 200 millions de dollars avec l’armée américaine", "Le Crieur", "lefigaro.fr · 18 juin 2025", "fr"},
	"short":  {"L’Œil de la Cour", "Le Crieur", "Culture", "fr"},
	"quotes": {"« Pourquoi\u202f? » : l’Assemblée demande des comptes à l’État\u202f; le ministre répond «\u00a0jamais\u00a0»\u202f!", "Le Crieur", "assemblee-nationale.fr", "fr"},
	"long": {strings.Repeat("Le conseil municipal de Saint-Rémy-de-Provence adopte un budget en hausse, malgré les réserves de l’opposition, et promet une piscine. ", 4),
		"La Gazette des Alpilles et de la vallée du Rhône, édition du soir, avec les annonces légales", strings.Repeat("www.un-très-long-nom-de-domaine.", 4) + "example.com", "fr"},
	"emoji":      {"🚀🔥 👩‍💻🇹🇳 1️⃣ ✅", "Le Crieur 📯", "crieur.example", "fr"},
	"emojis":     {"🚀 OpenAI (🇺🇸) décroche le contrat 👩‍💻, ❤️ et l’Europe regarde 😱 !", "Le Crieur", "", "fr"},
	"vietnamese": {"Người Việt ở Pháp: cuộc sống, ước mơ và những điều chưa kể", "Báo Mới", "tuoitre.vn", "vi"},
	"polish":     {"Zażółć gęślą jaźń: rząd w Łodzi przyjął plan i ogłosił, że śnieg spadnie o świcie", "Gazeta", "gazeta.pl", "pl"},
	"turkish":    {"İstanbul’da ığdır şöleni: çağdaş güreşçiler ödülü paylaştı", "Günlük", "15 Ağustos 2025", "tr"},
	"romanian":   {"Țara și oraşul: ştiri despre mulţimea care aşteaptă în faţa Ateneului", "Ştiri", "știri.example", "ro"},
	"marks":      {"N\u0306i\u0308ce m\u0323a\u0331r\u030Ak\u0302s\u0303: E\u0323\u0301, ɛ\u0301, i\u0302\u0316, q\u0307, Z\u0351\u0352\u0353\u0354\u0355a\u0356\u0357\u0358lgo", "Lingua", "ﬁnal oﬃce ①② 𝐁𝐨𝐥𝐝 ＡＢＣ", "en"},
	"german":     {"Donaudampfschifffahrtsgesellschaftskapitänsmützenverordnung: Streit um Straßenverkehrs-Zulassungs-Ordnung", "Süddeutsche Presse", "spiegel.de", "de"},
	"chinese":    {"国务院发布关于人工智能 OpenAI 的新规定", "Le Crieur", "xinhuanet.com", "zh"},
	"arabic":     {"العربية: خبر عاجل من تونس", "Le Crieur", "aljazeera.net", "ar"},
	"greek":      {"Η Ευρώπη απαντά: «νέοι κανόνες» για την τεχνητή νοημοσύνη", "Καθημερινή", "kathimerini.gr", "el"},
	"russian":    {"Объявлен новый закон об искусственном интеллекте", "Вестник", "", "ru"},
	"english":    {"The Quiet Return of the Afternoon Newspaper", "The Town Crier", "12 March 2026", "en"},
	"empty":      {},
}

func TestTheCardsLookAsTheyWereApproved(t *testing.T) {
	for name, c := range samples {
		t.Run(name, func(t *testing.T) {
			got := render(t, c)
			file := filepath.Join("testdata", "golden", name+".png")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if n := differing(decode(t, got), decode(t, want)); n > 0 {
				t.Errorf("%d pixels differ from %s: look at what -update draws", n, file)
			}
		})
	}
}

// differing counts the pixels that differ by more than a shade: compilers for other
// processors may round a curve differently, and other versions of Go compress differently.
func differing(a, b *image.Paletted) int {
	n := 0
	for i := range a.Pix {
		ar, _, _, _ := a.Palette[a.Pix[i]].RGBA()
		br, _, _, _ := b.Palette[b.Pix[i]].RGBA()
		if ar > br+0x0F00 || br > ar+0x0F00 {
			n++
		}
	}
	return n
}

func render(t testing.TB, c Card) []byte {
	t.Helper()
	data, err := Render(c)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) > MaxBytes {
		t.Errorf("%d bytes for %q", len(data), c)
	}
	return data
}

func decode(t testing.TB, data []byte) *image.Paletted {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	p, ok := m.(*image.Paletted)
	if !ok || p.Rect != image.Rect(0, 0, Width, Height) {
		t.Fatalf("%T of %v", m, m.Bounds())
	}
	return p
}
