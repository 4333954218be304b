package x

import (
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

const (
	ok        = delivery.OK
	refused   = delivery.Refused
	throttle  = delivery.Throttled
	auth      = delivery.Auth
	noQuota   = delivery.Quota
	permanent = delivery.Permanent
	ambiguous = delivery.Ambiguous
)

type header map[string]string

// said is one answer of the platform and what it means for a post.
type said struct {
	name   string
	status int
	body   string
	header header
	class  delivery.Class
	wait   time.Duration
	is     error
}

func inSeconds(d time.Duration) string { return strconv.FormatInt(answered.Add(d).Unix(), 10) }

// answered is the Date of every answer: resets are counted from it.
var answered = time.Date(2026, 8, 22, 12, 0, 0, 0, time.UTC)

const (
	forbidden    = `,"type":"about:blank","title":"Forbidden","status":403}`
	problems     = `"type":"https://api.twitter.com/2/problems/`
	subsetOnly   = `{"errors":[{"message":"You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints","code":453}]}`
	usageCap     = `{"account_id":"7","product_name":"p","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap",` + problems + `usage-capped"}`
	tooMany      = `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`
	unavailable  = `{"title":"Service Unavailable","detail":"Service Unavailable","type":"about:blank","status":503}`
	echoesSecret = `{"title":"Unauthorized","detail":"consumer-secret-2 and access-token-3 and access-secret-4 and consumer-key-1 are bad"}`
)

// refusals mean the same in v2 and v1.1.
func refusals() []said {
	return []said{
		{name: "invalid request", status: 400, body: `{"errors":[{"parameters":{},"message":"…"}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.",` + problems + `invalid-request"}`, class: permanent},
		{name: "too long, 400", status: 400, body: `{"detail":"Your Tweet text is too long. For more information, see …"}`, class: permanent},
		{name: "too long, 403", status: 403, body: `{"detail":"Your Tweet text is too long. For more information, see …"` + forbidden, class: permanent},
		{name: "unauthorized", status: 401, body: `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`, class: auth},
		{name: "unauthorized, empty", status: 401, class: auth},
		{name: "unauthorized, echo", status: 401, body: echoesSecret, class: auth},
		{name: "credits depleted", status: 402, body: `{"account_id":2056915467785113600,"title":"CreditsDepleted","detail":"Your enrolled account [2056915467785113600] does not have any credits to fulfill this request.",` + problems + `credits"}`, class: noQuota},
		{name: "payment required, bare", status: 402, class: noQuota},
		{name: "spend cap", status: 403, body: `{"title":"SpendCapReached","detail":"Your enrolled account has reached its billing cycle spend cap.","reset_date":"2999-05-13",` + problems + `credits"}`, class: noQuota, wait: 366 * 24 * time.Hour},
		{name: "spend cap, past", status: 403, body: `{"title":"SpendCapReached","detail":"…","reset_date":"2026-05-13","type":"https://api.x.com/2/problems/credits"}`, class: noQuota},
		{name: "spend cap, odd date", status: 403, body: `{"title":"SpendCapReached","reset_date":20260513}`, class: noQuota},
		{name: "duplicate", status: 403, body: `{"detail":"You are not allowed to create a Tweet with duplicate content."` + forbidden, class: permanent, is: platform.ErrDuplicate},
		{name: "duplicate, v1.1", status: 403, body: `{"errors":[{"code":187,"message":"Status is a duplicate."}]}`, class: permanent, is: platform.ErrDuplicate},
		{name: "unsupported authentication", status: 403, body: `{"title":"Unsupported Authentication","detail":"…",` + problems + `unsupported-authentication","status":403}`, class: auth},
		{name: "oauth1 permissions", status: 403, body: `{"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.","type":"https://api.x.com/2/problems/oauth1-permissions","title":"Forbidden","status":403}`, class: auth},
		{name: "no access to v1.1", status: 403, body: subsetOnly, class: auth},
		{name: "not permitted", status: 403, body: `{"detail":"You are not permitted to perform this action."` + forbidden, class: permanent},
		{name: "forbidden, new to us", status: 403, body: `{"detail":"Something new."` + forbidden, class: auth},
		{name: "forbidden, HTML", status: 403, body: `<html>Attention required</html>`, class: ambiguous},
		{name: "forbidden, empty", status: 403, class: ambiguous},
		{name: "daily limit, v1.1", status: 403, body: `{"errors":[{"code":185,"message":"User is over daily status update limit."}]}`, class: throttle, wait: 15 * time.Minute},
		{name: "bad authentication, v1.1", status: 400, body: `{"errors":[{"code":"215","message":"Bad Authentication data."}]}`, class: auth},
		{name: "GNU social's words", status: 400, body: `{"error":"That’s too long.","request":"/api/statuses/update.json"}`, class: permanent},
		{name: "throttled, window", status: 429, body: tooMany, header: header{"x-rate-limit-remaining": "0", "x-rate-limit-reset": inSeconds(7 * time.Minute)}, class: throttle, wait: 7 * time.Minute},
		{name: "throttled, day", status: 429, body: tooMany, header: header{"x-rate-limit-remaining": "9", "x-rate-limit-reset": inSeconds(time.Minute), "x-user-limit-24hour-remaining": "0", "x-user-limit-24hour-reset": inSeconds(9 * time.Hour), "x-app-limit-24hour-remaining": "0", "x-app-limit-24hour-reset": inSeconds(8 * time.Hour)}, class: throttle, wait: 9 * time.Hour},
		{name: "throttled, code 88", status: 429, body: `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`, header: header{"Retry-After": "300"}, class: throttle, wait: 5 * time.Minute},
		{name: "throttled, HTML without headers", status: 429, body: `<html>`, class: throttle, wait: 15 * time.Minute},
		{name: "usage cap", status: 429, body: usageCap, header: header{"x-rate-limit-remaining": "0", "x-rate-limit-reset": inSeconds(time.Minute)}, class: noQuota},
		{name: "500", status: 500, body: `<html>`, class: ambiguous},
		{name: "502", status: 502, body: `<html>Bad Gateway</html>`, class: ambiguous},
		{name: "503", status: 503, body: unavailable, class: ambiguous},
		{name: "503 with a time", status: 503, body: unavailable, header: header{"Retry-After": "60"}, class: ambiguous, wait: time.Minute},
		{name: "504", status: 504, class: ambiguous},
		{name: "404, empty", status: 404, class: ambiguous},
		{name: "404, explained", status: 404, body: `{"errors":[{"code":34,"message":"Sorry, that page does not exist."}]}`, class: auth},
		{name: "400, a proxy's", status: 400, body: `<html>The plain HTTP request was sent to HTTPS port</html>`, class: ambiguous},
		{name: "409", status: 409, body: `{"title":"Conflict","detail":"…"}`, class: ambiguous},
		{name: "moved", status: 301, header: header{"Location": "https://elsewhere.example/access-token-3?t=consumer-secret-2"}, class: auth},
		{name: "moved for now", status: 307, header: header{"Location": "https://elsewhere.example/2/tweets"}, class: auth},
		{name: "see other", status: 303, header: header{"Location": "/done"}, class: ambiguous},
		{name: "202", status: 202, body: `{}`, class: ambiguous},
		{name: "204", status: 204, class: ambiguous},
		{name: "error with 200", status: 200, body: `{"errors":[{"message":"…"}]}`, class: ambiguous},
		{name: "HTML with 200", status: 200, body: `<html>welcome</html>`, class: ambiguous},
		{name: "nothing with 200", status: 200, class: ambiguous},
		{name: "list with 200", status: 200, body: `[]`, class: ambiguous},
		{name: "null with 200", status: 200, body: `null`, class: ambiguous},
	}
}

func TestEveryAnswerHasItsClass(t *testing.T) {
	t.Parallel()
	for api, own := range map[string][]said{
		"v2": {
			{name: "created", status: 201, body: `{"data":{"id":"1445880548472328192","text":"other"}}`, class: ok},
			{name: "created, 200", status: 200, body: `{"data":{"id":"1445880548472328192"}}`, class: ok},
			{name: "ID as a number", status: 201, body: `{"data":{"id":1445880548472328192}}`, class: ambiguous},
			{name: "ID null", status: 201, body: `{"data":{"id":null}}`, class: ambiguous},
			{name: "ID zero", status: 201, body: `{"data":{"id":"0"}}`, class: ambiguous},
			{name: "ID no number", status: 201, body: `{"data":{"id":"../../evil"}}`, class: ambiguous},
			{name: "data a list", status: 201, body: `{"data":[{"id":"1"}]}`, class: ambiguous},
			{name: "cut", status: 201, body: `{"data":{"id":"1445880548472328192","te`, class: ambiguous},
		},
		"v1.1": {
			{name: "updated", status: 200, body: `{"id":1445880548472328192,"id_str":"1445880548472328192","user":{"screen_name":"crier"}}`, class: ok},
			{name: "number alone", status: 200, body: `{"id":1445880548472328192}`, class: ok},
			{name: "strange dates", status: 200, body: `{"id":1445880548472328192,"created_at":5,"entities":"none"}`, class: ok},
			{name: "ID zero", status: 200, body: `{"id":0}`, class: ambiguous},
			{name: "201", status: 201, body: `{"id":1}`, class: ambiguous},
		},
	} {
		for _, s := range append(own, refusals()...) {
			t.Run(api+" "+s.name, func(t *testing.T) {
				t.Parallel()
				server := answering(t, s)
				receipt, err := client(t, Options{BaseURL: server.URL, API: api}).Post(t.Context(), platform.Post{Text: "hello", Key: "k"})
				checkSaid(t, s, receipt, err)
			})
		}
	}
}

func checkSaid(t *testing.T, s said, receipt delivery.Receipt, err error) {
	t.Helper()
	if s.class == ok {
		if err != nil || receipt.PostID != "1445880548472328192" || !receipt.PostedAt.Equal(answered) {
			t.Errorf("got %+v, %v", receipt, err)
		}
		return
	}
	e, typed := errors.AsType[*platform.Error](err)
	if !typed {
		t.Fatalf("no *platform.Error: %v", err)
	}
	if e.Class != s.class || e.RetryAfter != s.wait || e.Status != s.status || receipt != (delivery.Receipt{}) {
		t.Errorf("got %s, wait %v, status %d, %+v; want %s, %v, %d: %v", e.Class, e.RetryAfter, e.Status, receipt, s.class, s.wait, s.status, err)
	}
	if errors.Is(err, platform.ErrDuplicate) != (s.is != nil) {
		t.Errorf("duplicate: %v", err)
	}
	noSecrets(t, err)
}

func TestASpendCapPausesUntilItsDate(t *testing.T) {
	t.Parallel()
	body := `{"title":"SpendCapReached","reset_date":"2026-08-25"}`
	e := refusal(platform.Answer{Status: http.StatusForbidden, Body: []byte(body), At: answered})
	if e.Class != noQuota || e.RetryAfter != 60*time.Hour {
		t.Errorf("got %s, %v", e.Class, e.RetryAfter)
	}
}
