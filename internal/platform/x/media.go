package x

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"time"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// What X takes of a picture.
const (
	mediaBytes    = 5_000_000
	altCharacters = 1000
)

// Pauses while X processes a picture, unless it names its own.
const (
	processingPause = time.Second
	longestPause    = 10 * time.Second
)

// Upload sends POST /2/media/upload, and with a description POST /2/media/metadata,
// which is billed. The v1.1 upload is retired, so accounts that post through v1.1
// upload through v2 as well.
func (c *Client) Upload(ctx context.Context, m platform.Media) (string, error) {
	state, err := c.upload(ctx, m)
	for pause := processingPause; err == nil && !state.ready(); pause = min(2*pause, longestPause) {
		select {
		case <-ctx.Done():
			return "", &platform.Error{Class: delivery.Refused, Err: fmt.Errorf("the picture is still processed: %w", ctx.Err())}
		case <-time.After(max(pause, min(time.Duration(state.Processing.After)*time.Second, longestPause))):
		}
		state, err = c.processed(ctx, state.ID)
	}
	if err != nil || m.Alt == "" {
		return state.ID, err
	}
	return state.ID, c.describe(ctx, state.ID, m.Alt)
}

// mediaState is what X says of a picture.
type mediaState struct {
	ID         string `json:"id"`
	Processing struct {
		State string `json:"state"`
		After int    `json:"check_after_secs"`
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	} `json:"processing_info"`
}

func (s mediaState) ready() bool {
	return s.Processing.State != "pending" && s.Processing.State != "in_progress"
}

func (c *Client) upload(ctx context.Context, m platform.Media) (mediaState, error) {
	call := c.wire.Upload()
	body, kind, err := uploadForm(m)
	if err != nil {
		return mediaState{}, call.Failure(err)
	}
	return c.mediaRequest(ctx, call, http.MethodPost, "/2/media/upload", kind, body)
}

// uploadForm is the multipart form of a picture. Its text fields come first.
func uploadForm(m platform.Media) (body []byte, kind string, err error) {
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	file := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="media"; filename="picture"`}, "Content-Type": {m.Type}}
	err = errors.Join(form.WriteField("media_category", "tweet_image"), form.WriteField("media_type", m.Type))
	part, perr := form.CreatePart(file)
	if err = errors.Join(err, perr); err != nil {
		return nil, "", err
	}
	_, err = part.Write(m.Data)
	err = errors.Join(err, form.Close())
	return out.Bytes(), form.FormDataContentType(), err
}

// processed asks how far the processing is.
func (c *Client) processed(ctx context.Context, id string) (mediaState, error) {
	query := url.Values{"command": {"STATUS"}, "media_id": {id}}
	return c.mediaRequest(ctx, c.wire.Call(platform.OpUpload), http.MethodGet, "/2/media/upload?"+query.Encode(), "", nil)
}

func (c *Client) mediaRequest(ctx context.Context, call *platform.Call, method, path, kind string, body []byte) (mediaState, error) {
	answer, err := c.exchange(ctx, call, method, path, kind, body)
	if err != nil {
		return mediaState{}, err
	}
	state, err := judgeMedia(answer)
	if err != nil {
		return mediaState{}, call.Failure(err)
	}
	return state, nil
}

// describe stores the description of a picture.
func (c *Client) describe(ctx context.Context, id, alt string) error {
	call := c.wire.Call(platform.OpMetadata)
	type text struct {
		Text string `json:"text"`
	}
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	err := e.Encode(map[string]any{"id": id, "metadata": map[string]any{"alt_text": text{alt}}})
	if err != nil {
		return call.Failure(err)
	}
	answer, err := c.exchange(ctx, call, http.MethodPost, "/2/media/metadata", "application/json", body.Bytes())
	if err != nil {
		return err
	}
	if answer.Err != nil || !answer.Success() {
		return call.Failure(mediaRefusal(answer))
	}
	return nil
}

// exchange sends one request about a picture and returns whatever is answered.
func (c *Client) exchange(ctx context.Context, call *platform.Call, method, path, kind string, body []byte) (platform.Answer, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.base.String()+path, bytes.NewReader(body))
	if err != nil {
		return platform.Answer{}, call.Failure(err)
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	err = exchange(platform.NewHTTPClient(c.authorize(call)), req)
	answer, ok := call.Answer()
	if !ok {
		return platform.Answer{}, call.Failure(err)
	}
	return answer, nil
}

// judgeMedia decides what an answer about a picture means.
func judgeMedia(a platform.Answer) (mediaState, error) {
	if !a.Success() {
		return mediaState{}, mediaRefusal(a)
	}
	var body struct {
		Data mediaState `json:"data"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return mediaState{}, a.Unclear()
	}
	switch state := body.Data; {
	case state.Processing.State == "failed":
		return mediaState{}, a.Fail(delivery.Permanent, fmt.Errorf("the picture cannot be processed: %s", state.Processing.Error.Message))
	case !decimal(state.ID):
		return mediaState{}, a.Fail(delivery.Refused, errors.New("the answer names no picture"))
	default:
		return state, nil
	}
}

// mediaRefusal is refusal, but for what concerns pictures alone: an account that may
// post is not stopped because it may not upload, and no post is given up for it.
func mediaRefusal(a platform.Answer) *platform.Error {
	p, explained := explain(a)
	switch {
	case a.Status == http.StatusRequestEntityTooLarge:
		return a.Fail(delivery.Permanent, because(a, p, explained))
	case a.Status == http.StatusNotFound:
		return a.Fail(delivery.Auth, fmt.Errorf("%w: there is no media upload of API v2 at this address: %w", platform.ErrNoUpload, because(a, p, explained)))
	}
	e := refusal(a)
	if explained && e.Class == delivery.Ambiguous {
		e.Err = p
	}
	if a.Status != http.StatusForbidden {
		return e
	}
	switch {
	case e.Class == delivery.Quota, e.Class == delivery.Throttled, p.kind() == "oauth1-permissions":
		return e
	case p.ofThePicture():
		e.Class = delivery.Permanent
		return e
	}
	// Whatever else a 403 says, it says of every picture alike.
	return a.Fail(delivery.Auth, fmt.Errorf("%w (OAuth 2.0 needs the scope media.write): %w", platform.ErrNoUpload, because(a, p, explained)))
}

// ofThePicture tells whether X refuses this picture for what it is, in the words that it
// has for that.
func (p problem) ofThePicture() bool {
	return p.says("media type", "file size", "file is too", "invalidmedia", "image dimensions")
}
