package sandbox

import (
	"testing"
)

func TestTheInstanceSaysItsLimitsInBothVersions(t *testing.T) {
	for _, c := range []struct {
		flavour                         Flavour
		version                         string
		characters, perURL, description string
	}{
		{Mastodon45, "4.5.4", "500", "23", "1500"},
		{Mastodon46, "4.6.5", "500", "23", "10000"},
		{GoToSocial, "0.20.2+git-sandbox", "5000", "25", "1500"},
	} {
		m := start(t, Options{Flavour: c.flavour}).Mastodon
		for _, v := range []string{"v1", "v2"} {
			a := send(t, freshClient(t), request(t, "GET", m.URL+"/api/"+v+"/instance", ""))
			equal(t, []string{c.version, c.characters, "4", c.perURL, c.description}, []string{
				a.field(t, "version"), a.field(t, "configuration", "statuses", "max_characters"),
				a.field(t, "configuration", "statuses", "max_media_attachments"),
				a.field(t, "configuration", "statuses", "characters_reserved_per_url"),
				a.field(t, "configuration", "media_attachments", "description_limit"),
			})
			if rules, ok := a.json(t).(map[string]any)["rules"].([]any); !ok || len(rules) == 0 {
				t.Errorf("%s has no rules", v)
			}
		}
		in, err := goMastodon(t, m).GetInstance(t.Context())
		must(t, err)
		equal(t, c.version, in.Version)
		equal(t, c.characters == "5000", (*in.Configuration.Statuses)["max_characters"] == 5000.0)
		equal(t, m.domain(), in.URI)
	}
	m := start(t, Options{MaxCharacters: 1000}).Mastodon
	equal(t, "1000", send(t, freshClient(t), request(t, "GET", m.URL+"/api/v2/instance", "")).field(t, "configuration", "statuses", "max_characters"))
}

func TestTheAccountSaysWhetherItIsABot(t *testing.T) {
	for _, human := range []bool{false, true} {
		m := start(t, Options{Human: human}).Mastodon
		a, err := goMastodon(t, m).GetAccountCurrentUser(t.Context())
		must(t, err)
		equal(t, !human, a.Bot)
		equal(t, []string{m.Credentials().AccountID, "crieur_demo"}, []string{string(a.ID), a.Acct})
	}
}
