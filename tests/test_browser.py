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
from typing import Any

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
        yield f"{base}/lab/workspaces/{{0}}/tree/notebooks/{{0}}.ipynb?token={token}"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    need(CHROMIUM.exists(), f"{CHROMIUM} is not installed (Debian's package chromium)")
    need(importlib.util.find_spec("playwright"), "playwright is not installed")
    place = tmp_path_factory.mktemp("lab")
    folder, scratch = place / "course", place / "jupyter"
    scratch.mkdir()
    course.lay(files.root(), folder, "test")
    with jupyter(folder, scratch) as address:
        yield address


@pytest.fixture
def page(lab: str) -> Iterator[Any]:
    from playwright import sync_api

    with sync_api.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser.new_page(viewport={"width": 1400, "height": 1000})
        browser.close()


def run_all(page: Any, address: str) -> Any:
    """Open a notebook, run all of it, and return its explorers."""
    page.goto(address)
    page.wait_for_function(READY, timeout=WAIT)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    explorers = page.locator(".jp-OutputArea-output:has([role=status])")
    explorers.first.locator("img").wait_for(timeout=WAIT)
    page.wait_for_function(READY, timeout=WAIT)
    assert page.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    page.add_style_tag(content=".Toastify { display: none }")  # Jupyter's own news
    return explorers


def shown(explorer: Any) -> tuple[str, str, str]:
    """Return picture, alternative text and spoken sentence of an explorer."""
    image, status = explorer.locator("img"), explorer.locator("[role=status]")
    return image.get_attribute("src"), image.get_attribute("alt"), status.text_content()


def move_and_reset(page: Any, explorer: Any, slider: int = 0) -> str:
    """Move a slider by keyboard; picture, text and sentence follow; return the new sentence."""
    from playwright.sync_api import expect

    status = explorer.locator("[role=status]")
    before = shown(explorer)
    assert before[1] == before[2]
    explorer.scroll_into_view_if_needed()
    handle = explorer.locator(".noUi-handle").nth(slider)
    handle.focus()
    now, most = (float(handle.get_attribute(f"aria-value{x}")) for x in ("now", "max"))
    for _ in range(5):
        handle.press("ArrowLeft" if now == most else "ArrowRight")
    expect(status).not_to_have_text(before[2], timeout=WAIT)
    page.wait_for_timeout(500)
    after = shown(explorer)
    assert after[0] != before[0]
    assert after[1] == after[2] != before[2]
    explorer.get_by_role("button", name="Reset").click()
    expect(status).to_have_text(before[2], timeout=WAIT)
    return after[2]


def screenshot(page: Any, explorer: Any, name: str, tmp_path: Path) -> Path:
    """Show an explorer from its sliders to its sentence and keep the picture."""
    shots = Path(os.environ.get("LOYALTYLAB_SCREENSHOTS", tmp_path))
    status = explorer.locator("[role=status]")
    status.evaluate("node => node.scrollIntoView({block: 'end'})")
    page.wait_for_timeout(500)
    page.screenshot(path=shots / name)
    assert (shots / name).stat().st_size > 5_000
    return shots


@pytest.mark.slow
def test_slider_moves_picture_sentence_and_alt_text(page: Any, lab: str, tmp_path: Path) -> None:
    explorer = run_all(page, lab.format("09_bucket")).first
    assert "10% churn" in shown(explorer)[2]
    move_and_reset(page, explorer)
    explorer.locator(".noUi-handle").first.press("ArrowRight")
    shots = screenshot(page, explorer, "09_bucket.png", tmp_path)
    hazard = page.locator("img[alt^='Share leaving per month']").get_attribute("src")
    (shots / "09_hazard.png").write_bytes(base64.b64decode(hazard.split(",")[1]))
    assert (shots / "09_hazard.png").stat().st_size > 5_000


@pytest.mark.slow
def test_the_curve_moves_and_its_barriers_fall_one_by_one(
    page: Any, lab: str, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    explorers = run_all(page, lab.format("04_curve"))
    assert explorers.count() == 3
    choice, power, falls = (explorers.nth(i) for i in range(3))
    more_rivals = move_and_reset(page, choice, slider=0)
    assert "rivals" in more_rivals
    move_and_reset(page, choice, slider=2)
    assert "diagonal" in move_and_reset(page, power)

    falls.scroll_into_view_if_needed()
    handle = falls.locator(".noUi-handle").first
    handle.focus()
    for fallen in range(1, 5):
        handle.press("ArrowRight")
        expected = f"{fallen} of the four barriers gone"
        expect(falls.locator("[role=status]")).to_contain_text(expected, timeout=WAIT)
    handle.press("ArrowLeft")
    handle.press("ArrowLeft")
    said = falls.locator("[role=status]")
    expect(said).to_contain_text("2 of the four barriers gone", timeout=WAIT)
    screenshot(page, falls, "04_curve.png", tmp_path)


EXPLORERS = {
    "00_welcome": 2,
    "01_satisfaction": 4,
    "02_needs": 1,
    "03_drivers": 1,
    "05_stages": 1,
    "06_indicators": 2,
    "07_matrix": 2,
    "08_delivered_value": 3,
    "10_lifetime": 3,
    "11_complaints": 4,
    "12_segments": 1,
    "14_churn": 3,
    "15_winback": 4,
    "16_chain": 4,
    "17_scorecard": 3,
}
"""Each takes half a minute; CI runs them all."""


@pytest.mark.slow
@pytest.mark.parametrize(("notebook", "count"), EXPLORERS.items())
def test_every_explorer_of_a_chapter_moves(
    page: Any, lab: str, tmp_path: Path, notebook: str, count: int
) -> None:
    explorers = run_all(page, lab.format(notebook))
    assert explorers.count() == count
    for i in range(count):
        move_and_reset(page, explorers.nth(i))
    screenshot(page, explorers.nth(count - 1), f"{notebook}.png", tmp_path)


@pytest.mark.slow
def test_a_student_is_told_at_once_whether_an_answer_passes(
    page: Any, lab: str, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    page.goto(lab.format("04_curve").replace("/tree/notebooks/", "/tree/exercises/student/"))
    page.wait_for_function(READY, timeout=WAIT)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    said = page.locator(".jp-OutputArea-output")
    expect(said.last).to_contain_text("q4: judgement is not answered yet", timeout=WAIT)
    for key, wrong in (("q1", "'three'"), ("q9", "1.5"), ("q1", "1.5")):
        run_code(page, f"dearer = {wrong}\nex.check('{key}')")
    expect(said.nth(-3)).to_contain_text("must be one number (logits), not the text 'three'")
    expect(said.nth(-2)).to_contain_text("04_curve has the questions 'q1', 'q2', 'q3', 'q4'")
    expect(said.last).to_contain_text("dearer = 1.5 (logits) does not pass", timeout=WAIT)
    run_code(page, "start('04_curv', student='s1')")
    expect(said.last).to_contain_text("did you mean '04_curve'")
    assert "Traceback" not in page.content()
    shots = Path(os.environ.get("LOYALTYLAB_SCREENSHOTS", tmp_path))
    page.screenshot(path=shots / "practice.png")
    assert (shots / "practice.png").stat().st_size > 5_000


def run_code(page: Any, code: str) -> None:
    """Run a new last cell and wait for its end."""
    page.evaluate(
        """async code => {
          const app = window.jupyterapp, book = app.shell.currentWidget.content;
          book.activeCellIndex = book.widgets.length - 1;
          await app.commands.execute('notebook:insert-cell-below');
          book.activeCell.model.sharedModel.setSource(code);
          await app.commands.execute('notebook:run-cell');
        }""",
        code,
    )
    page.wait_for_function(READY, timeout=WAIT)
