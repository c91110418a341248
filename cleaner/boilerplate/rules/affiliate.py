"""Disclosures that the page earns from its links."""

# fmt: off
from cleaner.rule import AllOf, Phrase, Rule

__all__ = ["RULES"]

RULES = (
    Rule(
        id='affiliate/disclosure',
        match=AllOf(matches=(Phrase(phrases=(
            "affiliate links", "affiliate link", "affiliate commission", "affiliate commissions", "earn a commission", "earns commissions", "earn us a commission",
            "earn a small commission", "earn from qualifying purchases", "may receive a commission", "supported by commissions", "independently select everything",
            "independently selected and reviewed", "products are independently selected", "no extra cost to you", "no additional cost to you", "affiliate-links", "affiliate-link",
            "affiliatelinks", "provisions-links", "erhalten wir eine provision", "bekommen wir eine provision", "erhält eine provision", "eine kleine provision", "liens affiliés",
            "liens d'affiliation", "lien affilié", "enlaces de afiliados", "enlaces de afiliación", "links de afiliados", "link di affiliazione", "affiliatielinks",
            "affiliate-linkit", "annonslänkar", "linki afiliacyjne", "アフィリエイト広告", "アフィリエイトリンク", "アフィリエイトプログラム",
        ), max_words=70), Phrase(phrases=(
            "we", "our", "us", "you", "i", "this article", "this post", "this page", "this site", "listed", "some", "wir", "uns", "sie", "dieser", "diesem", "der artikel", "mit",
            "nous", "cet article", "nuestros", "este artículo", "este", "questo", "dit artikel", "ten", "artykule", "本記事", "当サイト", "当社", "この記事", "ページ", "i det här", "jutussa",
            "contiene", "contient", "contient des", "certains", "na",
        ), max_words=70),)),
        why='A disclosure that links earn a commission.',
        hits=(
            "This article says we use affiliate links", "This article says we use affiliate link", "This article says we use affiliate commission",
            "This article says we use affiliate commissions", "This article says we use earn a commission", "This article says we use earns commissions",
            "This article says we use earn us a commission", "This article says we use earn a small commission", "This article says we use earn from qualifying purchases",
            "This article says we use may receive a commission", "This article says we use supported by commissions", "This article says we use independently select everything",
            "This article says we use independently selected and reviewed", "This article says we use products are independently selected",
            "This article says we use no extra cost to you", "This article says we use no additional cost to you", "This article says we use affiliate-links",
            "This article says we use affiliate-link", "This article says we use affiliatelinks", "This article says we use provisions-links",
            "This article says we use erhalten wir eine provision", "This article says we use bekommen wir eine provision", "This article says we use erhält eine provision",
            "This article says we use eine kleine provision", "This article says we use liens affiliés", "This article says we use liens d'affiliation",
            "This article says we use lien affilié", "This article says we use enlaces de afiliados", "This article says we use enlaces de afiliación",
            "This article says we use links de afiliados", "This article says we use link di affiliazione", "This article says we use affiliatielinks",
            "This article says we use affiliate-linkit", "This article says we use annonslänkar", "This article says we use linki afiliacyjne", "本記事はアフィリエイト広告", "本記事はアフィリエイトリンク",
            "本記事はアフィリエイトプログラム", "affiliate links: us", "Affiliate links, our way", "Affiliate links help you", "Affiliate links, i say", "Affiliate links in this article",
            "Affiliate links in this post", "Affiliate links on this page", "Affiliate links on this site", "affiliate links some",
        ),
        misses=("Affiliate marketing grew.", "The agents earn a commission of 4 %."),
        languages=("en", "de", "fr", "es", "it", "nl", "sv", "fi", "pl", "ja"),
    ),
)
