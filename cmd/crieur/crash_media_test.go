package main

import (
	"testing"
	"time"

	"crieur/internal/sandbox"
)

// TestAKillAroundAnUploadPostsThePictureOnce kills the daemon before an upload, between
// the upload and its post, and after the post: each article stands there once, with its
// one picture.
func TestAKillAroundAnUploadPostsThePictureOnce(t *testing.T) {
	bin := buildWithFailpoints(t)
	for _, point := range []string{"upload.before", "upload.after", "send.after"} {
		t.Run(point, func(t *testing.T) {
			w := newCrashWorld(t, bin, sandbox.GoToSocial, nil)
			defer w.close()
			w.enqueueOffline("") // the first one has a picture
			d := w.startAt(point, point)
			if got := d.killedAfter(30 * time.Second); got != point {
				t.Fatalf("it was not killed at %s", point)
			}
			w.drain()
			w.check()
		})
	}
}
