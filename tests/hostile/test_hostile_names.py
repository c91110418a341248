"""What a page calls itself, through every door out: file names, front matter, markup, lists, the terminal, the index."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lxml import etree

from cleaner import clean
from cleaner.archive import Archive
from cleaner.archive.exports import ExportFormat
from cleaner.cli import run
from cleaner.model import Page

PROSE = "".join(
    f"<p>The boats of lock {n} are counted by hand each evening, she says, by the bridge.</p>" for n in range(3)
)
TITLES = {
    "ansi": "Boats \x1b[31mred\x1b[0m \x1b]0;owned\x07 \x9b2J",
    "bidi": "Boats \u202egpj.exe \u2066x\u2069 \u200f",
    "nul": "Boats \0 and more",
    "line-ends": "Boats\r\nSet-Cookie: x\r\n\r\n---\n\nowned: true\u2028x",
    "up": "../../../../etc/passwd",
    "windows-up": "..\\..\\windows\\system32",
    "windows-name": "CON",
    "windows-name-with-dot": "nul.txt",
    "very-long": "Boats " * 5_000,
    "yaml": "'Boats\": [x, {y: *z, !!python/object/apply:os.system ['id'] & # --- ...",
    "yaml-starts": "--- \n- boats: |\n  x",
    "toml": '"""\n[[source]]\nsite = \'x\' # ${HOME}',
    "cdata": "Boats ]]> <![CDATA[ x --> <!-- -- x",
    "tag": "<script>alert(1)</script><img src=x onerror=alert(1)> &lt;b&gt; &amp;amp;",
    "markdown": "Boats](javascript:alert(1)) [x]: <y> `a` **b** # c\n# d | e",
    "formula": "=cmd|' /C calc'!A0",
    "formula-at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "query": 'title:boats" OR 1=1; DROP TABLE x; -- NEAR(',
    "rich": "[bold red]Boats[/] [/etc] [link=file:///etc/passwd]x[/link]",
    "surrogate": "Boats \ud800 \udfff",
    "noncharacter": "Boats \ufffe\uffff",
    "template": "{{ 7*7 }} {% x %} ${jndi:ldap://x} %s %n {0}",
}
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def page(title: str) -> bytes:
    """A page that says the title in its head, in its text and in a script."""
    told = json.dumps({"@type": "NewsArticle", "headline": title, "author": {"name": title[:80]}})
    escaped = title.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    text = (
        f'<html><head><title>{escaped}</title><meta property="og:title" content="{escaped}">'
        f'<script type="application/ld+json">{told.replace("</", "<" + chr(92) + "/")}</script></head>'
        f"<body><article><h1>{escaped}</h1>{PROSE}</article></body></html>"
    )
    return text.encode("utf-8", "surrogatepass")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("names")


@pytest.fixture(scope="module")
def archive(folder: Path) -> Iterator[Archive]:
    with Archive(folder / "archive", fsync=False) as archive:
        for name, title in TITLES.items():
            archive.add(
                Page(content=page(title), url=f"https://a.example/{name}", content_type="text/html; charset=utf-8")
            )
        yield archive


class _Actions(HTMLParser):
    """What a browser would act on in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        bad = [
            name
            for name, value in attrs
            if name.startswith("on") or re.match(r"\s*javascript:", value or "", re.IGNORECASE)
        ]
        self.found += [tag, *bad] if bad or tag in {"script", "iframe", "object", "style", "form"} else []


def actions(html: str) -> list[str]:
    parser = _Actions()
    parser.feed(html)
    return parser.found


@pytest.mark.parametrize("name", TITLES)
def test_renderings_hold_no_control_and_nothing_that_acts(name: str) -> None:
    article = clean(page(TITLES[name]), f"https://a.example/{name}")
    assert "The boats of lock 0" in article.text
    for text in (article.text, article.markdown, article.html, article.tei, article.meta.title or ""):
        assert not CONTROLS.search(text)
    assert [] == actions(article.html)
    assert "The boats of lock 1" in "".join(etree.fromstring(article.tei.encode()).itertext())
    assert article.to_dict() == json.loads(json.dumps(article.to_dict()))


def test_text_files_stay_below_the_host_and_their_front_matter_is_yaml(archive: Archive) -> None:
    yaml = pytest.importorskip("yaml", reason="no YAML reader here")
    files = [path for path in (archive.path / "text").rglob("*") if path.is_file()]
    assert len(TITLES) == len(files)
    for path in files:
        assert re.fullmatch(r"a\.example/\d{4}/[a-z0-9-]{1,120}\.md", str(path.relative_to(archive.path / "text")))
        assert path.stem.split("-")[0] not in {"con", "nul", "aux", "prn"}
        _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
        told = yaml.safe_load(front)
        assert told["source"].startswith("https://a.example/")
        assert "owned" not in told
        assert isinstance(told.get("title", ""), str)
        assert "The boats of lock 2" in body


def test_catalogue_finds_every_page_by_its_words_and_survives_its_title_as_a_query(archive: Archive) -> None:
    assert len(TITLES) == len(archive.search("lock", limit=100))
    for title in TITLES.values():
        archive.search(title)
    assert [] == archive.verify()


@pytest.mark.parametrize("form", [form for form in ExportFormat if form not in ("md", "tei")])
def test_exports_hold_no_raw_control(archive: Archive, folder: Path, form: ExportFormat) -> None:
    path = folder / f"out.{form}"
    archive.export(form, path)
    content = path.read_bytes()
    if form in ("jsonl", "cdxj"):
        rows = content.decode("utf-8").splitlines()
        assert len(rows) >= len(TITLES)
        for row in rows:
            json.loads(row[row.index("{") :])
            assert not re.search("[\x00-\x1f\x7f]", row)
    if form == "atom":
        entries = etree.fromstring(content).findall("{*}entry")
        assert len(TITLES) == len(entries)
    if form == "html":
        assert not {"script", "iframe", "onerror"} & set(actions(content.decode("utf-8")))
    assert not [
        entry for entry in folder.iterdir() if entry.name != "archive" and not entry.name.startswith(("out.", "run"))
    ]


@pytest.mark.parametrize("form", ["md", "tei"])
def test_folders_of_exports_hold_safe_names_only(archive: Archive, folder: Path, form: str) -> None:
    target = folder / f"out.{form}"
    archive.export(ExportFormat(form), target)
    files = [path for path in target.rglob("*") if path.is_file()]
    assert len(TITLES) == len(files)
    assert all(
        re.fullmatch(r"[A-Za-z0-9._-]+", part) and part != ".."
        for path in files
        for part in path.relative_to(target).parts
    )
    if form == "tei":
        assert all(etree.parse(path) is not None for path in files)


@pytest.mark.parametrize(
    "words", [["ls"], ["search", "lock"], ["show", "https://a.example/ansi"], ["versions", "https://a.example/nul"]]
)
def test_terminal_sees_no_control(archive: Archive, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert 0 == run(["archive", *words, "-a", str(archive.path)])
    said = capsys.readouterr()
    assert said.out
    assert not CONTROLS.search(said.out + said.err)


def test_batch_of_files_with_odd_names_and_titles_is_explained_without_a_control(tmp_path: Path) -> None:
    for number, title in enumerate(TITLES.values()):
        (tmp_path / f"{number}\x1b[31m\u202e;x.html").write_bytes(page(title))
    (tmp_path / "empty\x1b]0;owned\x07.html").write_bytes(b"")
    (tmp_path / "out").mkdir()
    names = [str(path) for path in sorted(tmp_path.glob("*.html"))]
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "cleaner", "clean", "--explain=all", "-o", str(tmp_path / "out"), *names],
        capture_output=True,
        check=False,
    )
    assert 1 == done.returncode, done.stderr
    assert not CONTROLS.search(done.stderr.decode("utf-8"))
    files = list((tmp_path / "out").iterdir())
    assert len(TITLES) == len(files)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", path.name) for path in files), [path.name for path in files]


def test_link_planted_in_an_output_folder_is_not_written_through(tmp_path: Path) -> None:
    source, out, outside = tmp_path / "boats.html", tmp_path / "out", tmp_path / "outside.txt"
    source.write_bytes(page("Boats"))
    out.mkdir()
    assert 0 == run(["clean", str(source), "-o", str(out)])
    (written,) = out.iterdir()
    written.unlink()
    written.symlink_to(outside)
    assert 0 == run(["clean", str(source), "-o", str(out)])
    assert not outside.exists()
    assert 2 == len(list(out.iterdir()))
