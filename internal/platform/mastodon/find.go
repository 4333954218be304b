package mastodon

import (
	"context"
	"net/url"

	"crieur/internal/platform"
)

// maxPages bounds one look: 1,200 posts.
const maxPages = 30

// Find looks through the account's own statuses. Replies are read too: no server
// says alike what counts as one.
func (c *Client) Find(ctx context.Context, q platform.Query) (platform.Found, error) {
	id, err := c.account(ctx)
	if err != nil {
		return platform.Found{}, err
	}
	q.Text = shortMentions(q.Text)
	window := func() platform.Window { return c.wire.Window(q) }
	return platform.Search(q, maxPages, window, func(cursor string) (platform.Page, error) {
		query := url.Values{"limit": {"40"}, "exclude_reblogs": {"true"}}
		if cursor != "" {
			query.Set("max_id", cursor)
		}
		answer, call, err := c.ask(ctx, platform.OpReadOwned, "/api/v1/accounts/"+url.PathEscape(id)+"/statuses?"+query.Encode())
		if err != nil {
			return platform.Page{}, err
		}
		page, err := judgeStatuses(answer)
		if err != nil {
			return platform.Page{}, call.Failure(err)
		}
		return page, nil
	})
}

// account is whose statuses to read; it asks once.
func (c *Client) account(ctx context.Context) (string, error) {
	if id := c.id.Load(); id != nil {
		return *id, nil
	}
	who, err := c.Verify(ctx)
	return who.ID, err
}
