"""Boxes about the author that stand under or beside an article."""

# fmt: off
from cleaner.rule import AllOf, Line, Measure, Rule, Token

__all__ = ["RULES"]

RULES = (
    Rule(
        id="author/heading",
        match=AllOf(matches=(Line(labels=(
            "About the author", "About the authors", "About the writer", "About this author", "More from this author", "More by this author", "View all posts by",
            "Meet the author", "Über den Autor", "Über die Autorin", "Über die Autoren", "Zum Autor", "Zur Autorin", "Zur Person des Autors", "À propos de l'auteur",
            "A propos de l'auteur", "Sobre el autor", "Sobre la autora", "Acerca del autor", "Sobre o autor", "Sobre a autora", "Sull'autore",
            "Informazioni sull'autore", "Over de auteur", "Om författaren", "Om forfatteren", "Om skribenten", "O autorze", "O autorce", "O autorovi", "A szerzőről", "Despre autor",
            "Об авторе", "Про автора", "За автора", "O autoru", "Yazar hakkında", "عن الكاتب", "关于作者", "作者简介", "この記事を書いた人", "著者プロフィール", "글쓴이 소개", "Tentang penulis",
            "Về tác giả",
        )), Measure(name="in_list", at_most=0.0))),
        why="The head of a box about the author.",
        hits=("About the Author", "Über den Autor", "この記事を書いた人"),
        misses=("About the author nothing is known.", "About the lighthouse"),
        languages=(
            "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "pl", "cs", "hu", "ro", "ru", "uk", "bg", "hr", "tr", "ar", "zh", "ja", "ko", "id", "vi",
        ),
    ),
    Rule(
        id="author/box",
        match=Token(tokens=(
            "author-box", "authorbox", "author-bio", "author-info", "about-author", "about-the-author", "author-card", "author-profile", "author-description", "author__bio",
            "saboxplugin-wrap", "post-author-bio", "writer-bio", "user-bio",
        ), max_words=30),
        why="A short text in a box that the page itself calls the author's.",
        hits=("Ada Pell keeps the harbour log.", "Ada Pell"),
        misses=("Ada Pell kept the log of the harbour for forty years, and in all this time she wrote down no word about herself but the one line on the morning when the lamp went out.",),
        languages=("en",),
    ),
)
