"""A page of a news site as they are: some 100 kB of markup round an article of twenty-seven paragraphs, written by us.

The measures are those of news pages at large (medians of 316: a thousand elements, 140 links, 27 paragraphs, 9,500
characters of text), but for scripts, of which those have 100 kB and this has half.
"""

import hashlib
import json
from collections.abc import Sequence

__all__ = ["news_page"]

TOPICS = (
    "World Politics Business Culture Sport Science Travel Weather Opinion Letters Games Archive Podcasts Video".split()
)
AD = "<div class='ad-slot ad-slot--inline' data-size='300x250'><p class='ad-label'>Advertisement</p><div id='slot-{0}'></div></div>"


def news_page(title: str, paragraphs: Sequence[str], words: Sequence[str]) -> str:
    """The whole page; `words` are what its menus, teasers and scripts are made of."""
    return (
        f"<!DOCTYPE html><html lang='en'><head>{_head(title, words)}</head>"
        f"<body class='template-article has-sidebar'>{_top(words)}<main id='main' class='layout layout--article'>"
        f"<article class='article' itemscope itemtype='https://schema.org/NewsArticle'>{_article(title, paragraphs)}</article>"
        f"<aside class='sidebar'>{_teasers('Most read', words, 18)}{_teasers('More from the harbour', words, 30)}</aside></main>"
        f"{_teasers('You may also like', words, 42)}{_bottom(words)}{_scripts(title, words)}</body></html>"
    )


def _head(title: str, words: Sequence[str]) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "author": {"name": "Ada Marsh"},
    }
    told |= {"datePublished": "2026-03-02T06:00:00Z", "keywords": list(words)}
    metas = "".join(f"<meta property='og:{name}' content='{title}'>" for name in ("title", "description", "image:alt"))
    styles = "".join(f".{a}-{b}__item{{margin:0 auto;padding:4px 8px;color:#123}}" for a in words for b in words[:10])
    return (
        f"<meta charset='utf-8'><title>{title} - The Hollin Gazette</title>{metas}<meta name='author' content='Ada Marsh'>"
        f"<script type='application/ld+json'>{json.dumps(told)}</script><style>{styles}</style>"
    )


def _top(words: Sequence[str]) -> str:
    menu = "".join(
        f"<li class='menu__item menu__item--{at}'><a class='menu__link' href='/{topic.lower()}/' data-track='menu-{at}'>"
        f"<span>{topic}</span></a></li>"
        for at, topic in enumerate([*TOPICS, *words])
    )
    return (
        "<header class='site-header'><a href='/' class='logo'><span>The Hollin Gazette</span></a>"
        f"<nav class='menu' aria-label='Sections'><ul>{menu}</ul></nav>"
        "<form action='/search'><input name='q' aria-label='Search'><button>Search</button></form></header>"
    )


def _article(title: str, paragraphs: Sequence[str]) -> str:
    body = []
    for at, paragraph in enumerate(paragraphs):
        body.append(f"<p class='article__text' data-block='{at}'>{paragraph}</p>")
        if at % 7 == 3:  # as often as news sites do
            body.append(AD.format(at))
        if at % 9 == 5:
            body.append(
                f"<p class='article__related'><strong>Read more:</strong> <a href='/news/{at}'>{title} so far</a></p>"
            )
    share = "".join(
        f"<li><a class='share__link' href='/share/{to}'>{to}</a></li>" for to in ("Mail", "Copy link", "Print")
    )
    return (
        f"<h1 itemprop='headline'>{title}</h1><p class='byline'>By <a rel='author' href='/by/ada'>Ada Marsh</a></p>"
        f"<time datetime='2026-03-02T06:00:00Z'>2 March 2026</time><ul class='share'>{share}</ul>"
        f"<figure><img src='/img/ferry.jpg' alt='The ferry'><figcaption>The ferry at dusk.</figcaption></figure>{''.join(body)}"
        "<div class='newsletter'><h3>Sign up for our newsletter</h3><p>The day's news in your inbox.</p></div>"
    )


def _teasers(title: str, words: Sequence[str], count: int) -> str:
    rows = "".join(
        f"<li class='teaser teaser--{at}'><a class='teaser__link' href='/news/teaser-{at}' data-track='teaser-{at}'>"
        f"<img class='teaser__image' src='/img/{at}.jpg' alt='' loading='lazy'><div class='teaser__body'><span class='teaser__kicker'>"
        f"{words[at % len(words)]}</span><h4 class='teaser__title'>What the {words[at * 3 % len(words)]} told the "
        f"{words[at * 5 % len(words)]}</h4></div></a></li>"
        for at in range(count)
    )
    return f"<section class='teasers'><h2>{title}</h2><ul class='teasers__list'>{rows}</ul></section>"


def _bottom(words: Sequence[str]) -> str:
    rows = "".join(f"<li><a class='footer__link' href='/about/{word}'>{word}</a></li>" for word in words)
    return f"<footer class='site-footer'><ul>{rows}</ul><p>© The Hollin Gazette. All rights reserved.</p></footer>"


def _scripts(title: str, words: Sequence[str]) -> str:
    """Two dozen scripts; what stands in them differs from page to page, so that it packs as such things do."""
    found = []
    for number in range(24):
        seeds = (hashlib.sha256(f"{title}/{number}/{at}".encode()).hexdigest() for at in range(18))
        state = {f"{words[at % len(words)]}{at}": seed for at, seed in enumerate(seeds)}
        found.append(f"<script>window.__state{number} = {json.dumps(state)};</script>")
    return "".join(found)
