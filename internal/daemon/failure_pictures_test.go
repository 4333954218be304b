package daemon

import (
	"slices"
	"time"

	"crieur/internal/sandbox"
)

// pictureRows are the faults of posts with a picture: at its upload, at its description,
// and after both.
func pictureRows(moment time.Duration) []row {
	on := func(op sandbox.Op, fs ...sandbox.Fault) []sandbox.Fault {
		for i := range fs {
			fs[i].On = op
		}
		return fs
	}
	upload := func(fault string, f sandbox.Fault) row {
		return row{"picture: " + fault, on(sandbox.OpUpload, f), on(sandbox.OpUpload, f)}
	}
	uploaded := func(fault string, x, mastodon sandbox.Fault) row {
		well := sandbox.Fault{Kind: sandbox.Slow, For: moment, On: sandbox.OpUpload}
		return row{"picture uploaded, then " + fault, []sandbox.Fault{well, x}, []sandbox.Fault{well, mastodon}}
	}
	named := func(name string) sandbox.Fault { return sandbox.Fault{Kind: sandbox.Documented, Name: name} }
	lost := sandbox.Fault{Kind: sandbox.ResetAfter}
	return []row{
		upload("uploaded slowly", sandbox.Fault{Kind: sandbox.Slow, For: moment}),
		upload("connection reset before it is stored", sandbox.Fault{Kind: sandbox.ResetBefore}),
		upload("connection reset after it is stored", sandbox.Fault{Kind: sandbox.ResetAfter}),
		upload("silence, it is stored", sandbox.Fault{Kind: sandbox.TimeoutAfter, For: moment}),
		upload("success with a page in place of JSON", sandbox.Fault{Kind: sandbox.Garbage}),
		upload("503", named("unavailable")),
		upload("503 for good", sandbox.Fault{Kind: sandbox.Documented, Name: "unavailable", Times: -1}),
		upload("429 with a reset in an hour", sandbox.Fault{Kind: sandbox.RateLimited, For: time.Hour}),
		{"picture: refused for what it is", on(sandbox.OpUpload, named("invalid-request")), on(sandbox.OpUpload, named("media-type"))},
		{"picture: 401", on(sandbox.OpUpload, named("unauthorized")), on(sandbox.OpUpload, named("token-invalid"))},
		{"picture: the login may post, but not upload", on(sandbox.OpUpload, named("forbidden")), on(sandbox.OpUpload, named("outside-scopes"))},
		{"picture: no credits left for its description", on(sandbox.OpMetadata, named("credits-depleted")), nil},
		{"picture: its description answers 503", on(sandbox.OpMetadata, named("unavailable")), nil},
		uploaded("the post's answer is lost", lost, lost),
		uploaded("the post answers 503", named("unavailable"), named("unavailable")),
		uploaded("the post is refused because of it", named("media-invalid"), named("media-not-processed")),
		uploaded("429 for the post", sandbox.Fault{Kind: sandbox.RateLimited, For: time.Hour}, sandbox.Fault{Kind: sandbox.RateLimited, For: time.Hour}),
	}
}

// pictured tells whether a scene is of a post with a picture.
func pictured(faults []sandbox.Fault) bool {
	return slices.ContainsFunc(faults, func(f sandbox.Fault) bool { return f.On == sandbox.OpUpload || f.On == sandbox.OpMetadata })
}
