"""The pictures of the notice in docs/: make pictures."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from consent_service.domain.notice.wording import SHIPPED, texts_in
from tests.conftest import NOON, MovableClock
from tests.e2e.conftest import CHROMIUM_OPTIONS
from tests.e2e.snippet.stage import Stage, staged
from tests.e2e.snippet.visitor import accept, button, control, notice
from tests.world import World

DOCS = Path(__file__).parents[3] / "docs"
LANGUAGES = ["en", *(language for language in SHIPPED if language != "en")]

PAGE = """<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.6 Georgia, serif; margin: 3em auto; max-width: 40em; padding: 0 1em }
</style>
<main><h1>Harbour Network</h1>
<p>We help each other, and whoever asks. Nobody has to say who they are.</p>
<iframe title="A film" width="480" height="200" data-consent="video" data-src="https://video.example/1"></iframe>
<p>Our rooms are open from Monday to Friday, and there is always somebody who listens.</p></main>"""


def asked(page: Page) -> None:
    expect(notice(page)).to_be_visible()


def second_layer(page: Page) -> None:
    button(page, "Choose one by one").click()


def accepted(page: Page) -> None:
    accept(page)
    control(page).click()
    expect(button(page, "Withdraw consent")).to_be_visible()


@dataclass(frozen=True)
class Picture:
    """What is seen in a window of this size, of a site with these purposes."""

    name: str
    width: int
    height: int
    show: Callable[[Page], None] = asked
    purposes: tuple[str, ...] = ()
    language: str = "en"
    options: dict[str, Any] = field(default_factory=dict)


PICTURES = (
    Picture("light", 960, 540),
    Picture("dark", 960, 540, options={"color_scheme": "dark"}),
    Picture("forced-colours", 960, 540, options={"color_scheme": "dark", "forced_colors": "active"}),
    Picture("right-to-left", 960, 540, language="ar"),
    Picture("accepted", 960, 540, accepted),
    Picture("phone", 360, 640),
    Picture("zoomed", 320, 256),
    Picture("purposes", 960, 640, purposes=("video", "chat")),
    Picture("second-layer", 960, 640, second_layer, ("video", "chat")),
)


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    spool = Path(tempfile.mkdtemp(dir="/dev/shm"))
    environ = {
        "CONSENT_DATA_DIR": str(folder),
        "CONSENT_SPOOL_DIR": str(spool / "spool"),
        "CONSENT_SECRET_KEYS": "k" * 32,
    }
    world = World(environ, MovableClock(NOON))
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_OPTIONS)
            with staged(world, browser) as stage:
                stage.found(controller="Harbour Network")
                for picture in PICTURES:
                    take(stage, picture)
            browser.close()
    finally:
        world.dispose()
        shutil.rmtree(folder)
        shutil.rmtree(spool)


def take(stage: Stage, picture: Picture) -> None:
    stage.publish(texts=texts_in(LANGUAGES, picture.purposes))
    stage.pages.body, stage.pages.language = PAGE, picture.language
    if not picture.purposes:
        stage.pages.body = PAGE.replace("data-consent", "hidden data-nothing")
    size = {"width": picture.width, "height": picture.height}
    visitor = stage.visitor(viewport=size, **picture.options)
    page = visitor.opens()
    asked(page)
    picture.show(page)
    page.screenshot(path=DOCS / f"notice-{picture.name}.png")


if __name__ == "__main__":
    main()
