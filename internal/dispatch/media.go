package dispatch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/failpoint"
	"crieur/internal/journal"
	"crieur/internal/outbox"
	"crieur/internal/platform"
)

// mediaWithin bounds the upload of a picture, its description and its processing.
const mediaWithin = 3 * time.Minute

// picture hands the picture of a delivery over, after the claim and before the request.
// go on: send, with the ID. Else the delivery is settled: nothing was posted, so no
// ending of it is ambiguous, and an upload without a post harms nobody.
func (w *worker) picture(ctx context.Context, d delivery.Delivery) (id string, goOn bool, err error) {
	if d.Media == nil {
		return "", true, nil
	}
	data, err := w.engine.opt.Outbox.Media(*d.Media)
	if err != nil {
		return "", false, w.noPicture(ctx, d, &platform.Error{Class: delivery.Refused, Err: err})
	}
	w.allow(mediaWithin)
	within, cancel := context.WithTimeout(ctx, mediaWithin)
	failpoint.Reach("upload.before")
	w.setUploading(d.ID)
	id, err = w.acc.Client.Upload(within, platform.Media{Data: data, Type: d.Media.Type, Alt: d.Media.Alt})
	w.setUploading("")
	failpoint.Reach("upload.after")
	cancel()
	w.setBusy(true) // anew: the request has its own time
	switch {
	case ctx.Err() != nil:
		// Also when it was uploaded: who stops does not want one more request.
		_, err = w.record(ctx, d, outbox.Outcome{
			To: delivery.Scheduled, Class: delivery.Throttled, Due: time.Now(), Error: delivery.NotSent + "crieur stopped while the picture was uploaded",
		})
		return "", false, err
	case err == nil && id == "":
		err = errors.New("the platform names no picture")
	case err == nil:
		return id, true, nil
	}
	return "", false, w.noPicture(ctx, d, classed(err))
}

func (w *worker) setUploading(delivery string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.uploading = delivery
}

// chargedTo is the delivery that a request is for; empty: none.
func (w *worker) chargedTo(op platform.Op) string {
	if op != platform.OpUpload && op != platform.OpMetadata {
		return ""
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.uploading
}

// noPicture settles a delivery whose picture was not taken.
func (w *worker) noPicture(ctx context.Context, d delivery.Delivery, perr *platform.Error) error {
	failed := *perr
	failed.Err = fmt.Errorf(delivery.NotSent+"the picture: %w", perr.Err)
	if perr = &failed; perr.Class == delivery.Ambiguous { // what became of an upload does not matter
		perr.Class = delivery.Refused
	}
	if !errors.Is(perr, platform.ErrNoUpload) {
		return w.settle(ctx, d, delivery.Receipt{}, perr, time.Now())
	}
	// The account may post all else, so it is not stopped.
	reason := fmt.Sprintf("%v: give the login that right (authorise it anew), then \"crieur resolve %s --not-posted\" sends it; media = \"none\" posts what is enqueued from then on without pictures", perr.Err, d.ID)
	_, err := w.record(ctx, d, outbox.Outcome{
		To: delivery.Held, Class: delivery.Throttled, Status: perr.Status, Error: perr.Err.Error(), Reason: reason,
	})
	if err != nil {
		return err
	}
	w.log.Error("delivery held", journal.Key, journal.DeliveryHeld, "delivery", d.ID, "reason", reason)
	w.engine.alert(AlertHeld, d, reason)
	return nil
}

// sendWithin bounds an attempt: its request, and its picture before that.
func (w *worker) sendWithin(d delivery.Delivery) time.Duration {
	if d.Media == nil {
		return w.engine.opt.SendTimeout
	}
	return w.engine.opt.SendTimeout + mediaWithin
}

// postCost is what the platform bills for a post with its picture.
func (a Account) postCost(text string, m *delivery.Media) outbox.Micros {
	return outbox.MicrosOf(a.Cost(text)) + a.MediaCost(m)
}

// MediaCost is what the platform bills for the picture of a post: its description.
func (a Account) MediaCost(m *delivery.Media) outbox.Micros {
	if m == nil || m.Alt == "" || a.Price == nil {
		return 0
	}
	return a.Price(platform.OpMetadata, 1)
}
