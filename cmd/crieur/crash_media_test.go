package main

import (
	"os"
	"os/exec"
	"testing"
	"time"

	"crieur/internal/failpoint"
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
			d := &victim{t: t, point: point, log: new(limitedBuffer), ended: make(chan struct{})}
			d.cmd = exec.Command(bin, "run")
			d.cmd.Dir, d.cmd.Stderr = w.dir, d.log
			d.cmd.Env = append(os.Environ(), failpoint.Variable+"="+point)
			if err := d.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			go func() {
				d.err = d.cmd.Wait()
				close(d.ended)
			}()
			if got := d.killedAfter(30 * time.Second); got != point {
				t.Fatalf("it was not killed at %s", point)
			}
			w.drain()
			w.check()
		})
	}
}
