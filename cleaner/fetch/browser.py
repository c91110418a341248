"""Pages as a browser shows them: Debian's chromium runs the scripts of a page that was fetched, and gives its DOM.

The browser gets the page's bytes from us and everything else through browserproxy.py. It takes no pictures, films or
fonts, follows no navigation, and is killed with its children where a page costs more time or memory than it may.
"""

import asyncio
import os
import shutil
import tempfile
import threading
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from cleaner.errors import FetchError, LimitError, UsageError
from cleaner.fetch import processes
from cleaner.fetch.browsergate import NO_SOCKETS, Allowed, Gate
from cleaner.fetch.browserproxy import Allowance, GuardedProxy
from cleaner.fetch.guard import Guard, Resolve, system_resolve
from cleaner.fetch.options import FetchOptions
from cleaner.fetch.target import read_target
from cleaner.model import Page, Rendering

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium
    from playwright.async_api import BrowserContext, Playwright, ProxySettings
    from playwright.async_api import Page as Tab

__all__ = ["AsyncBrowser", "Browser", "BrowserLimits", "find_chromium"]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FIRST_PLACE = "/usr/bin/chromium"
MARK = "--cleaner-run="  # no switch of chromium's, which ignores it: the mark by which its processes are found
LOOK_EVERY_S = 0.5  # at its memory: at 1 GB/s it grows as much between two looks as it may hold in all
KILL_S = 1.0  # for a page or the driver to end by itself, before chromium is killed
START_S = 30.0
# Evaluated in a world of its own, where the page's scripts have changed nothing.
DOM = """(() => {
    const type = document.doctype ? `<!DOCTYPE ${document.doctype.name}>` : '';
    const text = type + (document.documentElement ? document.documentElement.outerHTML : '');
    return text.length > %d ? null : text;
})()"""
SWITCHES = (
    "--disable-quic",
    "--disable-gpu",
    "--disable-sync",
    "--disable-domain-reliability",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-client-side-phishing-detection",
    "--disable-remote-fonts",
    "--dns-prefetch-disable",
    "--no-pings",
    "--mute-audio",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # the proxy resolves; here no name has an address
    "--blink-settings=imagesEnabled=false",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLimits:
    """What showing one page may cost: `time_s` in all, `quiet_s` of them at most waiting for it to come to rest.

    `memory_bytes` counts chromium's processes together (showing an empty page, 150 MB), where the system tells.
    """

    time_s: float = 30.0
    quiet_s: float = 8.0
    memory_bytes: int = 1_500_000_000


def find_chromium() -> str:
    """The path of chromium; raises UsageError where there is none."""
    found = FIRST_PLACE if os.access(FIRST_PLACE, os.X_OK) else next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        hint = "install it: apt-get install chromium; or put chromium or google-chrome on the PATH"
        raise UsageError("there is no chromium to show pages with", hint=hint, code="no-browser")
    return found


class AsyncBrowser:
    """Shows pages one after the other, in a chromium that starts with the first; an asynchronous context manager.

    Raises UsageError at once where chromium or the extra `browser` is missing, or the options cannot be held to.
    """

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        limits: BrowserLimits = BrowserLimits(),  # frozen
        resolve: Resolve = system_resolve,
        allowed: Allowed | None = None,
    ) -> None:
        self._options, self._limits, self._allowed = options or FetchOptions(), limits, allowed
        self._executable = find_chromium()
        self._refuse_unfit()
        guard = Guard.of(self._options.allow_hosts)
        self._proxy, self._nowhere = GuardedProxy(guard, resolve), GuardedProxy(guard, resolve)
        self._turn = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._chromium: Chromium | None = None
        self._mark = MARK + uuid.uuid4().hex
        self._roots: list[int] = []

    def _refuse_unfit(self) -> None:
        try:
            import playwright.async_api  # noqa: F401  # a third of a second, which only those pay who show pages
        except ImportError as error:
            hint = "pip install 'article-cleaner[browser]'"
            raise UsageError("the extra for browsers is not installed", hint=hint, code="no-browser") from error
        if self._options.proxy or self._options.ca_file:
            what = "a proxy" if self._options.proxy else "certificates of its own"
            raise UsageError(f"the browser cannot go through {what}", hint="leave out one of the two")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Nothing; chromium has ended, by itself or by force, and nothing of it is left."""
        await self._shut()
        await self._proxy.aclose()
        await self._nowhere.aclose()

    async def render(self, page: Page) -> Rendering:
        """The page's DOM when its scripts have come to rest, or after `quiet_s`.

        Raises FetchError with the code `timeout` or `browser`, LimitError for too much memory or too large a DOM, UsageError
        for a page without an address, and what the guard says of the address itself.
        """
        if page.url is None:
            raise UsageError("a page without an address cannot be shown in a browser", hint="give its address")
        target = read_target(page.url)
        async with self._turn:
            deadline = monotonic() + self._limits.time_s
            allowance = Allowance(
                origin=(target.host, target.port), deadline=deadline, max_bytes=self._options.max_bytes
            )
            self._proxy.allowance = allowance
            try:
                text = await self._held(self._shown(page, page.url), page.url)
            finally:
                await self._proxy.end()
        return Rendering(
            content=text.encode("utf-8", "replace"),
            url=page.url,
            rendered_at=datetime.now(UTC),
            truncated="length" if allowance.is_spent else None,
            refused=tuple(allowance.refused),
        )

    async def _held(self, work: Coroutine[Any, Any, str], url: str) -> str:
        """What the work gives, within time and memory; the browser is killed where it takes more."""
        task, watch = asyncio.create_task(work), asyncio.create_task(self._outgrown())
        try:
            done, _ = await asyncio.wait(
                {task, watch}, timeout=self._limits.time_s, return_when=asyncio.FIRST_COMPLETED
            )
            if task in done:
                return await self._result(task, url)
            await self._kill()
            if watch in done:
                message = f"its scripts took more than {self._limits.memory_bytes // 1_000_000} MB of memory"
                raise LimitError(message, where=url, code="too-much-memory")
            hint = "it may never come to rest; without a browser it can still be fetched"
            message = f"was not shown within {self._limits.time_s:g} s"
            raise FetchError(message, where=url, hint=hint, code="timeout")
        finally:
            for one in (task, watch):
                one.cancel()
            await asyncio.gather(task, watch, return_exceptions=True)

    async def _result(self, task: asyncio.Task[str], url: str) -> str:
        from playwright.async_api import Error

        try:
            return await task
        except Error as error:
            await self._kill()
            first = str(error).strip().splitlines()[0] if str(error).strip() else "it ended"
            hint = "does chromium start by itself? try: chromium --headless --dump-dom about:blank"
            raise FetchError(f"the browser failed: {first[:200]}", where=url, hint=hint, code="browser") from error

    async def _outgrown(self) -> None:
        """Nothing, as soon as chromium holds more memory than it may."""
        held = 0
        while held <= self._limits.memory_bytes:
            await asyncio.sleep(LOOK_EVERY_S)
            held = await asyncio.to_thread(lambda: processes.held_bytes(self.processes()))

    # one page

    async def _shown(self, page: Page, url: str) -> str:
        from playwright.async_api import TimeoutError as Waited

        chromium = await self._running()
        context = await chromium.new_context(
            accept_downloads=False,
            service_workers="block",
            ignore_https_errors=self._options.insecure,
            user_agent=self._options.user_agent,
            proxy=_through(self._proxy),
            permissions=[],
        )
        try:
            await context.add_init_script(NO_SOCKETS)
            tab = await context.new_page()
            context.on("page", lambda other: _closed_later(other, tab))
            await context.route("**/*", Gate(page=page, allowed=self._allowed).let)
            began, quiet_ms = monotonic(), self._limits.quiet_s * 1000
            with suppress(Waited):  # then what there is counts
                await tab.goto(url, wait_until="load", timeout=quiet_ms)
                left_ms = max(1.0, quiet_ms - (monotonic() - began) * 1000)
                await tab.wait_for_load_state("networkidle", timeout=left_ms)
            return await self._dom(context, tab, url)
        finally:
            await self._closed(context)

    async def _closed(self, context: "BrowserContext") -> None:
        """Nothing; the page and all that it kept is gone, with chromium where it does not want to go by itself."""
        try:
            await asyncio.wait_for(context.close(), KILL_S)
        except Exception:  # noqa: BLE001  # whatever stands in the way of an orderly end
            await self._kill()

    async def _dom(self, context: "BrowserContext", tab: "Tab", url: str) -> str:
        session = await context.new_cdp_session(tab)
        tree = await session.send("Page.getFrameTree")
        frame = tree["frameTree"]["frame"]["id"]
        world = await session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "cleaner"})
        asked = {
            "expression": DOM % self._options.max_bytes,
            "contextId": world["executionContextId"],
            "returnByValue": True,
        }
        answer = await session.send("Runtime.evaluate", asked)
        text = answer.get("result", {}).get("value")
        if not isinstance(text, str):
            message = f"its DOM has more than {self._options.max_bytes} characters"
            raise LimitError(message, where=url, hint="raise --max-bytes", code="too-large")
        return text

    # chromium

    async def _running(self) -> "Chromium":
        if self._chromium and self._chromium.is_connected():
            return self._chromium
        if self._playwright is None:
            await self._proxy.listen()
            await self._nowhere.listen()
            self._playwright = await _driver()
            self._home = tempfile.TemporaryDirectory(prefix="cleaner-browser-", ignore_cleanup_errors=True)
        is_root = os.geteuid() == 0
        self._chromium = await self._playwright.chromium.launch(
            executable_path=self._executable,
            args=[*SWITCHES, self._mark],
            # Chromium's own errands, and any page that did not heed its context, end at a proxy that lets nothing through.
            proxy=_through(self._nowhere),
            chromium_sandbox=not is_root,  # chromium refuses to run as root with it
            env=_environment(self._home.name),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=START_S * 1000,
        )
        return self._chromium

    def processes(self) -> list[int]:
        """The ids of chromium and all its children, as far as the system tells."""
        self._roots = processes.marked(self._mark, self._roots) or processes.marked(self._mark)
        return processes.family(self._roots)

    async def abort(self) -> None:
        """Nothing; chromium is killed, and so is whatever page it was to show."""
        await self._kill()

    async def _kill(self) -> None:
        self._chromium, self._roots = None, []
        await asyncio.to_thread(lambda: processes.kill(self.processes()))

    async def _shut(self) -> None:
        playwright, self._playwright = self._playwright, None
        if playwright:
            await self._kill()  # nothing of it is worth an orderly end: its home is gone the moment after
            with suppress(Exception):
                await asyncio.wait_for(playwright.stop(), KILL_S)
            self._home.cleanup()


async def _driver() -> "Playwright":
    from playwright.async_api import async_playwright

    try:
        return await async_playwright().start()
    except Exception as error:  # playwright has no name for it
        first = (str(error).strip().splitlines() or ["it ended"])[0]
        message = f"the browser's driver does not start: {first[:200]}"
        raise FetchError(
            message, hint="python -m playwright --version may say what it lacks", code="browser"
        ) from error


def _through(proxy: GuardedProxy) -> "ProxySettings":
    return {"server": f"http://127.0.0.1:{proxy.port}", "bypass": "<-loopback>"}


def _closed_later(other: "Tab", tab: "Tab") -> None:
    """Nothing; a window that the page opened is closed."""
    if other is not tab:
        task = asyncio.ensure_future(other.close())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())


def _environment(home: str) -> dict[str, str | float | bool]:
    """What chromium gets of our environment: nothing that could hold a secret or a proxy."""
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "TZ", "FONTCONFIG_PATH") if name in os.environ
    }
    return {**kept, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home, "TMPDIR": home}


class Browser:
    """AsyncBrowser for programs that wait: its loop runs in a thread of its own; a context manager, for several threads."""

    def __init__(
        self,
        options: FetchOptions | None = None,
        *,
        limits: BrowserLimits = BrowserLimits(),  # frozen
        resolve: Resolve = system_resolve,
    ) -> None:
        self._browser = AsyncBrowser(options, limits=limits, resolve=resolve)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="browser")

    def render(self, page: Page) -> Rendering:
        """As AsyncBrowser.render."""
        return self._waited(self._browser.render(page))

    def _waited(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def __enter__(self) -> Self:
        self._thread.start()
        self._waited(self._browser.__aenter__())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._waited(self._browser.__aexit__(kind, error, trace))
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
