package sandbox

import (
	"maps"
	"net/http"
	"strings"
)

// tooManyRequests names the 429 of either platform in its documented errors.
const tooManyRequests = "too-many-requests"

// XErrors returns the documented errors of X by name, with the bodies as X writes them.
func XErrors() map[string]ErrorBody {
	errors := map[string]ErrorBody{
		"invalid-request": {Status: 400, Body: `{"errors":[{"parameters":{},"message":"Your request is invalid."}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}`},
		"too-long":        {Status: 403, Body: `{"detail":"Your Tweet text is too long. For more information on how Twitter determines text length see https://github.com/twitter/twitter-text.","type":"about:blank","title":"Forbidden","status":403}`},
		"too-long-400":    {Status: 400, Body: `{"detail":"Your Tweet text is too long.","type":"about:blank","title":"Bad Request","status":400}`},
		"media-invalid":   {Status: 400, Body: `{"errors":[{"parameters":{"media.media_ids":["1"]},"message":"Your media IDs are invalid."}],"title":"Invalid Request","detail":"One or more parameters to your request was invalid.","type":"https://api.twitter.com/2/problems/invalid-request"}`},
		"unauthorized":    {Status: 401, Body: `{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}`},

		"credits-depleted": {Status: 402, Body: `{"account_id":2056915467785113600,"title":"CreditsDepleted","detail":"Your enrolled account [2056915467785113600] does not have any credits to fulfill this request.","type":"https://api.twitter.com/2/problems/credits"}`},
		"spend-cap":        {Status: 403, Body: `{"title":"SpendCapReached","detail":"Your enrolled account has reached its billing cycle spend cap.","reset_date":"2026-05-13","type":"https://api.twitter.com/2/problems/credits"}`},

		"duplicate":                  {Status: 403, Body: `{"detail":"You are not allowed to create a Tweet with duplicate content.","type":"about:blank","title":"Forbidden","status":403}`},
		"unsupported-authentication": {Status: 403, Body: `{"title":"Unsupported Authentication","detail":"Authenticating with OAuth 2.0 Application-Only is forbidden for this endpoint.  Supported authentication types are [OAuth 1.0a User Context, OAuth 2.0 User Context].","type":"https://api.twitter.com/2/problems/unsupported-authentication","status":403}`},
		"oauth1-permissions":         {Status: 403, Body: `{"detail":"Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.","type":"https://api.twitter.com/2/problems/oauth1-permissions","title":"Forbidden","status":403}`},
		"v1.1-access":                {Status: 403, Body: `{"errors":[{"message":"You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different access level.","code":453}]}`},
		"not-permitted":              {Status: 403, Body: `{"detail":"You are not permitted to perform this action.","type":"about:blank","title":"Forbidden","status":403}`},
		"forbidden":                  {Status: 403, Body: `{"title":"Forbidden","detail":"Forbidden","type":"about:blank","status":403}`},
		"not-found-empty":            {Status: 404},

		tooManyRequests:       {Status: 429, Body: `{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}`},
		"rate-limit-exceeded": {Status: 429, Body: `{"errors":[{"code":88,"message":"Rate limit exceeded"}]}`},
		"usage-cap":           {Status: 429, Body: `{"account_id":"2056915467785113600","product_name":"standard-basic","title":"UsageCapExceeded","period":"Monthly","scope":"Product","detail":"Usage cap exceeded: Monthly product cap","type":"https://api.twitter.com/2/problems/usage-capped"}`},
		"unavailable":         {Status: 503, Body: `{"title":"Service Unavailable","detail":"Service Unavailable","type":"about:blank","status":503}`},
	}
	maps.Copy(errors, gatewayErrors())
	return errors
}

// gatewayErrors are the answers of the machines in front of a platform: pages, not JSON.
func gatewayErrors() map[string]ErrorBody {
	page := func(status int) ErrorBody {
		text := http.StatusText(status)
		return ErrorBody{Status: status, Body: "<html><head><title>" + text + "</title></head><body><h1>" + text + "</h1></body></html>"}
	}
	return map[string]ErrorBody{"server-error": page(500), "bad-gateway": page(502), "gateway-timeout": page(504)}
}

// documented answers an error by its name in the server's table.
func (s *Server) documented(name string) reply {
	e := s.errors[name]
	return Fault{Status: e.Status, Body: e.Body, Header: e.Header}.reply()
}

// xInvalid is a 400 of X v2 with the reasons that a parameter gives.
func xInvalid(message string) reply {
	return jsonReply(http.StatusBadRequest, map[string]any{
		"errors": []any{map[string]any{"parameters": map[string]any{}, "message": message}},
		"title":  "Invalid Request",
		"detail": "One or more parameters to your request was invalid.",
		"type":   "https://api.twitter.com/2/problems/invalid-request",
	})
}

// xCoded is an error in the shape of v1.1.
func xCoded(status, code int, message string) reply {
	return jsonReply(status, map[string]any{"errors": []any{map[string]any{"code": code, "message": message}}})
}

// unknown answers a path that X does not have, or this sandbox does not serve.
func (x *X) unknown(c *call) reply {
	if strings.HasPrefix(c.URL.Path, "/1.1/") {
		return xCoded(http.StatusNotFound, 34, "Sorry, that page does not exist.")
	}
	return jsonReply(http.StatusNotFound, map[string]any{"title": "Not Found", "detail": "Not Found", "type": "about:blank", "status": http.StatusNotFound})
}
