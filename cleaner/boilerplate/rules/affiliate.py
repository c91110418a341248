"""Disclosures that the page earns from its links."""

# fmt: off
from cleaner.rule import AllOf, Phrase, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="affiliate/disclosure",
        match=AllOf(matches=(Phrase(phrases=(
            "affiliate links", "affiliate link", "affiliate commission", "affiliate commissions", "earn a commission", "earns commissions", "earn us a commission",
            "earn a small commission", "earn from qualifying purchases", "may receive a commission", "supported by commissions", "independently select everything",
            "independently selected and reviewed", "products are independently selected", "no extra cost to you", "no additional cost to you", "affiliate-links", "affiliate-link",
            "affiliatelinks", "provisions-links", "erhalten wir eine provision", "bekommen wir eine provision", "erhält eine provision", "eine kleine provision", "liens affiliés",
            "liens d'affiliation", "lien affilié", "enlaces de afiliados", "enlaces de afiliación", "links de afiliados", "link di affiliazione", "affiliatielinks",
            "affiliate-linkit", "annonslänkar", "linki afiliacyjne", "アフィリエイト広告", "アフィリエイトリンク", "アフィリエイトプログラム",
        ), max_words=70), Phrase(phrases=(
            "we", "our", "us", "i", "my", "to you", "this article", "this post", "this page", "this site", "some listed", "wir", "unsere", "dieser artikel", "diesem artikel",
            "der artikel", "nous", "cet article", "nuestros", "este artículo", "este artigo", "questo articolo", "dit artikel", "ten artykuł", "artykule", "本記事", "当サイト", "当社",
            "この記事", "ページ", "jutussa", "contiene", "contient", "contém", "bevat",
        ), max_words=70))),
        why="A disclosure that links earn a commission.",
        hits=(
            "Here we say affiliate links", "Here we say affiliate link", "Here we say affiliate commission", "Here we say affiliate commissions", "Here we say earn a commission",
            "Here we say earns commissions", "Here we say earn us a commission", "Here we say earn a small commission", "Here we say earn from qualifying purchases",
            "Here we say may receive a commission", "Here we say supported by commissions", "Here we say independently select everything",
            "Here we say independently selected and reviewed", "Here we say products are independently selected", "Here we say no extra cost to you",
            "Here we say no additional cost to you", "Here we say affiliate-links", "Here we say affiliate-link", "Here we say affiliatelinks", "Here we say provisions-links",
            "Here we say erhalten wir eine provision", "Here we say bekommen wir eine provision", "Here we say erhält eine provision", "Here we say eine kleine provision",
            "Here we say liens affiliés", "Here we say liens d'affiliation", "Here we say lien affilié", "Here we say enlaces de afiliados", "Here we say enlaces de afiliación",
            "Here we say links de afiliados", "Here we say link di affiliazione", "Here we say affiliatielinks", "Here we say affiliate-linkit", "Here we say annonslänkar",
            "Here we say linki afiliacyjne", "本記事はアフィリエイト広告", "本記事はアフィリエイトリンク", "本記事はアフィリエイトプログラム", "Affiliate links we", "Affiliate links our", "Affiliate links us",
            "Affiliate links i", "Affiliate links my", "Affiliate links to you", "Affiliate links this article", "Affiliate links this post", "Affiliate links this page",
            "Affiliate links this site", "Affiliate links some listed", "Affiliate links wir", "Affiliate links unsere", "Affiliate links dieser artikel",
            "Affiliate links diesem artikel", "Affiliate links der artikel", "Affiliate links nous", "Affiliate links cet article", "Affiliate links nuestros",
            "Affiliate links este artículo", "Affiliate links este artigo", "Affiliate links questo articolo", "Affiliate links dit artikel", "Affiliate links ten artykuł",
            "Affiliate links artykule", "Affiliate links 本記事", "Affiliate links 当サイト", "Affiliate links 当社", "Affiliate links この記事", "Affiliate links ページ",
            "Affiliate links i det här", "Affiliate links jutussa", "Affiliate links contiene", "Affiliate links contient", "Affiliate links contém", "Affiliate links bevat",
            "This article includes affiliate links. They have no influence on our editorial content.",
        ),
        misses=("With fifty followers you can run ads and share affiliate links.", "Affiliate marketing grew.", "The agents earn a commission of 4 %.", "Affiliate links pay the bills of bloggers."),
        languages=("en", "de", "fr", "es", "it", "nl", "sv", "fi", "pl", "ja"),
    ),
    Rule(
        id="affiliate/box",
        match=Token(tokens=("affiliate-disclosure", "affiliate-disclaimer", "affiliate-notice", "affiliate", "disclosure"), max_words=30),
        why="A short text in a box that the page itself calls a disclosure.",
        hits=("Prices were right when the boat sailed.", "Our editors choose what we carry"),
        misses=("The clerk disclosed in his letter that every lamp in the harbour office had been bought from his brother, who had bought them in turn from the office, and that both were sorry.",),
        languages=("en",),
    ),
)
