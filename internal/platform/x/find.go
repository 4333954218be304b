package x

import (
	"context"

	"crieur/internal/platform"
)

// maxPages bounds one look: 1,000 posts, each of which X bills.
const maxPages = 10

// Find looks through the account's own timeline: every post that is read costs
// money, so no further back than the attempt. Replies are read too: a post that
// begins with a mention may count as one.
func (c *Client) Find(ctx context.Context, q platform.Query) (platform.Found, error) {
	long := longer(q.Text)
	q.Text = plainLinks(q.Text)
	window := func() platform.Window { return c.wire.Window(q) }
	if c.legacy {
		return platform.Search(q, maxPages, window, func(cursor string) (platform.Page, error) {
			return c.page(ctx, c.userTimelineURL(cursor), c.judgeUserTimeline)
		})
	}
	who, err := c.self(ctx)
	if err != nil {
		return platform.Found{}, err
	}
	from := window().From
	return platform.Search(q, maxPages, window, func(cursor string) (platform.Page, error) {
		page, err := c.page(ctx, c.timelineURL(who.ID, from, long, cursor), c.judgeTimeline)
		for i := range page.Posts {
			page.Posts[i].Cut = page.Posts[i].Cut && long // a cut one is not ours if ours is short
		}
		page.Unsure = page.Unsure || window().From.Before(from.Add(-clockNews))
		return page, err
	})
}

// self is whose timeline to read; it asks once.
func (c *Client) self(ctx context.Context) (platform.Identity, error) {
	if who := c.who.Load(); who != nil {
		return *who, nil
	}
	return c.Verify(ctx)
}

// page asks for one page and reads it.
func (c *Client) page(ctx context.Context, address string, judge func(platform.Answer) (platform.Page, error)) (platform.Page, error) {
	call := c.wire.Call(platform.OpReadOwned)
	err := c.get(ctx, call, address)
	answer, ok := call.Answer()
	if !ok {
		return platform.Page{}, call.Failure(err)
	}
	page, err := judge(answer)
	if err != nil {
		return platform.Page{}, call.Failure(err)
	}
	return page, nil
}
