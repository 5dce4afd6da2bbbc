"""Pages in a real browser: what a script finds in them, at the width of a phone or a desk."""

import html
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")
needs_browser = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="the browser chromium is not installed"
)
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def look(page: str, script: str, folder: Path, *, width: int = 360, flags: tuple[str, ...] = ()):
    """What `script`, the body of an async function of `page` (a document), returns after the page has loaded.

    The page's own policy forbids scripts of others, so it is taken out here; what the policy says is tested
    on its own.
    """
    inner = html.escape(_POLICY.sub("", page), quote=True)
    outer = (
        f'<!doctype html><body style="margin:0"><iframe style="border:0;width:{width}px;height:2000px"'
        f' srcdoc="{inner}"></iframe><pre id="found"></pre><script>'
        "const frame = document.querySelector('iframe');"
        f"const ask = async (page) => {{ {script} }};"
        "frame.addEventListener('load', async () => { let found; try {"
        " found = await ask(frame.contentDocument); } catch (error) { found = {error: String(error)}; }"
        " document.getElementById('found').textContent = JSON.stringify(found); });</script>"
    )
    place = folder / "look.html"
    place.write_text(outer, encoding="utf-8")
    done = subprocess.run(
        [
            CHROMIUM or "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            "--virtual-time-budget=8000", f"--user-data-dir={folder / 'profile'}", *flags, place.as_uri(),
        ],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    found = re.search(r'<pre id="found">(.*?)</pre>', done.stdout, re.DOTALL)
    assert found is not None, done.stderr
    told = json.loads(html.unescape(found.group(1)))
    assert not (isinstance(told, dict) and "error" in told), told
    return told
