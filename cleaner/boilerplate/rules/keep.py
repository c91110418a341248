"""Guards: lines that speak like residue and belong to the article all the same."""

# fmt: off
from cleaner.model import Verdict
from cleaner.rule import Opening, Pattern, Rule

__all__ = ["RULES"]

RULES = (
    Rule(
        id="keep/correction",
        match=Opening(phrases=(
            "Correction:", "Correction to", "Clarification:", "Editor's note", "Editors' note", "Update:", "Updated:", "Note to readers", "Author's note",
            "Korrektur:", "Anmerkung der Redaktion", "Note de la rédaction", "Nota de la redacción", "Nota del editor", "Nota da redação", "Nota della redazione",
            "Noot van de redactie", "От редакции", "Примечание редакции", "编者按", "編者按", "編集部注",
        ), max_words=120),
        why="A correction or an editor's note belongs to the article whatever it mentions.",
        hits=(
            "Correction: an earlier text named the wrong ferry", "Correction to an earlier text named the wrong ferry", "Clarification: an earlier text named the wrong ferry",
            "Editor's note an earlier text named the wrong ferry", "Editors' note an earlier text named the wrong ferry", "Editor’s note an earlier text named the wrong ferry",
            "Update: an earlier text named the wrong ferry", "Updated: an earlier text named the wrong ferry", "Note to readers an earlier text named the wrong ferry",
            "Author's note an earlier text named the wrong ferry", "Korrektur: an earlier text named the wrong ferry",
            "Anmerkung der Redaktion an earlier text named the wrong ferry", "Note de la rédaction an earlier text named the wrong ferry",
            "Nota de la redacción an earlier text named the wrong ferry", "Nota del editor an earlier text named the wrong ferry",
            "Nota da redação an earlier text named the wrong ferry", "Nota della redazione an earlier text named the wrong ferry",
            "Noot van de redactie an earlier text named the wrong ferry", "От редакции an earlier text named the wrong ferry",
            "Примечание редакции an earlier text named the wrong ferry", "编者按港の船が戻る", "編者按港の船が戻る", "編集部注港の船が戻る",
        ),
        misses=("The correction of the chart took a week.", "An editor's note is rare."),
        languages=("en", "de", "fr", "es", "pt", "it", "nl", "ru", "zh", "ja"),
        verdict=Verdict.KEEP,
    ),
    Rule(
        id="keep/no-affiliates",
        match=Opening(phrases=("No affiliate links", "No affiliates", "No paid promotion", "No sponsorships"), max_words=70),
        why="Who says that nobody pays speaks to the reader; a disclosure says that somebody does.",
        hits=("No affiliate links, I bought each lamp myself", "No affiliates here", "No paid promotion, only lamps", "No sponsorships, we bought the lamp"),
        misses=("Affiliate links pay for the lamp.",),
        languages=("en",),
        verdict=Verdict.KEEP,
    ),
    Rule(
        id="keep/spoken",
        match=Pattern(regex=r"[\"“„«»「『'‘].+[\"”“»«」』'‘][.,;]?", max_words=12),
        why="A short line between quotation marks is something said or quoted.",
        hits=('"Read more: books are good for you"', "„Anzeige“", "«Publicité»"),
        misses=('Read more: "books are good for you"',),
        languages=("en", "de", "fr"),
        verdict=Verdict.KEEP,
    ),
)
