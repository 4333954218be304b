package mastodon

import (
	"context"
	"net/http"
	"strings"
)

const mostRules = 100

// Rules are what the server asks of its accounts, in its own words: many bound what
// automated ones post.
func (c *Client) Rules(ctx context.Context) ([]string, error) {
	for _, address := range []string{"/api/v2/instance", "/api/v1/instance"} {
		answer, err := c.get(ctx, address)
		if err != nil {
			return nil, err
		}
		var said struct {
			Rules []struct {
				Text string `json:"text"`
			} `json:"rules"`
		}
		if answer.Status != http.StatusOK || !answer.Decode(&said) {
			continue
		}
		var out []string
		for _, r := range said.Rules[:min(len(said.Rules), mostRules)] {
			if text := strings.Join(strings.Fields(r.Text), " "); text != "" {
				out = append(out, text)
			}
		}
		return out, nil
	}
	return nil, nil
}
