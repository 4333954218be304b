package config

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const zeros = `min_spacing = "0s"
max_per_day = 0
jitter = "0s"
expire_after = "0s"
monthly_budget_usd = 0
schedule = []
quiet_hours = []
timezone = ""
`

// 0 is a value of these keys, and another than that of a key left out.
func TestAnExplicitZeroStands(t *testing.T) {
	for _, account := range []string{
		"[[account]]\nname = \"a\"\nplatform = \"x\"\n",
		"[[account]]\nname = \"a\"\nplatform = \"mastodon\"\nserver = \"https://mastodon.social\"\n",
	} {
		const site = "[site]\nbase_url = \"https://news.example.org\"\n"
		want := mustParse(t, site+account).Accounts[0]
		if want.MinSpacing == 0 || want.MaxPerDay == 0 {
			t.Fatalf("no default to be set aside: %+v", want)
		}
		want.MinSpacing, want.MaxPerDay = 0, 0
		cfg := mustParse(t, site+account+zeros)
		if diff := cmp.Diff(want, cfg.Accounts[0]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		out, err := cfg.Show()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(cfg, mustParse(t, string(out))); diff != "" {
			t.Errorf("(-config +shown):\n%s", diff)
		}
	}
}

// What is left out in one account takes nothing from its neighbour.
func TestEachAccountHasItsOwnDefaults(t *testing.T) {
	cfg := mustParse(t, "account = [{ name = \"a\", platform = \"x\", max_per_day = 0 }, { name = \"b\", platform = \"x\", min_spacing = \"0s\" }]\n"+
		"[site]\nbase_url = \"https://news.example.org\"\n")
	a, b := DefaultAccount(PlatformX), DefaultAccount(PlatformX)
	a.Name, a.MaxPerDay = "a", 0
	b.Name, b.MinSpacing = "b", 0
	if diff := cmp.Diff([]Account{a, b}, cfg.Accounts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestThePaceOfAnAccountMayGoToItsBounds(t *testing.T) {
	for _, lines := range []string{
		`quiet_hours = ["00:00-23:59", "23:59-00:00", "09:05-19:50"]`,
		`schedule = ["0 9 * * *", "0 9 * * 1", "@daily", "what another package judges"]`,
		`timezone = "UTC"`,
		`monthly_budget_usd = 0.01`,
		`expire_after = "8760h"`,
		`catch_up = ""`,
	} {
		const x = "[site]\nbase_url = \"https://news.example.org\"\n[[account]]\nname = \"a\"\nplatform = \"x\"\n"
		if _, err := Parse("crieur.toml", []byte(x+lines)); err != nil {
			t.Errorf("%s: %v", lines, err)
		}
	}
}

func TestShowHasNoBudgetWhereNoneIsSet(t *testing.T) {
	cfg := mustParse(t, minimal)
	for _, budget := range []float64{0, 30} {
		cfg.Accounts[0].MonthlyBudgetUSD = budget
		out, err := cfg.Show()
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Count(out, []byte("monthly_budget_usd")); got != int(min(budget, 1)) {
			t.Errorf("budget %v is shown %d times:\n%s", budget, got, out)
		}
	}
}
