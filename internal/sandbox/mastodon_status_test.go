package sandbox

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	mastodon "github.com/mattn/go-mastodon"
)

func TestOwnStatusesPageBackByLinkHeaders(t *testing.T) {
	for _, f := range []Flavour{Mastodon45, GoToSocial} {
		m := start(t, Options{Flavour: f}).Mastodon
		c := goMastodon(t, m)
		var want []string
		for i := range 7 {
			st, err := c.PostStatus(t.Context(), &mastodon.Toot{Status: fmt.Sprint("post ", i)})
			must(t, err)
			want = append([]string{string(st.ID)}, want...)
		}
		account := mastodon.ID(m.Credentials().AccountID)
		var got []string
		pg := &mastodon.Pagination{Limit: 3}
		for calls := 1; ; calls++ {
			page, err := c.GetAccountStatuses(t.Context(), account, pg)
			must(t, err)
			for _, st := range page {
				got = append(got, string(st.ID))
			}
			if pg.MaxID == "" {
				equal(t, 3, calls)
				break
			}
			pg.SinceID, pg.MinID, pg.Limit = "", "", 3
		}
		equal(t, want, got)
		ids := func(query string) []string {
			a := send(t, freshClient(t), bearer(request(t, "GET", m.URL+"/api/v1/accounts/"+string(account)+"/statuses?"+query, ""), m.Token()))
			out := []string{}
			for _, v := range a.json(t).([]any) {
				out = append(out, v.(map[string]any)["id"].(string))
			}
			return out
		}
		equal(t, want[3:5], ids("max_id="+want[2]+"&limit=2&exclude_reblogs=true"))
		equal(t, want[:2], ids("since_id="+want[4]+"&limit=2"))
		equal(t, want[2:4], ids("min_id="+want[4]+"&limit=2"))
		equal(t, want, ids("limit=1000"))
		equal(t, []string{}, ids("only_media=true"))
		equal(t, []string{}, ids("pinned=true"))
	}
}

func TestStrangersSeeOnlyWhatIsPublicAndNobodyAnotherAccount(t *testing.T) {
	m := start(t, Options{}).Mastodon
	for _, v := range []string{"public", "unlisted", "private", "direct"} {
		equal(t, 200, send(t, freshClient(t), tootRequest(t, m, v, "visibility", v)).Status)
	}
	list := m.URL + "/api/v1/accounts/" + m.Credentials().AccountID + "/statuses"
	equal(t, 2, len(send(t, freshClient(t), request(t, "GET", list, "")).json(t).([]any)))
	equal(t, 4, len(send(t, freshClient(t), bearer(request(t, "GET", list, ""), m.Token())).json(t).([]any)))
	equal(t, 404, send(t, freshClient(t), request(t, "GET", m.URL+"/api/v1/accounts/1/statuses", "")).Status)
}

func TestOwnStatusesLagBehind(t *testing.T) {
	m := start(t, Options{TimelineLag: time.Hour}).Mastodon
	c := goMastodon(t, m)
	_, err := c.PostStatus(t.Context(), &mastodon.Toot{Status: "late"})
	must(t, err)
	page, err := c.GetAccountStatuses(t.Context(), mastodon.ID(m.Credentials().AccountID), nil)
	must(t, err)
	equal(t, 0, len(page))
	equal(t, 1, len(m.Posts()))
}

func TestOwnStatusesHideRepliesOnRequest(t *testing.T) {
	m := start(t, Options{}).Mastodon
	c := goMastodon(t, m)
	st, err := c.PostStatus(t.Context(), &mastodon.Toot{Status: "one"})
	must(t, err)
	_, err = c.PostStatus(t.Context(), &mastodon.Toot{Status: "two", InReplyToID: st.ID})
	must(t, err)
	for hide, want := range map[string]int{"true": 1, "false": 2} {
		page, err := c.GetAccountStatusesParams(t.Context(), mastodon.ID(m.Credentials().AccountID), url.Values{"exclude_replies": {hide}}, nil)
		must(t, err)
		equal(t, want, len(page))
	}
}
