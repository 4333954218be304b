package sandbox

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// page is what a timeline request asks for.
type page struct {
	size         int
	since, until string // IDs, both exclusive
	from, to     time.Time
	fields       []string
	noReplies    bool
}

// timeline is GET /2/users/{id}/tweets, newest first.
func (x *X) timeline(c *call) reply {
	q, problem := readPage(c.URL.Query())
	if problem != "" {
		return xInvalid(problem)
	}
	if id := c.PathValue("id"); id != x.cred.UserID {
		return jsonReply(http.StatusOK, map[string]any{"errors": []any{map[string]any{
			"value": id, "detail": "Could not find user with id: [" + id + "].", "title": "Not Found Error", "resource_type": "user",
			"parameter": "id", "resource_id": id, "type": "https://api.twitter.com/2/problems/resource-not-found",
		}}})
	}
	posts := slices.DeleteFunc(x.visible(c.now, x.opt.TimelineLag), func(p *Post) bool { return !q.wants(p) })
	meta := map[string]any{"result_count": min(q.size, len(posts))}
	if len(posts) == 0 {
		return jsonReply(http.StatusOK, map[string]any{"meta": meta})
	}
	if len(posts) > q.size {
		posts = posts[:q.size]
		meta["next_token"] = "7140" + posts[q.size-1].ID
	}
	meta["newest_id"], meta["oldest_id"] = posts[0].ID, posts[len(posts)-1].ID
	data := make([]map[string]any, len(posts))
	for i, p := range posts {
		data[i] = q.show(p, x.cred.UserID)
	}
	return jsonReply(http.StatusOK, map[string]any{"data": data, "meta": meta})
}

// readPage reads the query as strictly as X does; problem is its complaint.
func readPage(query map[string][]string) (q page, problem string) {
	q.size = 10
	for _, name := range slices.Sorted(maps.Keys(query)) {
		v := query[name][0]
		ok := true
		switch name {
		case "max_results":
			n, err := strconv.Atoi(v)
			if err != nil || n < 5 || n > 100 {
				return q, fmt.Sprintf("The `max_results` query parameter value [%s] is not between 5 and 100", v)
			}
			q.size = n
		case "pagination_token":
			var id string
			id, ok = strings.CutPrefix(v, "7140")
			ok = ok && decimal(id)
			q.until = earlier(q.until, id)
		case "since_id":
			q.since, ok = v, decimal(v)
		case "until_id":
			q.until, ok = earlier(q.until, v), decimal(v)
		case "start_time":
			q.from, ok = moment(v)
		case "end_time":
			q.to, ok = moment(v)
		case "tweet.fields":
			q.fields = strings.Split(v, ",")
			ok = !slices.ContainsFunc(q.fields, func(f string) bool { return !slices.Contains(tweetFields(), f) })
		case "exclude":
			parts := strings.Split(v, ",")
			ok = !slices.ContainsFunc(parts, func(e string) bool { return e != "replies" && e != "retweets" })
			q.noReplies = slices.Contains(parts, "replies")
		default:
			return q, fmt.Sprintf("The query parameter [%s] is not one of [id,max_results,pagination_token,since_id,until_id,start_time,end_time,exclude,tweet.fields]", name)
		}
		if !ok {
			return q, fmt.Sprintf("The `%s` query parameter value [%s] is not valid", name, v)
		}
	}
	return q, ""
}

func earlier(a, b string) string {
	if a == "" || later(a, b) {
		return b
	}
	return a
}

func moment(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}

func tweetFields() []string {
	return []string{"id", "text", "created_at", "entities", "author_id", "edit_history_tweet_ids", "lang", "source", "conversation_id"}
}

func (q page) wants(p *Post) bool {
	second := p.At.Truncate(time.Second) // times in a query have no fractions
	return (q.since == "" || later(p.ID, q.since)) &&
		(q.until == "" || later(q.until, p.ID)) &&
		(q.from.IsZero() || !second.Before(q.from.Truncate(time.Second))) &&
		(q.to.IsZero() || second.Before(q.to)) &&
		(!q.noReplies || p.ReplyTo == "")
}

// show is a post with the fields that were asked for; id, text and the edit history always come.
func (q page) show(p *Post, author string) map[string]any {
	text, links := render(p)
	v := map[string]any{"id": p.ID, "text": text, "edit_history_tweet_ids": []string{p.ID}}
	for _, f := range q.fields {
		switch f {
		case "created_at":
			v[f] = p.At.UTC().Format("2006-01-02T15:04:05.000Z")
		case "author_id":
			v[f] = author
		case "lang":
			v[f] = "und"
		case "source":
			v[f] = "crieur sandbox"
		case "conversation_id":
			v[f] = p.ID
		case "entities":
			if e := v2Entities(links); e != nil {
				v[f] = e
			}
		}
	}
	return v
}
