"""Pages in real chromium, on loopback: what a script builds is there, and whatever it tries, it gets no further than it may."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from browser_farm import SENTENCE, Canary, Site, canary, served
from chromium import CHROMIUM, require

from cleaner import clean
from cleaner.errors import FetchError, LimitError, UsageError
from cleaner.fetch import Client, FetchOptions, browser
from cleaner.fetch.browser import Browser, BrowserLimits
from cleaner.model import Page, Rendering

SECRET = "no-browser-may-know-this"  # noqa: S105
LIMITS = BrowserLimits(time_s=60, quiet_s=6, memory_bytes=700_000_000)


class World:
    """A site, a canary, and a browser that may reach the site alone; names resolve as `names` say."""

    def __init__(self, site: Site, bird: Canary) -> None:
        self.site, self.bird, self.names = site, bird, dict[str, str]()
        self.options = FetchOptions(allow_hosts=(site.place,), max_bytes=3_000_000)
        self.browser = Browser(self.options, limits=LIMITS, resolve=self.resolve)

    def resolve(self, host: str, _port: int) -> list[str]:
        if host not in self.names:
            raise OSError("no such name here")
        return [self.names[host]]

    def page(self, path: str) -> Page:
        with Client(self.options) as client:
            return client.get(self.site.url(path))

    def shown(self, path: str) -> Rendering:
        return self.browser.render(self.page(path))

    def script(self, script: str) -> Rendering:
        """What is shown of a page of nothing but this script."""
        self.site.shell("/script", script)
        return self.shown("/script")


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    require(CHROMIUM)
    os.environ["CLEANER_TEST_SECRET"] = SECRET
    with ExitStack() as stack:
        site, bird = stack.enter_context(served()), stack.enter_context(canary())
        made = World(site, bird)
        stack.enter_context(made.browser)
        yield made
    del os.environ["CLEANER_TEST_SECRET"]


def test_an_article_that_a_script_builds_is_cleaned(world: World) -> None:
    page = world.page("/")
    assert clean(page).text == ""
    rendering = world.browser.render(page)
    article = clean(replace(page, rendering=rendering).shown)
    assert [line for line in article.text.splitlines() if line] == [SENTENCE.format(boat) for boat in range(6)]
    assert (rendering.url, rendering.truncated, rendering.refused) == (page.url, None, ())


def test_a_page_is_asked_for_once_and_its_pictures_not_at_all(world: World) -> None:
    world.site.asked.clear()
    world.shown("/")
    assert dict(world.site.asked) == {"/": 1, "/app.js": 1}


# Each is tried on its own, so that one that is refused cannot keep the next from being tried.
ESCAPES = """
const url = 'http://127.0.0.1:PORT', tries = {
    fetch: () => fetch(url + '/fetch'),
    opaque: () => fetch(url + '/opaque', {mode: 'no-cors'}),
    post: () => fetch(url + '/post', {method: 'POST', body: 'x', mode: 'no-cors', keepalive: true}),
    secure: () => fetch('https://127.0.0.1:PORT/secure'),
    localhost: () => fetch('http://localhost:PORT/localhost', {mode: 'no-cors'}),
    six: () => fetch('http://[::ffff:127.0.0.1]:PORT/six', {mode: 'no-cors'}),
    spelt: () => fetch('http://0x7f000001:PORT/spelt', {mode: 'no-cors'}),
    named: () => fetch('http://inside.test:PORT/named', {mode: 'no-cors'}),
    subdomain: () => fetch('http://any.localhost:PORT/subdomain', {mode: 'no-cors'}),
    redirected: () => fetch('/away', {mode: 'no-cors'}),
    late: () => new Promise(done => setTimeout(() => done(fetch(url + '/late', {mode: 'no-cors'})), 300)),
    xhr: () => { const x = new XMLHttpRequest(); x.open('GET', url + '/xhr', false); x.send() },
    beacon: () => navigator.sendBeacon(url + '/beacon', 'x'),
    image: () => { new Image().src = url + '/image' },
    script: () => add('script', {src: url + '/script'}),
    module: () => import(url + '/module.js'),
    style: () => add('link', {rel: 'stylesheet', href: url + '/style'}),
    imported: () => { add('style', {}).textContent = '@import "' + url + '/imported"' },
    background: () => { add('style', {}).textContent = 'body { background: url(' + url + '/background) }' },
    font: () => document.fonts.add(new FontFace('x', 'url(' + url + '/font)').load()),
    frame: () => add('iframe', {src: url + '/frame'}),
    srcdoc: () => add('iframe', {srcdoc: '<script>fetch("' + url + '/srcdoc")<' + '/script>'}),
    object: () => add('object', {data: url + '/object'}),
    embed: () => add('embed', {src: url + '/embed'}),
    video: () => add('video', {src: url + '/video', autoplay: ''}),
    audio: () => { const a = new Audio(url + '/audio'); a.load() },
    prefetch: () => add('link', {rel: 'prefetch', href: url + '/prefetch'}),
    preload: () => add('link', {rel: 'preload', as: 'fetch', href: url + '/preload', crossorigin: ''}),
    preconnect: () => add('link', {rel: 'preconnect', href: url}),
    dns: () => add('link', {rel: 'dns-prefetch', href: url}),
    icon: () => add('link', {rel: 'icon', href: url + '/icon'}),
    manifest: () => add('link', {rel: 'manifest', href: url + '/manifest'}),
    speculation: () => speculate({prefetch: [{urls: [url + '/speculated']}]}),
    prerender: () => speculate({prerender: [{urls: [url + '/prerendered']}]}),
    socket: () => new WebSocket('ws://127.0.0.1:PORT/socket'),
    own_socket: () => new WebSocket('ws://SITE/own-socket'),
    secure_socket: () => new WebSocket('wss://127.0.0.1:PORT/secure-socket'),
    events: () => new EventSource(url + '/events'),
    transport: () => new WebTransport('https://127.0.0.1:PORT/transport').ready,
    rtc: () => call(window.RTCPeerConnection),
    worker: () => new Worker(blob('fetch("' + url + '/worker")')),
    worker_socket: () => new Worker(blob('new WebSocket("ws://127.0.0.1:PORT/worker-socket")')),
    worker_script: () => new Worker(blob('importScripts("' + url + '/worker-script")')),
    shared: () => new SharedWorker(blob('fetch("' + url + '/shared")')),
    service: () => navigator.serviceWorker.register('/service.js'),
    form: () => { const f = add('form', {action: url + '/form', method: 'post'}); f.submit() },
    popup: () => window.open(url + '/popup'),
    download: () => add('a', {href: '/file', download: 'file'}).click(),
    foreign_download: () => add('a', {href: url + '/file', download: 'file'}).click(),
    ping: () => { const a = add('a', {href: '#', ping: url + '/ping'}); a.click() },
    refresh: () => add('meta', {'http-equiv': 'refresh', content: '0; url=' + url + '/refresh'}),
    report: () => add('meta', {'http-equiv': 'Content-Security-Policy', content: "img-src 'none'; report-uri " + url + '/report'}),
    gone: () => { location.href = url + '/location' },
    file: () => fetch('file:///etc/passwd'),
};
function add(tag, given) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(given)) made.setAttribute(name, value);
    document.body.append(made);
    return made;
}
function speculate(rules) {
    const made = document.createElement('script');
    made.type = 'speculationrules';
    made.textContent = JSON.stringify(rules);
    document.head.append(made);
}
function blob(script) { return URL.createObjectURL(new Blob([script])) }
async function call(Connection) {
    const peer = new Connection({iceServers: [
        {urls: 'stun:127.0.0.1:PORT'}, {urls: 'turn:127.0.0.1:PORT?transport=tcp', username: 'u', credential: 'c'},
    ]});
    peer.createDataChannel('x');
    await peer.setLocalDescription(await peer.createOffer());
}
const told = document.createElement('p');
document.body.append(told);
const done = [];
for (const [name, go] of Object.entries(tries)) {
    new Promise((yes, no) => { try { yes(go()) } catch (error) { no(error) } })
        .catch(() => 0).finally(() => { done.push(name) });
}
setTimeout(() => { told.id = 'told'; told.textContent = 'tried ' + Object.keys(tries).length + ', ' + done.length + ' ended' }, 1500);
"""


def test_whatever_a_script_tries_the_canary_is_never_reached(world: World) -> None:
    site, bird = world.site, world.bird
    world.names["inside.test"] = "127.0.0.1"
    site.put("/away", "", "text/plain", ("Location", f"http://127.0.0.1:{bird.port}/redirected"))
    site.put("/service.js", f"fetch('http://127.0.0.1:{bird.port}/service')", "text/javascript")
    site.put("/file", b"x" * 100, "application/octet-stream", ("Content-Disposition", "attachment"))
    script = ESCAPES.replace("PORT", str(bird.port)).replace("SITE", site.place)
    site.shell("/escapes", script)
    bird.reached.clear()
    site.asked.clear()
    rendering = world.shown("/escapes")
    assert f"tried {ESCAPES.count(': () =>')}" in rendering.content.decode(), "the page tried all of it"
    time.sleep(0.5)  # for what may still be on its way
    assert bird.reached == []
    assert {path for path in site.asked if path not in {"/escapes", "/away"}} == set()
    assert any(str(bird.port) in refused for refused in rendering.refused), "and was stopped on the way, not before"


def test_the_canary_sings_for_whoever_may_reach_it(world: World) -> None:
    bird = world.bird
    options = replace(world.options, allow_hosts=(world.site.place, f"127.0.0.1:{bird.port}"))
    world.site.shell("/open", f"fetch('http://127.0.0.1:{bird.port}/sing').then(() => document.title = 'heard')")
    bird.reached.clear()
    with Browser(options, limits=LIMITS) as open_browser:
        rendering = open_browser.render(world.page("/open"))
    assert bird.reached[0].startswith("GET /sing HTTP/1.1\r\n")
    assert b"<title>heard</title>" in rendering.content


def test_a_page_that_hangs_ends_in_time_and_the_next_one_is_shown(world: World) -> None:
    with Browser(world.options, limits=replace(LIMITS, time_s=5, quiet_s=2)) as hasty:
        world.site.shell("/hang", "for (;;) {}")
        began = time.monotonic()
        with pytest.raises(FetchError) as caught:
            hasty.render(world.page("/hang"))
        assert caught.value.code in {"timeout", "browser"}
        assert time.monotonic() - began < 9
    assert b"boat 5 first" in world.shown("/").content


def test_a_page_that_never_comes_to_rest_is_taken_as_it_is(world: World) -> None:
    began = time.monotonic()
    rendering = world.script("let n = 0; setInterval(() => { document.title = ++n; fetch('/app.js?' + n) }, 100)")
    assert LIMITS.quiet_s - 1 < time.monotonic() - began < LIMITS.time_s
    assert b"<title>" in rendering.content


def test_a_page_that_takes_too_much_memory_costs_the_browser_and_not_the_next_page(world: World) -> None:
    heavy = "const all = []; for (let n = 0; n < 100; n++) all.push(new Uint8Array(50_000_000).fill(7))"
    with pytest.raises(LimitError) as caught:
        world.script(heavy)
    assert caught.value.code == "too-much-memory"
    assert b"boat 5 first" in world.shown("/").content


def test_beyond_its_bytes_a_page_is_shown_as_far_as_it_came_and_says_so(world: World) -> None:
    world.site.put("/much", b"x" * 5_000_000, "text/plain")
    rendering = world.script(
        "document.title = 'begun'; fetch('/much').then(r => r.text()).then(() => document.title = 'whole')"
    )
    assert rendering.truncated == "length"
    assert b"<title>begun</title>" in rendering.content


def test_a_dom_without_end_is_refused(world: World) -> None:
    with pytest.raises(LimitError) as caught:
        world.script("document.body.append('x'.repeat(4_000_000))")
    assert caught.value.code == "too-large"


def test_scripts_cannot_change_what_is_read_of_them(world: World) -> None:
    lie = (
        "Object.defineProperty(Element.prototype, 'outerHTML', {get: () => 'a lie'}); document.body.append('the truth')"
    )
    assert b"the truth" in world.script(lie).content


def test_a_script_that_would_leave_or_open_windows_stays(world: World) -> None:
    rendering = world.script(
        "window.open('/'); location = '/'; setTimeout(() => document.body.append('still here'), 300)"
    )
    assert b"still here" in rendering.content


def test_the_page_s_own_policy_holds(world: World) -> None:
    page = "<html><body><script>document.body.append('inline ran')</script><p>plain text</p></body></html>"
    world.site.put("/strict", page, "text/html", ("Content-Security-Policy", "script-src 'none'"))
    content = world.shown("/strict").content
    assert b"<p>plain text</p>" in content
    assert b">inline ran" not in content


def test_chromium_has_its_sandbox_but_for_root_and_knows_no_secret(world: World) -> None:
    world.shown("/")
    told = [(words(pid, "cmdline"), words(pid, "environ")) for pid in world.browser._browser.processes()]
    (first, *_) = [line for line, _ in told if len(line) > 1 and not any(word.startswith(b"--type=") for word in line)]
    assert (b"--no-sandbox" in first) is (os.geteuid() == 0)
    assert all(SECRET.encode() not in b"".join(environment) for _, environment in told)


def words(pid: int, file: str) -> list[bytes]:
    """The words of a process's command line or environment; none of one that has just ended."""
    try:
        return Path(f"/proc/{pid}/{file}").read_bytes().split(b"\0")
    except OSError:
        return []


def test_nothing_of_chromium_is_left(world: World) -> None:
    with Browser(world.options, limits=LIMITS) as short:
        short.render(world.page("/"))
        pids, home = short._browser.processes(), Path(short._browser._home.name)
        assert len(pids) > 1
        assert home.is_dir()
    end = time.monotonic() + 10
    while alive := [
        pid for pid in pids if any(words(pid, "cmdline"))
    ]:  # that of a process that only waits to be counted is empty
        assert time.monotonic() < end, alive
        time.sleep(0.05)
    assert not home.exists()


def test_a_missing_browser_and_an_unfit_option_say_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require(CHROMIUM)
    with pytest.raises(UsageError) as caught:
        Browser(FetchOptions(proxy="http://proxy.example:1"))
    assert "proxy" in caught.value.message
    monkeypatch.setattr(browser, "FIRST_PLACE", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError) as caught:
        Browser()
    assert (caught.value.code, caught.value.exit_code) == ("no-browser", 2)
    assert "apt-get install chromium" in (caught.value.hint or "")
    chrome = tmp_path / "google-chrome"
    chrome.write_text("#!/bin/sh\n")
    chrome.chmod(0o755)
    assert browser.find_chromium() == str(chrome)


def test_a_driver_that_does_not_start_is_an_error_of_the_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    require(CHROMIUM)
    from playwright import async_api

    class Driver:
        async def start(self) -> None:
            raise Exception("Connection closed while reading from the driver")  # noqa: TRY002  # as playwright does

    monkeypatch.setattr(async_api, "async_playwright", Driver)
    with Browser() as alone, pytest.raises(FetchError) as caught:
        alone.render(Page(content=b"<p>x", url="https://news.example/"))
    assert ("browser", 4) == (caught.value.code, caught.value.exit_code)
    assert "driver does not start: Connection closed" in caught.value.message


def test_a_page_without_an_address_is_not_shown(world: World) -> None:
    with pytest.raises(UsageError):
        world.browser.render(Page(content=b"<p>x"))
