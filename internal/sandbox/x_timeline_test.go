package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// timelineOf asks for the own timeline with this query.
func timelineOf(t *testing.T, x *X, query string) answer {
	t.Helper()
	return send(t, freshClient(t), bearer(request(t, "GET", x.URL+"/2/users/"+x.Credentials().UserID+"/tweets?"+query, ""), x.Credentials().Bearer))
}

func idsOf(t *testing.T, a answer) []string {
	t.Helper()
	ids := []string{}
	list, _ := a.json(t).(map[string]any)["data"].([]any)
	for _, v := range list {
		ids = append(ids, v.(map[string]any)["id"].(string))
	}
	return ids
}

func TestTheTimelinePagesBackToItsEnd(t *testing.T) {
	s := start(t, Options{})
	c := signer(t, s.X)
	var want []string
	for i := range 12 {
		id := send(t, c, tweet(t, s.X, fmt.Sprint("post ", i))).field(t, "data", "id")
		want = append([]string{id}, want...)
	}
	var got []string
	query, pages := "max_results=5", 0
	for {
		a := timelineOf(t, s.X, query)
		ids := idsOf(t, a)
		got = append(got, ids...)
		equal(t, ids[0], a.field(t, "meta", "newest_id"))
		equal(t, ids[len(ids)-1], a.field(t, "meta", "oldest_id"))
		equal(t, fmt.Sprint(len(ids)), a.field(t, "meta", "result_count"))
		pages++
		next := a.field(t, "meta", "next_token")
		if next == "<nil>" {
			break
		}
		query = "max_results=5&pagination_token=" + next
	}
	equal(t, want, got)
	equal(t, 3, pages)
	equal(t, want[:3], idsOf(t, timelineOf(t, s.X, "since_id="+want[3])))
	equal(t, want[10:], idsOf(t, timelineOf(t, s.X, "until_id="+want[9])))
	equal(t, 10, len(idsOf(t, timelineOf(t, s.X, ""))))
}

func TestTheTimelineShowsEntitiesOnRequest(t *testing.T) {
	s := start(t, Options{})
	send(t, signer(t, s.X), tweet(t, s.X, "é & https://www.example.com/a/very/long/path?x=1&y=2 example.com"))
	p := s.X.Posts()[0]
	short0, short1 := shorten(p.ID, 0, "").short, shorten(p.ID, 1, "").short
	want := map[string]any{"data": []any{map[string]any{
		"id": p.ID, "text": "é &amp; " + short0 + " " + short1, "edit_history_tweet_ids": []any{p.ID},
		"created_at": p.At.UTC().Format("2006-01-02T15:04:05.000Z"),
		"entities": map[string]any{"urls": []any{
			map[string]any{"start": "8", "end": "31", "url": short0, "expanded_url": "https://www.example.com/a/very/long/path?x=1&amp;y=2", "display_url": "example.com/a/very/long/pa…"},
			map[string]any{"start": "32", "end": "55", "url": short1, "expanded_url": "http://example.com", "display_url": "example.com"},
		}},
	}}, "meta": map[string]any{"result_count": "1", "newest_id": p.ID, "oldest_id": p.ID}}
	equal(t, want, numbersAsText(timelineOf(t, s.X, "tweet.fields=created_at,entities&max_results=100&exclude=replies,retweets").json(t)))
	plain := timelineOf(t, s.X, "").Body
	if strings.Contains(plain, "entities") || strings.Contains(plain, "created_at") {
		t.Errorf("unasked fields in %s", plain)
	}
}

// numbersAsText makes json.Number comparable with what a reader writes.
func numbersAsText(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = numbersAsText(v[k])
		}
	case []any:
		for i := range v {
			v[i] = numbersAsText(v[i])
		}
	case fmt.Stringer:
		return v.String()
	}
	return v
}

func TestTheTimelineFiltersByTimeAndReplies(t *testing.T) {
	s := start(t, Options{})
	c := signer(t, s.X)
	first := send(t, c, tweet(t, s.X, "first")).field(t, "data", "id")
	reply := send(t, c, request(t, "POST", s.X.URL+"/2/tweets", `{"text":"re","reply":{"in_reply_to_tweet_id":"`+first+`"}}`, "Content-Type", "application/json")).field(t, "data", "id")
	at := func(d time.Duration) string {
		return url.QueryEscape(s.X.Posts()[0].At.Add(d).UTC().Format(time.RFC3339))
	}
	equal(t, []string{reply, first}, idsOf(t, timelineOf(t, s.X, "start_time="+at(0))))
	equal(t, []string{}, idsOf(t, timelineOf(t, s.X, "start_time="+at(2*time.Minute))))
	equal(t, []string{reply, first}, idsOf(t, timelineOf(t, s.X, "end_time="+at(2*time.Minute))))
	equal(t, []string{}, idsOf(t, timelineOf(t, s.X, "end_time="+at(-time.Minute))))
	equal(t, []string{first}, idsOf(t, timelineOf(t, s.X, "exclude=replies")))
	equal(t, `{"meta":{"result_count":0}}`, strings.TrimSpace(timelineOf(t, s.X, "since_id="+reply).Body))
}

func TestTheTimelineLagsBehind(t *testing.T) {
	s := start(t, Options{TimelineLag: time.Hour})
	send(t, signer(t, s.X), tweet(t, s.X, "late"))
	equal(t, []string{}, idsOf(t, timelineOf(t, s.X, "")))
	at := s.X.Posts()[0].At
	equal(t, []int{0, 1}, []int{len(s.X.visible(at.Add(time.Hour-1), time.Hour)), len(s.X.visible(at.Add(time.Hour), time.Hour))})
}

func TestTheTimelineRefusesParametersThatXRefuses(t *testing.T) {
	s := start(t, Options{})
	for _, q := range []string{"max_results=4", "max_results=101", "max_results=x", "since_id=x", "until_id=-1", "start_time=yesterday",
		"end_time=1", "exclude=everything", "tweet.fields=entities,mood", "pagination_token=7", "limit=5"} {
		if a := timelineOf(t, s.X, q); a.Status != 400 || a.field(t, "title") != "Invalid Request" {
			t.Errorf("%s: got %d %s", q, a.Status, a.Body)
		}
	}
	a := send(t, signer(t, s.X), request(t, "GET", s.X.URL+"/2/users/17/tweets", ""))
	if a.Status != 200 || !strings.Contains(a.Body, "Could not find user with id: [17].") {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
}
