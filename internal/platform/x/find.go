package x

import (
	"context"
	"slices"
	"time"

	"crieur/internal/platform"
)

// maxPages bounds one look: 1,000 posts, each of which X bills.
const maxPages = 10

// Find looks through the account's own timeline: every post that is read costs
// money, so no further back than the attempt. Replies are read too: a post that
// begins with a mention may count as one.
func (c *Client) Find(ctx context.Context, q platform.Query) (platform.Found, error) {
	return platform.FindOne(ctx, c, q)
}

// FindEach is Find, back to the earliest attempt.
func (c *Client) FindEach(ctx context.Context, asked []platform.Query) ([]platform.Found, error) {
	qs, long := slices.Clone(asked), false
	for i := range qs {
		long = long || longer(qs[i].Text)
		qs[i].Text = plainLinks(qs[i].Text)
	}
	if c.legacy {
		return platform.SearchEach(qs, maxPages, c.wire.Window, func(cursor string) (platform.Page, error) {
			return c.page(ctx, c.userTimelineURL(cursor), c.judgeUserTimeline)
		})
	}
	who, err := c.self(ctx)
	if err != nil {
		return nil, err
	}
	from := c.earliest(qs)
	return platform.SearchEach(qs, maxPages, c.wire.Window, func(cursor string) (platform.Page, error) {
		page, err := c.page(ctx, c.timelineURL(who.ID, from, long, cursor), c.judgeTimeline)
		for i := range page.Posts {
			page.Posts[i].Cut = page.Posts[i].Cut && long // a cut one is not ours if ours is short
		}
		page.Unsure = page.Unsure || c.earliest(qs).Before(from.Add(-clockNews))
		return page, err
	})
}

// earliest is when the first of the posts can have been made.
func (c *Client) earliest(qs []platform.Query) time.Time {
	var from time.Time
	for i, q := range qs {
		if w := c.wire.Window(q); i == 0 || w.From.Before(from) {
			from = w.From
		}
	}
	return from
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
