package control

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestNamesAndPagesAreTheSameOverTheSocket: each verb takes the same names and answers
// a wrong one with the same error, the operator's mistake.
func TestNamesAndPagesAreTheSameOverTheSocket(t *testing.T) {
	s := newService(t)
	var ids []string
	for n := range 3 {
		r := request(t, strings.Replace(brief, "example.org/", fmt.Sprintf("example.org/%d-", n), 1)+fmt.Sprintf("\n\nNumber %d.\n", n))
		r.At = "2031-07-01T08:30"
		e, err := s.Enqueue(t.Context(), []Request{r})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e[0].ID)
	}
	slug := func(id string) string {
		st, err := s.Show(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return st.Slug
	}
	for name, api := range map[string]API{"offline": s, "online": overSocket(t, s)} {
		t.Run(name, func(t *testing.T) {
			for _, given := range []string{ids[1], ids[1] + ".lo", slug(ids[1]), "https://news.example.org/" + slug(ids[1])} {
				st, err := api.Show(t.Context(), given)
				if err != nil || st.ID != ids[1] || (st.Named != "") != strings.HasSuffix(given, ".lo") {
					t.Errorf("%q: %s, named %q, %v", given, st.ID, st.Named, err)
				}
			}
			for _, given := range []string{"zzzz", "", ids[1][:2], ids[1] + ".nobody", "https://elsewhere.example.org/" + slug(ids[1])} {
				_, shown := api.Show(t.Context(), given)
				_, cancelled := api.Cancel(t.Context(), given)
				_, retried := api.Retry(t.Context(), given)
				_, moved := api.Reschedule(t.Context(), Change{ID: given, Now: true})
				_, resolved := api.Resolve(t.Context(), Resolution{ID: given, NotPosted: true})
				_, withdrawn := api.Withdraw(t.Context(), given)
				_, updated := api.Update(t.Context(), Correction{ID: given + " ", Article: request(t, brief).Article})
				for verb, err := range map[string]error{"show": shown, "cancel": cancelled, "retry": retried, "reschedule": moved, "resolve": resolved, "withdraw": withdrawn, "update": updated} {
					var input *InputError
					if !errors.As(err, &input) || !strings.Contains(err.Error(), fmt.Sprintf("%q", given)) && verb != "update" {
						t.Errorf("%s %q: %v", verb, given, err)
					}
				}
			}
			list := func(f ListFilter) (got []string) {
				err := api.List(t.Context(), f, func(d ListedDelivery) error {
					got = append(got, d.ID)
					return nil
				})
				if err != nil {
					got = append(got, err.Error())
				}
				return got
			}
			all := list(ListFilter{})
			if len(all) != 6 {
				t.Fatalf("listed %q", all)
			}
			for _, c := range []struct {
				f    ListFilter
				want []string
			}{
				{ListFilter{After: all[2]}, all[3:]},
				{ListFilter{After: all[2], Limit: 2}, all[3:5]},
				{ListFilter{Prefix: ids[0][:3]}, all},
				{ListFilter{Prefix: ids[1]}, all[2:4]},
				{ListFilter{Prefix: ids[1] + ".l"}, []string{ids[1] + ".long"}},
				{ListFilter{Prefix: ids[1] + ".x"}, nil},
				{ListFilter{Prefix: "0"}, nil},
				{ListFilter{Prefix: "z"}, nil},
				{ListFilter{Prefix: "1.", State: "scheduled"}, []string{`prefix "1.": no ID begins so`}},
				{ListFilter{Prefix: "1", After: all[0]}, []string{"after and prefix exclude each other"}},
			} {
				if got := list(c.f); !slices.Equal(got, c.want) {
					t.Errorf("%+v: %q, want %q", c.f, got, c.want)
				}
			}
		})
	}
}
