"""Menus, paging, tables of contents and other parts of the page's frame."""

# fmt: off
from cleaner.rule import AllOf, Line, Measure, Pattern, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="navigation/line",
        match=AllOf(matches=(Line(labels=(
            "Prev", "Next page", "Previous page", "Back to top", "Back to the top", "Go back", "Go to top", "Home page", "Homepage", "Menu", "Main menu", "Search for", "Open menu",
            "Skip to content", "Skip to main content", "Skip to navigation", "Jump to content", "In this article", "In this story", "In this post", "On this page", "Jump to",
            "Jump to section", "Quick links", "Contact us", "Site map", "Sitemap", "Toggle navigation", "Expand all", "Show all", "Breadcrumbs", "You are here",
            "Please scroll to the right for more info", "Print edition", "E-Paper", "ePaper", "All topics", "All articles", "All posts", "All news", "Error occurred",
            "Page not found", "Read aloud", "Expand/collapse", "Latest issue", "Sign up Log in", "Log out", "My account", "Report a problem", "View as", "Add to cart",
            "Add to wishlist", "Add to list", "Select language", "Change language", "Dark mode", "Loading more", "Loading comments", "Load more posts", "Share your feedback",
            "Editorial standards", "Work with us", "Meet the team", "Inhalt dieses Artikels", "Nächste Seite", "Vorherige Seite", "Startseite", "Suche", "Schließen", "Menü",
            "Menü öffnen", "Zum Inhalt springen", "Zum Hauptinhalt springen", "Nach oben", "Seitenanfang", "Zur Übersicht", "Alle Artikel", "Alle Themen", "Table des matières",
            "Précédent", "Page suivante", "Page précédente", "Rechercher", "Fermer", "Haut de page", "Contactez-nous", "Qui sommes-nous", "Aller au contenu",
            "Aller au contenu principal", "Dans cet article", "Página siguiente", "Cerrar", "Menú", "Volver arriba", "Quiénes somos", "Índice de contenidos", "Tabla de contenidos",
            "Ir al contenido", "Saltar al contenido", "En este artículo", "Página inicial", "Pesquisar", "Fechar", "Voltar ao topo", "Índice de conteúdo", "Neste artigo",
            "Ir para o conteúdo", "Indice dei contenuti", "Cerca", "Chiudi", "Torna su", "Chi siamo", "Vai al contenuto", "In questo articolo", "Inhoudsopgave", "Volgende",
            "Vorige", "Zoeken", "Sluiten", "Terug naar boven", "Naar boven", "Over ons", "Innehållsförteckning", "Föregående", "Sök", "Stäng", "Tillbaka", "Næste", "Forrige", "Søg",
            "Luk", "Neste", "Søk", "Lukk", "Sisällys", "Sisällysluettelo", "Seuraava", "Edellinen", "Haku", "Sulje", "Następny", "Poprzedni", "Następna strona", "Szukaj", "Zamknij",
            "Wróć", "Strona główna", "O nas", "Další", "Předchozí", "Hledat", "Zavřít", "Zpět nahoru", "Domů", "Ďalší", "Predchádzajúci", "Hľadať", "Zavrieť", "Tartalomjegyzék",
            "Következő", "Előző", "Bezár", "Cuprins", "Următorul", "Anteriorul", "Caută", "Închide", "Оглавление", "Следующая", "Предыдущая", "Следующая страница", "Поиск",
            "Закрыть", "Наверх", "Главная", "На главную", "О нас", "Зміст", "Пошук", "Закрити", "Головна", "Далі", "Съдържание", "Търсене", "Затвори", "Sadržaj", "Pretraga",
            "Zatvori", "Sljedeće", "Sledeće", "Prethodno", "Naslovna", "Početna", "Περιεχόμενα", "Αναζήτηση", "Κλείσιμο", "Επόμενο", "Προηγούμενο", "Αρχική", "İçindekiler",
            "Sonraki", "Önceki", "Kapat", "Ana sayfa", "Anasayfa", "المحتويات", "التالي", "السابق", "بحث", "إغلاق", "الرئيسية", "فهرست مطالب", "بعدی", "قبلی", "جستجو", "חיפוש",
            "סגור", "הבא", "הקודם", "首页", "首頁", "上一页", "下一页", "上一頁", "下一頁", "返回顶部", "返回首页", "回首頁", "回頂端", "搜索", "搜尋", "关闭", "關閉", "トップページ", "ホーム", "検索", "閉じる", "メニュー", "ページトップへ",
            "ページの先頭へ", "この記事の目次", "もくじ", "TOPへ戻る", "목차", "이전", "검색", "닫기", "메뉴", "맨위로", "목록", "สารบัญ", "ถัดไป", "ก่อนหน้า", "หน้าแรก", "ค้นหา", "Mục lục", "Trang chủ", "Tìm kiếm",
            "Trang sau", "Daftar isi", "Selanjutnya", "Sebelumnya", "Beranda", "Kembali ke atas", "Índex", "Saturs", "Turinys", "Sisukord",
        )), Measure(name="in_list", at_most=0.0))),
        why="A part of the page's frame: paging, menu, search, top.",
        hits=("Back to top", "Skip to content", "Nach oben", "トップページ", "Menu"),
        misses=("Back to topography", "Menus of the harbour"),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "hu", "ro", "ru", "uk", "bg", "hr", "el", "tr", "ar", "fa", "zh", "ja", "ko", "th",
            "vi", "id",
        ),
    ),
    Rule(
        id="navigation/word",
        match=AllOf(matches=(Line(labels=(
            "Next", "Previous", "Close", "Search", "Contents", "Table of contents", "Inhaltsverzeichnis", "Sommaire", "目次", "Spis treści", "Suche", "Zurück", "Vorherige", "Nächste",
            "Suivant", "Siguiente", "Anterior", "Successivo", "Precedente", "次へ", "前へ", "Back", "About us", "Contact us", "Hide", "Table des matières",
        )), Measure(name="in_list", at_most=0.0))),
        why="A lone word of paging or of a table of contents, and no item of a list, where it could be the text's own.",
        hits=("Next", "Close", "Table of Contents", "目次", "Inhaltsverzeichnis"),
        misses=("Next week", "Contents of the box", "Closed"),
        languages=("en", "de", "fr", "es", "it", "pl", "ja"),
    ),
    Rule(
        id="navigation/dialog",
        match=Token(tokens=("dialog", "popover", "alertdialog"), max_words=30),
        why="A short text in an element that the page itself calls a dialog or a popover.",
        hits=("Are you sure?", "Escape closes this window."),
        misses=("The dialog of the second act is spoken in the dark, by two pilots who cannot see each other or the tide, and it ends when one of them finds that he has been alone.",),
        languages=("en",),
    ),
    Rule(
        id="navigation/overlay",
        match=AllOf(matches=(Token(tokens=("modal", "popup", "overlay", "lightbox"), max_words=20), Measure(name="ends_sentence", at_most=0.0))),
        why="A short line in an element that the page itself calls a popup, an overlay or a lightbox.",
        hits=("No thanks", "Choose a country"),
        misses=("The fog lay over the harbour.",),
        languages=("en",),
    ),
    Rule(
        id="navigation/box",
        match=AllOf(matches=(Token(tokens=(
            "nav", "navigation", "navbar", "menu", "submenu", "footer", "site-footer", "site-header", "sidebar", "breadcrumb", "breadcrumbs", "pagination", "pager", "skip-link",
            "post-navigation", "nav-links",
        ), max_words=30), Measure(name="link_share", at_least=0.6), Measure(name="ends_sentence", at_most=0.0))),
        why="A link in an element that the page itself calls navigation.",
        hits=("Lighthouses", "Older logs"),
        misses=("They closed the menu.",),
        languages=("en",),
    ),
    Rule(
        id="navigation/path",
        match=AllOf(matches=(Token(tokens=("breadcrumb", "breadcrumbs", "pagination", "pager", "page-numbers", "skip-link"), max_words=15), Measure(name="ends_sentence", at_most=0.0))),
        why="A part of the path to the page, or of the row of its pages.",
        hits=("Lighthouses", "Page 2 of 9"),
        misses=("They followed the crumbs.",),
        languages=("en",),
    ),
    Rule(
        id="navigation/row",
        match=AllOf(matches=(
            Measure(name="links", at_least=5),
            Pattern(regex=r"[^|•·]{1,80}(?: ?[|•·] ?[^|•·]{1,40}){4,}", max_words=60),
            Measure(name="ends_sentence", at_most=0.0),
        )),
        why="Links in a row with signs between them, as in a menu.",
        hits=("Home | News | Boats | Weather | Tides", "Harbour Post Boats · Weather · Tides · Lamps · Birds"),
        misses=("Storms | ships | birds | lamps | visitors: the log has a page for each.", "Storms, ships, birds, lamps, visitors"),
        languages=("en",),
    ),
)
