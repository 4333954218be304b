package x

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"crieur/internal/delivery"
	"crieur/internal/platform"
)

// create sends POST /2/tweets. The answer is in call.
func (c *Client) create(ctx context.Context, call *platform.Call, p platform.Post) error {
	body, err := encode(p)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.String()+"/2/tweets", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	return exchange(platform.NewHTTPClient(c.authorize(call)), req)
}

// me sends GET /2/users/me. The answer is in call.
func (c *Client) me(ctx context.Context, call *platform.Call) error {
	return c.get(ctx, call, c.base.String()+"/2/users/me")
}

// get sends a GET. The answer is in call.
func (c *Client) get(ctx context.Context, call *platform.Call, address string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	return exchange(platform.NewHTTPClient(c.authorize(call)), req)
}

func exchange(client *http.Client, req *http.Request) error {
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// encode writes the request body. X refuses unknown members; HTML stays as it is.
func encode(p platform.Post) ([]byte, error) {
	type media struct {
		IDs []string `json:"media_ids"`
	}
	post := struct {
		Text  string `json:"text"`
		Media *media `json:"media,omitempty"`
	}{Text: p.Text}
	if p.MediaID != "" {
		post.Media = &media{[]string{p.MediaID}}
	}
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false)
	err := e.Encode(post)
	return bytes.TrimSpace(body.Bytes()), err
}

// judgeCreated decides what an answer to POST /2/tweets means. X documents 201; a 200
// with an ID proves as much.
func (c *Client) judgeCreated(a platform.Answer) (delivery.Receipt, error) {
	if a.Status != http.StatusCreated && a.Status != http.StatusOK {
		return delivery.Receipt{}, refusal(a)
	}
	var body struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return delivery.Receipt{}, a.Unclear()
	}
	if !decimal(body.Data.ID) {
		return delivery.Receipt{}, withoutID(a)
	}
	return c.receipt(a, body.Data.ID, c.knownUsername()), nil
}

// judgeMe decides what an answer to GET /2/users/me means.
func judgeMe(a platform.Answer) (platform.Identity, error) {
	if a.Status != http.StatusOK {
		return platform.Identity{}, refusal(a)
	}
	var body struct {
		Data struct {
			ID       string `json:"id"`
			Username string `json:"username"`
		} `json:"data"`
	}
	if a.Err != nil || !a.Decode(&body) {
		return platform.Identity{}, a.Unclear()
	}
	if !decimal(body.Data.ID) || body.Data.Username == "" {
		return platform.Identity{}, a.Fail(delivery.Refused, errors.New("the answer names no user"))
	}
	return platform.Identity{ID: body.Data.ID, Username: body.Data.Username}, nil
}
