"""Takes the picture in the README: the overview of the simulated company, as the system's Chromium shows it.

`python scripts/screenshot.py [PROJECT] [SCALE]`: the demonstration is built in PROJECT when it is not there yet.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from linshu.app.beacon import Beacon
from linshu.app.demo import PASSWORD
from linshu.app.doctor import chromium

TARGET = Path(__file__).parents[1] / "docs" / "images" / "overview.png"
PORT = 8377
WIDTH, HEIGHT = 1440, 900
PATIENCE_SECONDS = 900
SETTLE_MS = 6_000  # charts draw themselves, the first live orders arrive


def main(project: Path, scale: str) -> None:
    """Serve the demonstration, take the picture, stop."""
    words = [sys.executable, "-m", "linshu.app.cli", "demo", "--scale", scale, "--project", str(project)]
    with subprocess.Popen([*words, "--port", str(PORT)]) as server:
        try:
            url = _wait(project)
            _take(url)
        finally:
            server.terminate()
    print(TARGET)


def _wait(project: Path) -> str:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        beacon = Beacon.read_folder(project / "data")
        if beacon is not None and httpx.get(f"{beacon.url}/health").status_code == httpx.codes.OK:
            return beacon.url
        time.sleep(0.5)
    raise TimeoutError(project)


def _take(url: str) -> None:
    path = chromium()
    if path is None:
        raise FileNotFoundError("chromium")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        page.goto(url)
        page.fill("input[name=account]", "operator")
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/overview**")
        page.wait_for_timeout(SETTLE_MS)
        page.screenshot(path=TARGET)
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "demo"), sys.argv[2] if len(sys.argv) > 2 else "medium")
