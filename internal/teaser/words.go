package teaser

import (
	"strings"
	"sync"
)

// set makes a set of the words of a list.
func set(lists ...string) map[string]bool {
	m := map[string]bool{}
	for _, list := range lists {
		for w := range strings.FieldsSeq(list) {
			m[w] = true
		}
	}
	return m
}

// abbreviations end in a full stop that ends no sentence; lower case, without it.
var abbreviations = sync.OnceValue(func() map[string]bool {
	return set(
		// French
		"mm mme mlle dr pr me st ste etc cf ex art chap éd fig vol pp env av apr tél bd janv févr sept oct nov déc min max hab réf",
		// English
		"mr mrs ms prof sr jr vs inc ltd co corp gen sen rep gov no approx est dept jan feb mar apr jun jul aug sep dec vol ed eds lt col sgt capt rev hon",
		// German
		"bzw usw ca vgl nr abs mio mrd tsd str ggf evtl bspw sog geb gest inkl zzgl abb hrsg hl",
		// Spanish, Italian, Portuguese
		"sra srta dña ud uds pág núm aprox ej ee uu admón dott sig sigg ecc dra",
	)
})

// ordinalDot are the languages that write ordinals with a full stop ("3. Oktober").
var ordinalDot = sync.OnceValue(func() map[string]bool {
	return set("de da nb nn no fi cs sk pl hu hr sl sr et lv is")
})

// units follow a number and are not parted from it; lower case.
var units = sync.OnceValue(func() map[string]bool {
	return set(
		"k m md mds mrd mio bn km kg g mg t cm mm ha l ml h min s ms kwh mwh gwh twh w kw mw gw tw go mo to ko gb mb tb kb hz mhz ghz",
		"mille million millions milliard milliards billion billions trillion trillions thousand hundred",
		"tausend millionen milliarde milliarden mil millón millones millardo milione milioni miliardo miliardi milhão milhões",
		"euro euros dollar dollars yen livres pounds pour percent prozent",
	)
})

// elisions are the words that end in an apostrophe because a vowel follows;
// without it they hang in the air.
var elisions = sync.OnceValue(func() map[string]bool {
	return set("l d j m t s c n ç qu jusqu lorsqu puisqu quoiqu quelqu presqu entr",
		"dell all dall nell sull coll un quest quell bell com dov cos sant")
})

// hanging are words that make no end of a cut text, by language.
var hanging = sync.OnceValue(func() map[string]map[string]bool {
	return map[string]map[string]bool{
		"fr": set("le la les l un une des de du d au aux à en dans par pour sur sous avec sans chez vers entre et ou mais donc car ni or",
			"que qu qui dont où si ce cet cette ces son sa ses leur leurs notre nos votre vos mon ma mes ton ta tes ne n se s j c t m",
			"il elle ils elles on je tu nous vous est sont a ont sera seront plus très comme quand devant derrière après avant pendant depuis contre selon malgré parmi dès lorsque puisque via y"),
		"en": set("the a an of and or but nor in on at to for from with without by as into over under about between than that which who whose",
			"is are was were be been has have had will would can could may its his her their our your my this these those if when while because not very i before after against during since through we they he she you every each some any such many more most several only"),
		"de": set("der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei mit nach von vom zu zum zur für über unter",
			"durch gegen ohne um als wie dass ob weil wenn ist sind hat haben wird werden kann sich nicht sein seine ihre ihr vor hinter seit während gegenüber"),
		"es": set("el la los las lo un una unos unas de del al a en con sin por para sobre entre y e o u pero que como si su sus mi tu se es son ha han no más muy desde hasta contra según ante tras"),
		"it": set("il lo la i gli le un uno una di del dello della dei degli delle a al alla in nel nella con su sul per tra fra e o ma che come se non è sono ha più"),
		"pt": set("o a os as um uma de do da dos das em no na nos nas com sem por para e ou mas que como se é são não mais"),
		"nl": set("de het een van en of maar in op aan met voor door bij naar uit over te dat die is zijn heeft niet"),
	}
})

// hangs tells whether a word makes no end in a language. The single letters are
// elisions whose apostrophe was lost ("l avenir").
func hangs(word, language string) bool {
	lower := strings.ToLower(word)
	if words, ok := hanging()[language]; ok {
		return words[lower] && !(len(word) == 1 && strings.ContainsAny(word, "CTMSN"))
	}
	return hanging()["fr"][word] || hanging()["en"][word]
}
