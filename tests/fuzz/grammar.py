"""Inputs that reach deep: each maker builds one from a source of chance, mostly well formed and broken where it hurts."""

from collections.abc import Callable, Sequence
from random import Random

Maker = Callable[[Random], bytes]

BLOCKS = "div p article section main blockquote ul ol li dl dt dd table tr td th figure figcaption pre h1 h2 h6 header footer aside nav form details summary address center fieldset".split()
INLINE = "a b i em strong span font code q sup sub ruby rt small mark time label".split()
ODD = "template svg math noscript select option textarea title style script iframe object canvas body html head frameset plaintext xmp image table:x a1 x-y".split()
VOID = "br hr img wbr input meta link base col embed source track param".split()
WORDS = """The ferry left the quay at nine. |and the harbour board said so, |Advertisement|Anzeige|広告|Read more: |He walked to the|
Sign up for our newsletter|Story continues below advertisement|By Jane Doe|12 January 2026|© 2026|Photo: J. Doe|Share this|©|水の都は美しい。|ประเทศไทย|
مرحبا بالعالم|Ã©tÃ©|â€™s|Advert-|isement|- |1. |* |[x](y)|```|    code|> quoted|| a | b ||---|<|>|&|"|'|]]>|--|=cmd()|{{x}}|#|--- a: b""".split(
    "|"
)
SIGNS = ["\0", "\x01", "\x0b", "\x0c", "\x1b[31m", "\x7f", "\x85", "\xa0", "\xad", "\u200b", "\u200d", "\u202e", "\u2028", "\u2066", "\ufeff", "\ufffd", "\ufffe",
         "\ue000", "\U000f0001", "\U0010ffff", "\ud800", "\udfff", "\u0301", "İ", "ß", "ﬁ", "😀", "\U0001f468\u200d\U0001f469", "e\u0301", "\r", "\r\n", "\n\n", "\t", " " * 40]  # fmt: skip
ENTITIES = "&amp; &lt; &gt; &quot; &nbsp; &shy; &#0; &#x0; &#xD800; &#x110000; &#xF0001; &#983041; &#128; &#x80; &#99999999999999; &# &#x &; &amp &ampamp; &notit; &bogus; &#x1b; &zwj; &NotEqualTilde; &lt".split()
NAMES = "class id style href src title alt rel name content property role itemprop datetime hidden aria-hidden lang dir srcset data-src colspan rowspan onclick xlink:href xml:lang".split()
VALUES = """ad|advertisement sponsored|article-body|comments|share-buttons|display:none|display: NONE !important|visibility:hidden;position:absolute;left:-9999px|font-size:0|
javascript:alert(1)|/x?utm_source=y#z|//evil.example/|https://a.example/\\..\\x|http://[::1]/|data:text/html,x|mailto:x|999999999|-1|2026-13-45T99:99|og:title|article:published_time|
datePublished|author|robots|noindex,nofollow|0;url=file:///etc/passwd|true|rtl|x 1x, y 2x|\t\n|é|\u202e|&quot;>|""".split(
    "|"
)
COMMENTS = ["<!-- x -->", "<!---->", "<!-->", "<!--->", "<!-- -- > -->", "<!-- x --!>", "<![CDATA[ x ]]>", "<![CDATA[", "<?php x ?>", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!", "</", "<>", "</>", "< p>", "<!-- <p>", "-->"]  # fmt: skip
LD = ['{"@type":"NewsArticle","headline":"x","datePublished":"2026-01-01"}', '{"@graph":[{"@type":"Article","author":{"name":"A"}}]}', '[{"@type":["Article",1]}]', '{"@type":"Article","articleBody":"', "nul", '{"@type":"NewsArticle","articleBody":"' + "the boats of the lock are counted here \\u0000\\u001b[31m\\u202e\\ufffe " * 6 + '"}', '{"@type":"NewsArticle","headline":"\\u0000\\u001b[31mx","author":"\\ud800 \\u0007"}', '"\\ud800"', "{}", "[[[[", '{"headline":{"@value":1e999}}', '{"author":[[["x"]],null,3]}']  # fmt: skip


def chosen(chance: Random, *makers: Callable[[Random], str], most: int) -> str:
    return "".join(chance.choice(makers)(chance) for _ in range(chance.randint(0, most)))


def attributes(chance: Random) -> str:
    out = ""
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        value = chance.choice(VALUES)
        quote = chance.choice(('"', '"', '"', "'", "", "\"'"))
        out += f"{chance.choice((' ', ' ', '/', chr(10), ''))}{chance.choice(NAMES)}={quote}{value}{quote[:1]}"
    return out


def text(chance: Random) -> str:
    pool = chance.choices((WORDS, SIGNS, ENTITIES), (8, 1, 1))[0]
    return chance.choice(pool) + chance.choice(("", " ", "", "\n"))


def element(chance: Random, depth: int = 0) -> str:
    name = chance.choice(chance.choices((BLOCKS, INLINE, ODD, VOID), (10, 6, 2, 2))[0])
    inside = "" if depth > 12 else "".join(node(chance, depth + 1) for _ in range(chance.randint(0, 4)))
    end = chance.choices((f"</{name}>", "", f"</{chance.choice(BLOCKS + INLINE)}>", f"</{name} x='"), (12, 4, 2, 1))[0]
    return f"<{name}{attributes(chance)}{chance.choice(('>', '>', '>', '>', '/>', '', '>>'))}{inside}{end}"


def node(chance: Random, depth: int) -> str:
    kind = chance.random()
    if kind < 0.5:
        return text(chance)
    if kind < 0.93:
        return element(chance, depth)
    if kind < 0.98:
        return chance.choice(COMMENTS)
    return f'<script type="application/ld+json">{chance.choice(LD)}</script>'


def html(chance: Random) -> str:
    body = "".join(node(chance, 0) for _ in range(chance.randint(1, 8)))
    if chance.random() < 0.3:
        name = chance.choice(BLOCKS + INLINE)
        body = f"<{name}>" * chance.choice((5, 60, 300, 2_100)) + body
    if chance.random() < 0.6:
        prose = "".join(
            f"<p>{chance.choice(WORDS)} The boats are counted by hand every evening, she says.</p>" for _ in range(3)
        )
        body = f"<article><h1>{text(chance)}</h1>{prose}{body}</article>"
    head = "".join(element(chance, 11) for _ in range(chance.randint(0, 3)))
    return f"{chance.choice(('<!DOCTYPE html>', '', '<?xml version=1?>'))}<html><head><title>{text(chance)}</title>{head}</head><body>{body}"


CHARSETS = "utf-8 utf8 UTF-16 utf-16le utf-16be gbk gb18030 big5 shift_jis euc-jp euc-kr iso-2022-jp windows-1252 latin1 koi8-r ibm866 x-user-defined replacement utf-7 hz-gb-2312 x-mac-cyrillic iso-8859-8-i ascii nonsense".split()
TYPES = "text/html application/xhtml+xml text/plain application/json image/png text/xml */* text TEXT/HTML;".split()


def content_type(chance: Random) -> str:
    sign = chance.choice(("charset=", "charset = ", 'CHARSET="', "charset='", ";charset", "charset==", "charset=\x00"))
    return (
        chance.choice(TYPES)
        + chance.choice((";", "; ", ",", ""))
        + sign
        + chance.choice(CHARSETS)
        + chance.choice(("", '"', ";", "'", " x"))
    )


def encoded(chance: Random, page: str) -> bytes:
    charset = chance.choice(
        (
            "utf-8",
            "utf-8",
            "utf-8",
            "utf-16",
            "utf-16le",
            "gb18030",
            "big5",
            "shift_jis",
            "iso2022_jp",
            "cp1252",
            "koi8-r",
            "utf-7",
        )
    )
    try:
        content = page.encode(charset, "replace")
    except UnicodeError:
        content = page.encode("utf-8", "surrogatepass")
    return broken(chance, content) if chance.random() < 0.2 else content


def broken(chance: Random, content: bytes) -> bytes:
    """The content with some bytes changed, cut, doubled or put in."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(data))
        match chance.randint(0, 4):
            case 0:
                data[at : at + 1] = bytes([chance.randint(0, 255)])
            case 1:
                del data[at : at + chance.randint(1, 30)]
            case 2:
                data[at:at] = data[at : at + chance.randint(1, 200)]
            case 3:
                data[at:at] = chance.choice(
                    (
                        b"\0",
                        b"\xff",
                        b"\x80\x80",
                        b"\x1b$B",
                        b"<",
                        b">",
                        b"&#",
                        b"\r\n",
                        b"\n",
                        b"=",
                        b'"',
                        b"[",
                        b"]",
                        b"\xf0\x9f",
                    )
                )
            case _:
                del data[at:]
    return bytes(data)


def page(chance: Random) -> bytes:
    """First line a content type (may be empty), then the page."""
    label = content_type(chance) if chance.random() < 0.3 else ""
    declared = f"<meta charset={chance.choice(CHARSETS)}>" if chance.random() < 0.3 else ""
    return label.encode("latin-1") + b"\n" + encoded(chance, declared + html(chance))


def typed(chance: Random) -> bytes:
    return content_type(chance).encode("latin-1") + b"\n" + encoded(chance, text(chance) * chance.randint(1, 30))


LINES = """Advertisement|ADVERTISEMENT|Advertisment|- Anzeige -|広告|Story continues below advertisement|Story continues|below advertisement|Read more: Another story|Sign up for our newsletter|
Share this article|- Advertising|1. First|# Heading|> quoted|| a | b |||---||```|    code|---|title: x|MRS DALE.|Publi\u00adcité|**Advertisement**|The board has set aside money. Advertisement|
the neighbouring bowling green, between roller and urn.|The boundary stone named in his deeds turned out to lie in the middle of|He said: Advertisement and left.|Photo: X / Y|Follow us on|Comments (3)""".split(
    "|"
)


def plain(chance: Random) -> bytes:
    out = ""
    for _ in range(chance.randint(0, 14)):
        out += (chance.choice(LINES) if chance.random() < 0.6 else text(chance)) + chance.choice(
            ("\n", "\n\n", " ", "\n\n\n", "\r\n", "")
        )
    return out.encode("utf-8", "surrogatepass")


VALUES_TOML = ['"x"', "'x'", "1", "-1", "1e400", "true", "[]", '["a"]', '["a", 1]', "{}", '{ kind = "line", labels = ["Tide table"] }', '{ kind = "pattern", regex = "(a+)+$" }', '{ kind = "pattern", regex = "(?=x)" }', '{ kind = "pattern", regex = "x{1000}{1000}" }', '{ kind = "line", labels = [] }', '"https://a.example/"', '"file:///etc/passwd"', '["https://a.example/feed"]', '"../../x"', '"\\u0000"', '"\\ud800"', "1979-05-27T07:32:00Z", "inf", "nan", '""', '"$HOME"', '"${NOPE}"', '"div.x > p:has(a)"', '["//div[@id=\'x\']", "p::before", "["]', '"10m"', '"99999999999999d"', "99999999999999999999", '"\'\'"', '["x{1000}{1000}", "(?<n>a)\\\\1", ".*a", "("]', '{ "Authorization" = "x\\r\\ny" }', '"127.0.0.1:80"', '["a:b:c"]', "'''\n'''", '["' + "a" * 300 + '"]']  # fmt: skip


def _toml(chance: Random, keys: Sequence[str], tables: Sequence[str]) -> bytes:
    out = []
    for _ in range(chance.randint(1, 9)):
        out.append(
            f"[[{chance.choice(tables)}]]"
            if tables and chance.random() < 0.25
            else f"{chance.choice(keys)} = {chance.choice(VALUES_TOML)}"
        )
    made = "\n".join(dict.fromkeys(out)).encode("utf-8", "surrogatepass")
    return broken(chance, made) if chance.random() < 0.2 else made


RULE = 'why = "Because."\nhits = ["Tide table"]\nmisses = ["Tide tables are blue."]\n'


def rules(chance: Random) -> bytes:
    out = ""
    for number in range(chance.randint(1, 3)):
        match = (
            chance.choice(VALUES_TOML)
            if chance.random() < 0.5
            else '{ kind = "'
            + chance.choice("line opening phrase tokens neighbour measure pattern classtoken allof near x".split())
            + '", '
            + chance.choice(
                ('labels = ["a"]', 'phrases = ["a b"]', 'tokens = ["ad"]', 'regex = "a|b"', "max_words = 3", "x = 1")
            )
            + " }"
        )
        out += (
            f'[[rule]]\nid = "{chance.choice(("mine/a", "mine/b", "x", "a/b c", ""))}{number}"\n'
            + chance.choice((RULE, RULE, ""))
            + f"match = {match}\n"
        )
        if chance.random() < 0.4:
            out += (
                _toml(chance, "id why hits misses languages verdict match x".split(), ()).decode("utf-8", "replace")
                + "\n"
            )
    return broken(chance, out.encode()) if chance.random() < 0.2 else out.encode("utf-8", "surrogatepass")


def site(chance: Random) -> bytes:
    keys = "host body keep drop lines keep_lines title author date single_page_link next_page_link x".split()
    return chance.choice((b'host = "a.example"\n', b"")) + _toml(chance, keys, ("rule", "example", "x"))


def ftr(chance: Random) -> bytes:
    keys = "body title author date strip strip_id_or_class strip_image_src single_page_link test_url prune tidy find_string replace_string http_header(x) x".split()
    places = (
        "//div",
        "//div[",
        "x",
        '//*[@id="a"]',
        "//a/text()",
        "count(//a)",
        "|",
        "id(1)",
        "$x",
        "//p[f()]",
        "\0",
        "\u202e",
    )
    lines = [chance.choice(keys) + chance.choice((": ", ":", " ")) + chance.choice(places) for _ in range(6)]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def crawl(chance: Random) -> bytes:
    keys = "archive name user_agent contact delay allow_hosts proxy fsync text_files include exclude every max_pages max_depth keep drop off rules filter_lists headers site feeds sitemaps pages urls url_file links state".split()
    start = chance.choice((b'archive = "x"\n[[source]]\nsite = "https://a.example/"\n', b'archive = "x"\n', b""))
    limits = _toml(chance, "concurrency per_host timeout max_bytes retries max_wait workers clean_timeout".split(), ())
    return (
        start
        + _toml(chance, keys, ("source", "limits", "x"))
        + (b"\n[limits]\n" + limits if chance.random() < 0.3 else b"")
    )


def filters(chance: Random) -> bytes:
    selectors = '.ad #ad .a.b div.ad div#x[class^="ad"] [class*=\'x\'] .x:has(.y) a[href^="http"] .é .\\31 a .a, .b * ##x :not( [ [x] [x= .a>.b .-a ._ '.split(
        " "
    )
    lines = []
    for _ in range(chance.randint(0, 8)):
        domains = ",".join(
            chance.choice(("example.org", "~shop.example.org", "", "~", ".", "x" * 300))
            for _ in range(chance.randint(0, 3))
        )
        lines.append(
            f"{domains}{chance.choice(('##', '#@#', '#?#', '||', '###', '#@##', '#'))}{chance.choice(selectors)}{chance.choice(SIGNS) if chance.random() < 0.2 else ''}"
        )
    return "\n".join(lines).encode("utf-8", "surrogatepass")


PLACES = "https://a.example/1 /2 //b.example/3 http://[::1]/ javascript:x file:///etc/passwd mailto:x ftp://x/ #x ?x https://a.example/%00 http:// https://a.example:99999/ http://0x7f.1/ https://é.example/ \\\\x https:x".split()
DATES = "2026-01-01T00:00:00Z 2026-13-45 Mon,_01_Jan_2026_00:00:00_GMT 0000-00-00 99999-01-01 x 2026-01-01T00:00:00+99:99 -1".split()


def _xml(chance: Random, root: str, names: Sequence[str], depth: int = 0) -> str:
    inside = ""
    for _ in range(chance.randint(0, 4)):
        if depth < 4 and chance.random() < 0.5:
            inside += _xml(chance, chance.choice(names), names, depth + 1)
        else:
            inside += chance.choice(
                (
                    chance.choice(PLACES),
                    chance.choice(DATES).replace("_", " "),
                    text(chance),
                    chance.choice(COMMENTS),
                    "<![CDATA[" + chance.choice(PLACES) + "]]>",
                    "&a;",
                )
            )
    place = chance.choice(
        (
            "",
            "",
            f' href="{chance.choice(PLACES)}"',
            " rel='alternate'",
            " xml:base='http://x/'",
            ' xmlns="http://www.w3.org/2005/Atom"',
            " type=html",
        )
    )
    return f"<{root}{place}>{inside}" + chance.choice((f"</{root}>",) * 8 + ("", "</x>"))


def feed(chance: Random) -> bytes:
    if chance.random() < 0.15:
        item = chance.choice(
            (
                '{"url":"https://a.example/"}',
                '{"id":1}',
                "[]",
                "1",
                '{"url":[]}',
                '{"url":"/x","date_modified":{}}',
                "null",
            )
        )
        return (
            '{"version":"https://jsonfeed.org/version/1.1","items":['
            + item
            + chance.choice(("]}", "]", "," + item + "]}"))
        ).encode()
    names = "item entry channel link guid id title pubDate updated published description content author source enclosure media:content atom:link dc:date itunes:x rdf:li".split()
    before = chance.choice(
        (
            "",
            "<?xml version='1.0'?>",
            "<?xml version='1.0' encoding='utf-16'?>",
            "\ufeff",
            "<!DOCTYPE rss [<!ENTITY a 'b'>]>",
            "<!-- x -->",
        )
    )
    root = chance.choice(("rss", "feed", "rdf:RDF", "rss version='2.0'", "feed xmlns='http://www.w3.org/2005/Atom'"))
    return encoded(chance, before + _xml(chance, root, names))


def sitemap(chance: Random) -> bytes:
    import gzip

    if chance.random() < 0.1:
        made = "\n".join(chance.choice(PLACES) for _ in range(5)).encode()
    else:
        before = chance.choice(("", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!-- x -->", "\n"))
        made = encoded(
            chance,
            before
            + _xml(
                chance,
                chance.choice(("urlset", "sitemapindex", "html", "rss")),
                "url sitemap loc lastmod news:news image:loc x".split(),
            ),
        )
    packed = gzip.compress(made, 1) if chance.random() < 0.15 else made
    return broken(chance, packed) if chance.random() < 0.2 else packed


def robots(chance: Random) -> bytes:
    keys = "User-agent Disallow Allow Crawl-delay Sitemap Request-rate Visit-time Host user-agent :".split()
    values = [
        "*",
        "cleaner",
        "/",
        "/x*$",
        "/*?*",
        "%",
        "/%zz",
        "10",
        "-1",
        "1e999",
        "nan",
        "9" * 400,
        "1/0",
        "1/10s 0900-1700",
        "/" + "*" * 200,
        *SIGNS,
        *PLACES,
    ]
    return "\n".join(
        chance.choice(keys) + chance.choice((": ", ":", " ")) + chance.choice(values) + chance.choice(("", " # x"))
        for _ in range(8)
    ).encode("utf-8", "surrogatepass")


HOSTS = "a.example 127.0.0.1 2130706433 0x7f000001 0x7f.1 017700000001 127.1 1.1.1.1 [::1] [::ffff:127.0.0.1] [64:ff9b::7f00:1] [fe80::1%25eth0] １２７.０.０.１ é.example xn--bcher-kva.example xn-- xn--a xn--zzzz . .. a..b localhost LOCALHOST. 0 256.256.256.256 1.2.3.4.5 a_b -a [ ] [::] [v1.x] %31%32%37.0.0.1 a%2eb 0x 08.1 faß.de İ.example ⅷ.example 127。0。0。1 99999999999999999999 0x1.0x1.0x1.0x1.".split()


def address(chance: Random) -> bytes:
    scheme = chance.choice(
        ("http:", "https:", "HTTP:", "ftp:", "javascript:", "", "h\tttp:", "data:", "file:", "\x00http:", "http\u200b:")
    )
    user = chance.choice(("", "", "u:p@", "a@b@", "1.1.1.1@", "%40@", "\\@", ":@", "@"))
    port = chance.choice(("", "", ":80", ":0", ":99999", ":", ":-1", ":８０", ":0x50", ":80:80"))
    rest = chance.choice(
        (
            "/",
            "",
            "/..//../x",
            "/\\..",
            "?x",
            "#x",
            "/%",
            "/%00",
            "/%ZZ",
            "/é?é#é",
            "/ x",
            "/" + "a" * 200,
            "?utm_source=x&y",
            "/x\r\nHost: y",
            "/\ud800",
            "/\u202e",
        )
    )
    made = scheme + chance.choice(("//", "//", "/", "\\\\", "///", "")) + user + chance.choice(HOSTS) + port + rest
    if chance.random() < 0.2:
        made = made.replace(chance.choice(made or "x"), chance.choice(SIGNS), 1)
    return made.encode("utf-8", "surrogatepass")


def query(chance: Random) -> bytes:
    parts = ['"', "(", ")", "*", "-", "^", ":", "+", "NEAR(", "AND", "OR", "NOT", "title:", "by:", "site:", "lang:", "after:", "before:", "after:2026-13", "before:0000", "text:", "x", "ferry", "水", "'", ";", "--", "{", "}", "\0", "%", "_", "\x1f", "title:水*", '-"a b"', "a*b", "rowid:1", "site:.", 'x"y"z', *SIGNS]  # fmt: skip
    return "".join(chance.choice(parts) + chance.choice((" ", "")) for _ in range(chance.randint(0, 9))).encode(
        "utf-8", "surrogatepass"
    )


def warc(chance: Random) -> bytes:
    """Lines: kind, id, url, a name, a value; then the block."""
    odd = [
        "x",
        "",
        "a\rb",
        "a\nb",
        "a\0b",
        "é",
        "\u2028",
        "\x85",
        "\x0b",
        " x ",
        "a: b",
        "http://a.example/ x",
        "\ud800",
        "=?utf-8?q?x?=",
        "x" * 300,
        "\ufeff",
        "\x1c",
        *SIGNS,
    ]
    kinds = "response request revisit resource metadata conversion warcinfo".split()
    fields = [
        chance.choice(kinds),
        "<urn:uuid:00000000-0000-0000-0000-000000000000>",
        chance.choice(odd),
        chance.choice(("WARC-X", "WARC-Truncated", "Content-Type")),
        chance.choice(odd),
    ]
    block = chance.choice(
        (
            b"",
            b"HTTP/1.1 200 OK\r\nA: b\r\n\r\nx",
            b"\r\n\r\n",
            b"WARC/1.1\r\n\r\n",
            b"\x1f\x8b\x08",
            bytes(chance.randint(0, 255) for _ in range(chance.randint(0, 60))),
        )
    )
    return "\x1e".join(fields).encode("utf-8", "surrogatepass") + b"\x1e" + block


def others_warc(chance: Random) -> bytes:
    import gzip

    http = chance.choice(
        (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x",
            b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<p>x"),
            b"x",
            b"",
            b"HTTP/1.1 200 OK\r\nContent-Encoding: br, gzip, deflate\r\n\r\nx",
        )
    )
    out = b""
    for _ in range(chance.randint(1, 3)):
        kind = chance.choice((b"response", b"resource", b"revisit", b"request", b"x"))
        length = chance.choice((len(http),) * 8 + (len(http) + 1, 0, -1, 10**30))
        head = (
            b"WARC/1.%d\r\nWARC-Type: %s\r\nWARC-Target-URI: http://a.example/\r\nWARC-Date: %s\r\nContent-Type: application/http;msgtype=response\r\nContent-Length: %d\r\n\r\n"
            % (chance.randint(0, 2), kind, chance.choice(DATES).encode(), length)
        )
        record = head + http + b"\r\n\r\n"
        out += gzip.compress(record, 1) if chance.random() < 0.5 else record
    return broken(chance, out) if chance.random() < 0.4 else out


def response(chance: Random) -> bytes:
    heads = [
        "HTTP/1.1 200 OK",
        "HTTP/1.0 200 OK",
        "HTTP/1.1 204 No",
        "HTTP/1.1 100 Continue",
        "HTTP/1.1 304 x",
        "HTTP/1.1 999 x",
        "HTTP/2 200",
        "ICY 200 OK",
        "HTTP/1.1 200",
        "x",
    ]
    lines = [
        "Content-Length: 3",
        "Content-Length: 3, 3",
        "Content-Length: +3",
        "Content-Length: 3x",
        "content-length:3",
        "Content-Length : 3",
        "Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding:\tchunked",
        "X: y",
        " folded",
        "X",
        ": y",
        "Connection: close",
        "Content-Type: text/html\0",
        "Set-Cookie: a=b; Max-Age=0",
        "X: \x80",
    ]
    bodies = [
        "abc",
        "abcdef",
        "",
        "3\r\nabc\r\n0\r\n\r\n",
        "3;x=y\r\nabc\r\n0\r\nT: x\r\n\r\n",
        "ffffffffffffffff\r\nabc",
        "-3\r\nabc",
        "3\nabc\n0\n\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
    ]
    out = ""
    for _ in range(chance.choice((1, 1, 1, 2))):
        out += (
            "\r\n".join([chance.choice(heads), *(chance.choice(lines) for _ in range(chance.randint(0, 4)))])
            + chance.choice(("\r\n\r\n",) * 4 + ("\n\n", "\r\n"))
            + chance.choice(bodies)
        )
    made = out.encode("latin-1")
    return broken(chance, made) if chance.random() < 0.2 else made


def header(chance: Random) -> bytes:
    """A Retry-After or Location value."""
    values = [
        "120",
        "-1",
        "9" * 400,
        "1e9",
        "١٢",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 1999 23:59:59 -9999",
        "Fri, 31 Dec 1999 23:59:59 +999999999999",
        "31 Dec 99999 00:00:00 GMT",
        "0 Jan 0 0:0:0 GMT",
        "x",
        "",
        "Mon, 1 Jan 2026 25:61:61 GMT",
        "1 Jan 1 0:0 +0000",
        "Mon, 01 Jan 2026 00:00:00",
    ]
    made = chance.choice(values).encode("utf-8") if chance.random() < 0.7 else address(chance)
    return broken(chance, made) if chance.random() < 0.4 else made


def reading_list(chance: Random) -> bytes:
    outline = "".join(
        f"<outline {chance.choice(('xmlUrl', 'XMLURL', 'url'))}='{chance.choice(PLACES)}' title=\"{chance.choice(['x', '&a;', ']]&gt;', chance.choice(SIGNS)])}\">"
        for _ in range(3)
    )
    made = chance.choice(
        (
            f"<opml><body>{outline}</body></opml>",
            f"<!DOCTYPE opml [<!ENTITY a 'b'>]><opml>{outline}",
            "<!DOCTYPE NETSCAPE-Bookmark-file-1><DT><A HREF='" + chance.choice(PLACES) + "'>x",
            html(chance),
            '[{"url":"' + chance.choice(PLACES) + '"},1,{"url":[]}]',
            '{"_embedded":{"items":' + chance.choice(("[]", "{}", "1", "null", '[{"url":null}]')) + "}}",
            '{"_embedded":' + chance.choice(("1", "[]", '"x"', "null")) + "}",
            "url,title\n"
            + chance.choice(PLACES)
            + ',"'
            + chance.choice(("x", 'x"', "=cmd()", "\n", chance.choice(SIGNS)))
            + '"\n'
            + "a," * 5,
            "title,URL\nx",
        )
    )
    return encoded(chance, made)
