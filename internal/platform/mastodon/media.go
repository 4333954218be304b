package mastodon

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	lib "github.com/mattn/go-mastodon"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// Pauses while the server processes a picture.
const (
	processingPause = 250 * time.Millisecond
	longestPause    = 5 * time.Second
)

// Upload sends POST /api/v2/media and waits until the picture can be attached.
func (c *Client) Upload(ctx context.Context, m platform.Media) (string, error) {
	call := c.wire.Upload()
	_, err := c.library(call).UploadMediaFromMedia(ctx, &lib.Media{File: bytes.NewReader(m.Data), Description: m.Alt})
	answer, ok := call.Answer()
	if !ok {
		return "", call.Failure(err)
	}
	id, ready, err := judgeMedia(answer)
	if err != nil {
		return "", call.Failure(err)
	}
	for pause := processingPause; !ready; pause = min(2*pause, longestPause) {
		select {
		case <-ctx.Done():
			return "", &platform.Error{Class: delivery.Refused, Err: fmt.Errorf("the server still processes the picture: %w", ctx.Err())}
		case <-time.After(pause):
		}
		if ready, err = c.processed(ctx, id); err != nil {
			return "", err
		}
	}
	return id, nil
}

// processed asks whether a picture can be attached: 206 means not yet.
func (c *Client) processed(ctx context.Context, id string) (bool, error) {
	answer, call, err := c.ask(ctx, platform.OpUpload, "/api/v1/media/"+url.PathEscape(id))
	switch {
	case err != nil:
		return false, err
	case answer.Status == http.StatusPartialContent:
		return false, nil
	case answer.Status == http.StatusNotFound:
		return false, call.Failure(answer.Fail(delivery.Refused, errors.New("the picture is no longer there: the next attempt uploads it anew")))
	}
	if _, _, err := judgeMedia(answer); err != nil {
		return false, call.Failure(err)
	}
	return true, nil
}

// judgeMedia decides what an answer to an upload means. Without an address the picture
// is still being processed, whatever the status.
func judgeMedia(a platform.Answer) (id string, ready bool, err error) {
	if a.Status != http.StatusOK && a.Status != http.StatusAccepted {
		return "", false, mediaRefusal(a)
	}
	var body struct {
		ID    platform.Scalar `json:"id"`
		URL   json.RawMessage `json:"url"`
		Error string          `json:"error"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return "", false, a.Unclear()
	}
	if id = body.ID.ID(); id == "" {
		return "", false, a.Fail(delivery.Refused, fmt.Errorf("the answer names no picture: %s", body.Error))
	}
	return id, a.Status == http.StatusOK && len(body.URL) > 0 && string(body.URL) != "null", nil
}

// mediaRefusal is refusal, but for what concerns pictures alone: an account that may
// post is not stopped because it may not upload.
func mediaRefusal(a platform.Answer) *platform.Error {
	message, explained := explain(a)
	switch {
	case a.Status == http.StatusRequestEntityTooLarge:
		return a.Fail(delivery.Permanent, errors.New(message))
	case a.Status == http.StatusNotFound:
		return a.Fail(delivery.Auth, fmt.Errorf("%w: the server has no /api/v2/media: %s", platform.ErrNoUpload, message))
	case a.Status == http.StatusForbidden && explained && strings.Contains(message, "scope"):
		return a.Fail(delivery.Auth, fmt.Errorf("%w, it lacks the scope write:media: %s", platform.ErrNoUpload, message))
	}
	e := refusal(a)
	if explained && e.Class == delivery.Ambiguous {
		e.Err = errors.New(message)
	}
	return e
}

// attachedAnew turns the refusal of a post because of its picture into one that is tried
// again: the next attempt uploads the picture anew.
func attachedAnew(p platform.Post, err error) error {
	e, ok := errors.AsType[*platform.Error](err)
	if !ok || p.MediaID == "" || e.Class != delivery.Permanent {
		return err
	}
	for _, phrase := range []string{"not found or already attached", "media not found"} {
		if strings.Contains(strings.ToLower(e.Err.Error()), phrase) {
			again := *e
			again.Class = delivery.Refused
			return &again
		}
	}
	return err
}
