"""The lab in a real browser: JupyterLab runs a notebook, a slider moves the picture."""

from __future__ import annotations

import base64
import contextlib
import importlib.util
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import need

from loyaltylab.base import files
from loyaltylab.lab import course

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
READY = """() => {
  const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
  const session = context?.session;
  return Boolean(context?.isReady && session?.kernel?.connectionStatus === 'connected'
    && session.kernel.status === 'idle');
}"""
WAIT = 120_000


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def jupyter(folder: Path, scratch: Path) -> Iterator[str]:
    """Serve a course folder on this machine only, and yield its address with the token."""
    port, token = free_port(), secrets.token_hex(16)
    args, env = course.command(folder, browser=False, port=port)
    for name in ("config", "data", "runtime"):
        env[f"JUPYTER_{name.upper()}_DIR"] = str(scratch / name)
    args += [
        "--ServerApp.ip=127.0.0.1",
        f"--IdentityProvider.token={token}",
        "--LabApp.expose_app_in_browser=True",
    ]
    with (scratch / "server.log").open("wb") as log:
        server = subprocess.Popen(
            args, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True
        )
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(240):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{base}/api?token={token}", timeout=2).close()
                break
            assert server.poll() is None, (scratch / "server.log").read_text()
            time.sleep(0.25)
        yield f"{base}/lab/tree/notebooks/09_bucket.ipynb?token={token}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    need(CHROMIUM.exists(), f"{CHROMIUM} is not installed (Debian's package chromium)")
    need(importlib.util.find_spec("playwright"), "playwright is not installed")
    folder, scratch = tmp_path / "course", tmp_path / "jupyter"
    scratch.mkdir()
    course.lay(files.root(), folder, "test")
    with jupyter(folder, scratch) as address:
        yield address


def test_slider_moves_picture_sentence_and_alt_text(lab: str, tmp_path: Path) -> None:
    from playwright import sync_api

    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.goto(lab)
        page.wait_for_function(READY, timeout=WAIT)
        page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        explorer = page.locator(".jp-OutputArea-output:has([role=status])").first
        explorer.locator("img").wait_for(timeout=WAIT)
        page.wait_for_function(READY, timeout=WAIT)

        status = explorer.locator("[role=status]")
        image = explorer.locator("img")
        before = (image.get_attribute("src"), image.get_attribute("alt"), status.text_content())
        assert before[1] == before[2]
        assert "10% churn" in before[2]

        explorer.scroll_into_view_if_needed()
        handle = explorer.locator(".noUi-handle").first
        handle.focus()
        for _ in range(5):
            handle.press("ArrowRight")
        expect = sync_api.expect
        expect(status).not_to_have_text(before[2], timeout=WAIT)
        page.wait_for_timeout(500)
        after = (image.get_attribute("src"), image.get_attribute("alt"), status.text_content())
        assert after[0] != before[0]
        assert after[1] == after[2] != before[2]

        explorer.get_by_role("button", name="Reset").click()
        expect(status).to_have_text(before[2], timeout=WAIT)
        assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0

        shots = Path(os.environ.get("LOYALTYLAB_SCREENSHOTS", tmp_path))
        handle.press("ArrowRight")
        expect(status).not_to_have_text(before[2], timeout=WAIT)
        page.add_style_tag(content=".Toastify { display: none }")  # Jupyter's own news
        status.evaluate("node => node.scrollIntoView({block: 'end'})")
        page.wait_for_timeout(500)
        page.screenshot(path=shots / "09_bucket.png")
        hazard = page.locator("img[alt^='Share leaving per month']").get_attribute("src")
        (shots / "09_hazard.png").write_bytes(base64.b64decode(hazard.split(",")[1]))
        assert min(p.stat().st_size for p in shots.glob("09_*.png")) > 5_000
        browser.close()
