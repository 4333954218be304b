package mastodon

import (
	"context"

	"crieur/internal/platform"
)

// Find implements platform.Platform.
func (c *Client) Find(ctx context.Context, q platform.Query) (platform.Found, error) {
	return platform.Found{}, nil
}
