package textlen

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// sharedData reads an optional file of platform test data kept beside the project.
func sharedData(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("optional test data %s is absent", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// xCase is a case of any group of twitter-text's conformance files.
type xCase struct {
	Description string
	Text        string
	Expected    any
}

// xGroups returns the groups of a conformance file; each must be in wanted or, with a reason, in excluded.
func xGroups(t *testing.T, file string, wanted []string, excluded map[string]string) map[string][]xCase {
	t.Helper()
	var f struct{ Tests map[string][]xCase }
	if err := yaml.Unmarshal(sharedData(t, "twitter-text/"+file), &f); err != nil {
		t.Fatal(err)
	}
	for _, group := range wanted {
		if len(f.Tests[group]) == 0 {
			t.Errorf("%s has no group %s", file, group)
		}
	}
	if n := len(wanted) + len(excluded); n != len(f.Tests) {
		t.Errorf("%s has %d groups, of which %d are run or excluded", file, len(f.Tests), n)
	}
	return f.Tests
}

// field is a value of an expected mapping, as JSON would read it into v.
func field(t *testing.T, expected any, v any) {
	t.Helper()
	data, err := json.Marshal(expected)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

func TestXCountsAsTheConformanceSuite(t *testing.T) {
	groups := []string{"WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest", "WeightedTweetsCounterTest"}
	tests := xGroups(t, "validate.yml", groups, map[string]string{
		"tweets":                "the limit of 140 characters of configuration v1",
		"usernames":             "no length",
		"lists":                 "no length",
		"hashtags":              "no length",
		"urls":                  "the strict validator of whole addresses (IP hosts, user info), not the detection in text",
		"urls_without_protocol": "same validator",
	})
	// Configuration v2 counts each character of an emoji sequence.
	excluded := map[string]string{
		"WeightedTweetsCounterTest: Count a mix of single byte single word, and double word unicode characters":              "v2 counts a family as its members",
		"WeightedTweetsCounterTest: Count unicode emoji chars outside the basic multilingual plane with skin tone modifiers": "v2 counts skin tones",
	}
	for _, group := range groups {
		for _, c := range tests[group] {
			name := group + ": " + c.Description
			if reason, ok := excluded[name]; ok {
				t.Logf("excluded, %s: %s", reason, name)
				delete(excluded, name)
				continue
			}
			type result struct {
				WeightedLength int
				Valid          bool
			}
			var want result
			field(t, c.Expected, &want)
			n := X(c.Text)
			got := result{n, CheckX(c.Text) == nil && n <= 280}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %.200q:\n%s", name, c.Text, diff)
			}
		}
	}
	if len(excluded) > 0 {
		t.Errorf("excluded cases that do not exist: %v", excluded)
	}
}

func TestXURLsFindsWhatTheConformanceSuiteFinds(t *testing.T) {
	groups := []string{"urls", "tco_urls_with_params", "urls_with_indices", "urls_with_directional_markers"}
	tests := xGroups(t, "extract.yml", groups, map[string]string{
		"mentions": "no link", "mentions_with_indices": "no link", "mentions_or_lists_with_indices": "no link", "replies": "no link",
		"hashtags": "no link", "hashtags_from_astral": "no link", "hashtags_with_indices": "no link",
		"cashtags": "no link", "cashtags_with_indices": "no link",
	})
	type found struct {
		URL     string
		Indices []int // in characters
	}
	for _, group := range groups {
		for _, c := range tests[group] {
			var want []found
			withIndices := group == "urls_with_indices" || group == "urls_with_directional_markers"
			if withIndices {
				field(t, c.Expected, &want)
			} else {
				var urls []string
				field(t, c.Expected, &urls)
				for _, u := range urls {
					want = append(want, found{URL: u})
				}
			}
			var got []found
			for _, s := range XURLs(c.Text) {
				f := found{URL: c.Text[s.Start:s.End]}
				if withIndices {
					start := utf8.RuneCountInString(c.Text[:s.Start])
					f.Indices = []int{start, start + utf8.RuneCountInString(f.URL)}
				}
				got = append(got, f)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s: %.200q:\n%s", group, c.Description, c.Text, diff)
			}
		}
	}
}

func TestXURLsKnowsEveryTLDOfTheConformanceSuite(t *testing.T) {
	groups := []string{"country", "generic"}
	tests := xGroups(t, "tlds.yml", groups, nil)
	n := 0
	for _, group := range groups {
		for _, c := range tests[group] {
			n++
			if diff := cmp.Diff([]Span{{0, len(c.Text)}}, XURLs(c.Text)); diff != "" {
				t.Errorf("%s:\n%s", c.Description, diff)
			}
			if got := X(c.Text); got != 23 {
				t.Errorf("%s: X = %d, want 23", c.Description, got)
			}
		}
	}
	if known := len(olderTLDs().names); n != known {
		t.Errorf("the suite has %d top-level domains, the embedded list %d", n, known)
	}
}

func TestMastodonCountsAsItsOwnValidator(t *testing.T) {
	var f struct {
		Cases []struct {
			ID       string   `json:"id"`
			Text     string   `json:"text"`
			Spoiler  string   `json:"spoiler_text"`
			Count    int      `json:"expected_count"`
			Entities []string `json:"entities"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(sharedData(t, "mastodon/length-cases.json"), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Cases) == 0 {
		t.Fatal("no cases")
	}
	for _, c := range f.Cases {
		if got := Mastodon(c.Text, c.Spoiler, Instance{}); got != c.Count {
			t.Errorf("%s: %d, want %d", c.ID, got, c.Count)
		}
		entities := []string{}
		for _, e := range mastodonEntities(c.Text) {
			entities = append(entities, c.Text[e.Start:e.End])
		}
		if diff := cmp.Diff(c.Entities, entities); diff != "" {
			t.Errorf("%s: %s", c.ID, diff)
		}
	}
}
