package mojibake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The real article of the first report; its damage is described in the tests below.
const samplePath = "../article/testdata/openai-contrat-defense.txt"

func mustRead(t testing.TB, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSampleBecomesTheFrenchThatWasWritten(t *testing.T) {
	sample := mustRead(t, samplePath)
	for _, tc := range []struct {
		golden string
		opt    Options
	}{
		{"testdata/openai-contrat-defense.repaired.txt", Options{}},
		{"testdata/openai-contrat-defense.repaired.txt", Options{Language: "fr-FR"}},
		{"testdata/openai-contrat-defense.accepted.txt", Options{AcceptProposals: true}},
	} {
		got := Fix(sample, tc.opt)
		if diff := cmp.Diff(mustRead(t, tc.golden), got.Text); diff != "" {
			t.Errorf("%+v (-%s +got):\n%s", tc.opt, tc.golden, diff)
		}
		if i := strings.IndexAny(got.Text, "ĂĆÄÚƓÂ\u2028\u2029"); i >= 0 {
			t.Errorf("%+v left damage at %q", tc.opt, got.Text[i:min(i+40, len(got.Text))])
		}
		if again := Fix(got.Text, tc.opt); again.Text != got.Text || len(again.Repairs) > 0 {
			t.Errorf("a second Fix with %+v changed the text: %v", tc.opt, again.Repairs)
		}
	}
}

func TestSampleDoubtsAreProposed(t *testing.T) {
	want := []Proposal{
		{"l Amérique", "l’Amérique", "lost apostrophe", 1},
		{"l open-source", "l’open-source", "lost apostrophe", 1},
		{"Qwen 🇹🇳", "Qwen 🇨🇳", "UTF-8 read as ISO-8859-16, written as ISO-8859-2", 1},
		{"L avenir", "L’avenir", "lost apostrophe", 1},
		{"l IA", "l’IA", "lost apostrophe", 1},
	}
	if diff := cmp.Diff(want, Fix(mustRead(t, samplePath), Options{}).Proposals); diff != "" {
		t.Errorf("proposals (-want +got):\n%s", diff)
	}
	if left := Fix(mustRead(t, samplePath), Options{AcceptProposals: true}).Proposals; len(left) > 0 {
		t.Errorf("accepted, yet still proposed: %v", left)
	}
}

func TestSampleRepairsAreListedByWordRuleAndCount(t *testing.T) {
	const (
		read      = "UTF-8 read as ISO-8859-16"
		cp1250    = read + ", written as Windows-1250"
		iso2      = read + ", written as ISO-8859-2"
		ellipsis  = `"…" (U+2026) became a line break: ` + iso2
		nbspAfter = "Ă\u00a0"
	)
	got := Fix(mustRead(t, samplePath), Options{}).Repairs
	for _, want := range []Repair{
		{"DĂ©fense", "Défense", read, 4},
		{nbspAfter, "à", read, 12},
		{"dĂ©jĂ\u00a0", "déjà", read, 2},
		{"prĂŽnait", "prônait", read, 1},
		{"oĂč", "où", read, 4},
		{"clientÚle", "clientèle", cp1250, 1},
		{"complÚtement", "complètement", cp1250, 1},
		{"Ɠil", "œil", iso2, 1},
		{"que\n eh", "que… eh", ellipsis, 1},
		{"vocale\n tout", "vocale… tout", ellipsis, 1},
	} {
		found := false
		for _, r := range got {
			found = found || r == want
		}
		if !found {
			t.Errorf("no repair %+v", want)
		}
	}
	if got[0].Before != "DĂ©fense" {
		t.Errorf("the first repair is %+v, not that of the first word", got[0])
	}
	seen := map[Repair]bool{}
	for _, r := range got {
		if seen[r] {
			t.Errorf("%+v is listed twice", r)
		}
		seen[r] = true
	}
}
