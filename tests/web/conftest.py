"""The library of web_library.py, and the application asked without a socket."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient
from web_library import HOST, Library, fill

from cleaner.web import make_app


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return fill(tmp_path_factory.mktemp("library") / "archive")


@pytest.fixture(scope="session")
def client(library: Library) -> Iterator[TestClient]:
    with TestClient(make_app(library.path, [HOST]), base_url=f"http://{HOST}", follow_redirects=False) as asked:
        yield asked


Get = Callable[..., str]


@pytest.fixture
def get(client: TestClient, library: Library) -> Get:
    def go(path: str, status: int = 200) -> str:
        answer = client.get(path.format(**library.ids))
        assert status == answer.status_code, answer.text
        return answer.text

    return go
