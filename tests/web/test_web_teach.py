"""Teaching from the inspection page: a preview that writes nothing, a saving that loses nothing, texts cleaned again."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_library import FERRY, HOST, Library, fill

from cleaner.archive import Archive
from cleaner.archive.sites import read_site
from cleaner.web import make_app

LINE = "Advertising for the new line has been modest. A single poster hangs in the ticket office, and it says only: bring a book."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return fill(tmp_path / "archive")


@pytest.fixture
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(make_app(library.path, [HOST]), base_url=f"http://{HOST}", follow_redirects=False) as asked:
        yield asked


def link(client: TestClient, ident: str, lesson: str, text: str) -> str:
    """The address behind the row's teaching link."""
    page = client.get(f"/article/{ident}/inspect").text
    row = next(row for row in re.findall(r"<tr class=.*?</tr>", page, re.DOTALL) if text in row)
    found = re.search(rf'href="(/article/\w+/teach/{lesson}/\d+)"', row)
    assert found is not None
    return found[1]


def fields(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))


def test_preview_shows_what_would_change_and_writes_nothing(client: TestClient, library: Library) -> None:
    page = client.get(link(client, library.ids["unchanged"], "drop", "Advertising for the new line")).text
    assert f"<del>{LINE}</del>" in page
    assert "<strong>1</strong> of 3 archived pages" in page
    assert not (library.path / "sites").exists()


def test_line_is_taught_its_page_cleaned_again_and_the_old_text_kept(client: TestClient, library: Library) -> None:
    ident = library.ids["unchanged"]
    address = link(client, ident, "drop", "Advertising for the new line")
    saved = client.post(address, data=fields(client.get(address).text))
    assert (303, f"/sites/quayside.example?from={ident}") == (saved.status_code, saved.headers["Location"])
    site = read_site(library.path, "quayside.example")
    assert ((LINE,), FERRY, (LINE,)) == (site.lines, site.examples[0].url, site.examples[0].drops)
    assert LINE in client.get(f"/article/{ident}").text
    done = client.post(f"/sites/quayside.example?from={ident}", data=fields(client.get(saved.headers["Location"]).text))
    assert "1 text changed" in done.text
    assert LINE not in client.get(f"/article/{ident}").text
    assert LINE in client.get(f"/article/{library.ids['ferry']}").text
    assert "site/line" in client.get(f"/article/{ident}/inspect").text
    with Archive(library.path, create=False) as archive:
        assert 3 == len(archive.versions(FERRY))


def test_removed_line_is_kept_again(client: TestClient, library: Library) -> None:
    ident = library.ids["unchanged"]
    address = link(client, ident, "keep", "READ MORE: Clockmakers")
    page = client.get(address).text
    assert "<ins>READ MORE: Clockmakers refuse to move the hour</ins>" in page
    client.post(address, data=fields(page))
    client.post("/sites/quayside.example", data=fields(client.get("/sites/quayside.example").text))
    assert "READ MORE: <a" in client.get(f"/article/{ident}").text


def test_second_lesson_undoes_the_first(client: TestClient, library: Library) -> None:
    ident = library.ids["unchanged"]
    address = link(client, ident, "drop", "Advertising for the new line")
    client.post(address, data=fields(client.get(address).text))
    opposite = address.replace("/drop/", "/keep/")
    client.post(opposite, data=fields(client.get(opposite).text))
    site = read_site(library.path, "quayside.example")
    assert ((), (LINE,)) == (site.lines, site.keep_lines)
    assert ((LINE,), ()) == (site.examples[0].keeps, site.examples[0].drops)


def test_of_two_people_saving_the_second_is_told_and_nothing_is_lost(client: TestClient, library: Library) -> None:
    ident = library.ids["unchanged"]
    one = link(client, ident, "drop", "Advertising for the new line")
    other = link(client, ident, "drop", "Bookings for the winter")
    ours, theirs = fields(client.get(one).text), fields(client.get(other).text)
    assert 303 == client.post(one, data=ours).status_code
    before = (library.path / "sites/quayside.example.toml").read_bytes()
    late = client.post(other, data=theirs)
    assert 400 == late.status_code
    assert "changed meanwhile" in late.text
    assert before == (library.path / "sites/quayside.example.toml").read_bytes()
    assert 303 == client.post(other, data=fields(client.get(other).text)).status_code
    assert 2 == len(read_site(library.path, "quayside.example").lines)
    (former,) = (library.path / "sites/former").iterdir()
    assert before == former.read_bytes()


def test_rules_that_a_person_wrote_into_the_file_stay(client: TestClient, library: Library) -> None:
    folder = library.path / "sites"
    folder.mkdir()
    rule = '[[rule]]\nid = "mine/tide"\nwhy = "A box"\n'
    rule += 'match = { kind = "line", labels = ["Tide table"] }\nhits = ["Tide table"]\nmisses = ["Tide tables are blue."]\n'
    example = f'\n[[example]]\nurl = "{FERRY}"\nkeeps = ["piano"]\n'
    (folder / "quayside.example.toml").write_text(f'host = "quayside.example"\ndrop = ["div.promo"]\n\n{rule}{example}')
    address = link(client, library.ids["unchanged"], "drop", "Advertising for the new line")
    answer = client.post(address, data=fields(client.get(address).text))
    assert 303 == answer.status_code, answer.text
    site = read_site(library.path, "quayside.example")
    assert (("div.promo",), ["mine/tide"], ("piano",)) == (
        site.drop,
        [r.id for r in site.rules],
        site.examples[0].keeps,
    )


@pytest.mark.parametrize("change", [{"token": ""}, {"token": "1.2.3"}, {"digest": "0" * 16}])
def test_forged_form_saves_nothing(client: TestClient, library: Library, change: dict[str, str]) -> None:
    address = link(client, library.ids["unchanged"], "drop", "Advertising for the new line")
    form = fields(client.get(address).text)
    assert 403 == client.post(address, data=form | change).status_code
    assert 403 == client.post(address, data=form, headers={"Origin": "https://evil.example"}).status_code
    assert not (library.path / "sites").exists()
    assert 303 == client.post(address, data=form).status_code
    assert 403 == client.post(address, data=form).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/article/{ferry}/teach/keep/99999",
        "/article/{ferry}/teach/burn/3",
        "/article/{ferry}/teach/keep/x",
        "/article/{ferry}/teach/keep/..%2f",
        "/sites/none.example",
    ],
)
def test_nothing_to_teach_is_a_clear_404(client: TestClient, library: Library, path: str) -> None:
    assert 404 == client.get(path.format(**library.ids)).status_code


@pytest.mark.parametrize("host", ["%2e%2e%2fx", "a b", "x" * 400])
def test_host_that_is_none_reads_no_file(client: TestClient, host: str) -> None:
    assert client.get(f"/sites/{host}").status_code in (400, 404)


def test_page_of_a_file_has_no_site_to_teach(client: TestClient, library: Library) -> None:
    assert "/teach/" not in client.get(f"/article/{library.ids['file']}/inspect").text
