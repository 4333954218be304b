package mastodon

import (
	"context"
	"net/url"
	"slices"

	"crieur/internal/platform"
)

// maxPages bounds one look: 1,200 posts.
const maxPages = 30

// Find looks through the account's own statuses. Replies are read too: no server
// says alike what counts as one.
func (c *Client) Find(ctx context.Context, q platform.Query) (platform.Found, error) {
	return platform.FindOne(ctx, c, q)
}

// FindEach is Find, back to the earliest attempt.
func (c *Client) FindEach(ctx context.Context, asked []platform.Query) ([]platform.Found, error) {
	id, err := c.account(ctx)
	if err != nil {
		return nil, err
	}
	qs := slices.Clone(asked)
	for i := range qs {
		qs[i].Text = shortMentions(qs[i].Text)
	}
	return platform.SearchEach(qs, maxPages, c.wire.Window, func(cursor string) (platform.Page, error) {
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
