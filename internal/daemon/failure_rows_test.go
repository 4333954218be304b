package daemon

import (
	"fmt"
	"strings"
	"time"

	"crieur/internal/sandbox"
)

// row is one fault, as each platform shows it. No faults: the platform has no such one.
type row struct {
	fault       string
	x, mastodon []sandbox.Fault
}

// both is a fault that looks the same everywhere.
func both(fault string, faults ...sandbox.Fault) row { return row{fault, faults, faults} }

func documented(name string) []sandbox.Fault {
	return []sandbox.Fault{{Kind: sandbox.Documented, Name: name}}
}

// said is a documented error that both platforms have under one name.
func said(fault, name string) row { return row{fault, documented(name), documented(name)} }

func answer(status int, body string, header ...string) sandbox.Fault {
	f := sandbox.Fault{Kind: sandbox.Answer, Status: status, Body: body, Header: map[string]string{}}
	for i := 0; i < len(header); i += 2 {
		f.Header[header[i]] = header[i+1]
	}
	return f
}

func after(f sandbox.Fault) sandbox.Fault {
	f.Kind = sandbox.AnswerAfter
	return f
}

// blind makes the account's own posts unreadable, for good.
func blind(name string) sandbox.Fault {
	return sandbox.Fault{Kind: sandbox.Documented, Name: name, On: sandbox.OpTimeline, Times: -1}
}

// hidden answers the next two looks with a list in which the post does not show yet.
func hidden(emptyList string) sandbox.Fault {
	f := answer(200, emptyList)
	f.On, f.Times = sandbox.OpTimeline, 2
	return f
}

// hiddenForTwoLooks is the one fault with a limit: see "A timeline that lags" in the document.
const hiddenForTwoLooks = "answer lost, two looks do not show it yet"

// rows is every fault that crieur has an ending for. Unless it says "for good", a
// fault meets one request only.
func rows() []row {
	const moment = 50 * time.Millisecond
	return append(connectionRows(moment), append(answerRows(), append(errorRows(), append(lookRows(), pictureRows(moment)...)...)...)...)
}

func connectionRows(moment time.Duration) []row {
	return []row{
		both("none", []sandbox.Fault{}...),
		both("connection refused for good", sandbox.Fault{Kind: sandbox.RefuseConnection, For: time.Hour}),
		both("connection reset before the post is accepted", sandbox.Fault{Kind: sandbox.ResetBefore}),
		both("connection reset after the post is accepted", sandbox.Fault{Kind: sandbox.ResetAfter}),
		both("connection reset before the post is accepted, for good", sandbox.Fault{Kind: sandbox.ResetBefore, Times: -1}),
		both("silence, the post is not accepted", sandbox.Fault{Kind: sandbox.TimeoutBefore, For: moment}),
		both("silence, the post is accepted", sandbox.Fault{Kind: sandbox.TimeoutAfter, For: moment}),
		both("answer cut in the middle", sandbox.Fault{Kind: sandbox.Cut}),
		both("answer drips slowly", sandbox.Fault{Kind: sandbox.Slow, For: moment}),
	}
}

func answerRows() []row {
	endless := strings.Repeat("<p>nothing here</p>", 300_000) // beyond what is read
	elsewhere := []string{"Location", "https://elsewhere.example/api"}
	return []row{
		both("200 with a page in place of JSON, the post is not accepted", sandbox.Fault{Kind: sandbox.GarbageBefore}),
		both("success with a page in place of JSON, the post is accepted", sandbox.Fault{Kind: sandbox.Garbage}),
		both("success with megabytes of page, the post is accepted", after(answer(200, endless))),
		both("success said to be gzip but is not, the post is accepted", after(answer(200, "{}", "Content-Encoding", "gzip"))),
		both("200 with {} for a body, the post is accepted", after(answer(200, "{}"))),
		both("200 with an error for a body, the post is not accepted",
			answer(200, `{"errors":[{"message":"This action is not allowed"}],"error":"This action is not allowed"}`)),
		both("202 without a body, the post is accepted", after(answer(202, ""))),
		both("success with an ID, the post is dropped in silence", sandbox.Fault{Kind: sandbox.Drop}),
		both("302 to another host", answer(302, "", elsewhere...)),
		both("307 to another host", answer(307, "", elsewhere...)),
		both("303 to another place, the post is accepted", after(answer(303, "", elsewhere...))),
		said("500, the post is not accepted", "server-error"),
		both("500, the post is accepted", after(answer(500, "<h1>Internal Server Error</h1>"))),
		said("502 of a gateway, the post is not accepted", "bad-gateway"),
		said("503, the post is not accepted", "unavailable"),
		said("504 of a gateway, the post is not accepted", "gateway-timeout"),
		both("504 of a gateway, the post is accepted", after(answer(504, "<h1>Gateway Timeout</h1>"))),
	}
}

func errorRows() []row {
	inTenDays := time.Now().UTC().AddDate(0, 0, 11).Format(time.DateOnly)
	spendCap := fmt.Sprintf(`{"title":"SpendCapReached","detail":"Your enrolled account has reached its billing cycle spend cap.","reset_date":%q,"type":"https://api.twitter.com/2/problems/credits"}`, inTenDays)
	return []row{
		{"401: token invalid", documented("unauthorized"), documented("token-invalid")},
		{"401: token revoked", nil, documented("token-revoked")},
		{"402: no credits left", documented("credits-depleted"), nil},
		{"403: no credits left", []sandbox.Fault{answer(403, sandbox.XErrors()["credits-depleted"].Body)}, nil},
		{"403: spend cap reached, reset on a date to come", []sandbox.Fault{answer(403, spendCap)}, nil},
		{"403: spend cap reached, the date is past", documented("spend-cap"), nil},
		{"403: duplicate, out of the blue", documented("duplicate"), nil},
		{"403: token outside scopes, app may not write", documented("oauth1-permissions"), documented("outside-scopes")},
		{"403: app-only token", documented("unsupported-authentication"), nil},
		{"403: login disabled", nil, documented("login-disabled")},
		{"403: not permitted", documented("not-permitted"), documented("not-allowed")},
		{"404: wrong address", documented("not-found-empty"), documented("wrong-address")},
		{"400: request invalid", documented("invalid-request"), documented("parameter-missing")},
		said("too long in spite of the count", "too-long"),
		{"422: disallowed hashtag", nil, documented("disallowed-hashtag")},
		both("429 with a reset in an hour", sandbox.Fault{Kind: sandbox.RateLimited, For: time.Hour}),
		said("429 without a usable header", "too-many-requests"),
		both("429 with Retry-After: 300", answer(429, `{"error":"Too many requests"}`, "Retry-After", "300")),
		{"429: monthly usage cap", documented("usage-cap"), nil},
	}
}

func lookRows() []row {
	lost := sandbox.Fault{Kind: sandbox.ResetAfter}
	return []row{
		{"answer lost, the own posts cannot be read: 403", []sandbox.Fault{lost, blind("not-permitted")}, []sandbox.Fault{lost, blind("outside-scopes")}},
		{hiddenForTwoLooks, []sandbox.Fault{lost, hidden(`{"meta":{"result_count":0}}`)}, []sandbox.Fault{lost, hidden("[]")}},
		{"answer lost, no credits left to look", []sandbox.Fault{lost, blind("credits-depleted")}, nil},
		{"answer lost, the own posts answer 503 for good", []sandbox.Fault{lost, blind("unavailable")}, []sandbox.Fault{lost, blind("unavailable")}},
	}
}
