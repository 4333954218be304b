package mojibake

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// breaks finds ellipses that a rewrite made a line or paragraph separator, which
// another program then made a line break: a line that goes on, after one space,
// with a small letter. A capital, or a rewrite that the text does not show
// itself, leaves a doubt.
func (d *document) breaks() []edit {
	w, shown, ok := d.separatorRewrite()
	if !ok {
		return nil
	}
	var edits []edit
	for i := 0; ; {
		k := strings.Index(d.text[i:], "\n ")
		if k < 0 {
			return edits
		}
		at := i + k
		i = at + 2
		before, after := lastRunes(d.text, at, nil)[0], runeAt(d.text, i)
		if !unicode.IsLower(before) || !unicode.IsLetter(after) || d.isProtected(at) || d.isProtected(i) {
			continue
		}
		edits = append(edits, edit{
			start: at, end: i, out: "… ",
			rule:    `"…" (U+2026) became a line break: ` + w.String(),
			certain: shown && unicode.IsLower(after),
		})
	}
}

// separatorRewrite finds the rewrite that makes … a separator: one that the text
// shows (shown), or one that begins with a reading that it shows.
func (d *document) separatorRewrite() (w rewrite, shown, ok bool) {
	if len(d.rewrites) == 0 && d.from == [charsets]bool{} {
		return w, false, false
	}
	c := codecs()
	for _, separator := range []rune{'\u2029', '\u2028'} {
		for from := range charsets {
			for to := range charsets {
				now := rewrite{from, to}
				if was, good := c.undoRewrite(separator, now); !good || was != '…' {
					continue
				}
				if d.rewrites[now] {
					return now, true, true
				}
				if d.from[from] && !ok {
					w, ok = now, true
				}
			}
		}
	}
	return w, false, ok
}

// flags proposes the flag or emoji that a rewrite which the text shows turned into another.
func (d *document) flags() []edit {
	var edits []edit
	byName := func(a, b rewrite) int { return strings.Compare(a.String(), b.String()) }
	for _, w := range slices.SortedFunc(maps.Keys(d.rewrites), byName) {
		for i := 0; i < len(d.text); {
			if d.text[i] < 0xf0 {
				i++
				continue
			}
			e, ok := d.flag(i, w)
			if ok && !d.isProtected(i) {
				edits = append(edits, e)
			}
			i = e.end
		}
	}
	kept, _ := disjoint(edits, nil)
	return kept
}

func (d *document) flag(i int, w rewrite) (edit, bool) {
	now, n := utf8.DecodeRuneInString(d.text[i:])
	e := edit{start: i, end: i + n, rule: w.String(), wide: true}
	if !isRegionalIndicator(now) {
		was, ok := d.codec.undoRewrite(now, w)
		e.out = string(was)
		return e, ok && isPictograph(now) && isPictograph(was)
	}
	second, n := utf8.DecodeRuneInString(d.text[e.end:])
	if !isRegionalIndicator(second) {
		return e, false
	}
	e.end += n
	var region []byte
	changed := false
	for _, r := range []rune{now, second} {
		was, ok := d.codec.undoRewrite(r, w)
		if !ok {
			was = r
		}
		changed = changed || ok
		if !isRegionalIndicator(was) {
			return e, false
		}
		e.out += string(was)
		region = append(region, byte(was-'🇦'+'A'))
	}
	return e, changed && isRegion(string(region))
}

func isRegionalIndicator(r rune) bool { return r >= '🇦' && r <= '🇿' }

// isPictograph tells an emoji that stands alone.
func isPictograph(r rune) bool {
	return r >= 0x1f300 && r < 0x1fb00 && unicode.Is(unicode.So, r)
}

// regions are the codes of ISO 3166-1 alpha-2 and those that have an emoji flag besides (Unicode TR 51, RGI).
const regions = " AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ" +
	" CA CC CD CF CG CH CI CK CL CM CN CO CP CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU FI FJ FK FM FO FR" +
	" GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP" +
	" KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ" +
	" NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW" +
	" SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ" +
	" UA UG UM UN US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "

func isRegion(code string) bool { return strings.Contains(regions, " "+code+" ") }
