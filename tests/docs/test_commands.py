"""Every command of a `console test` block runs, and every relative link leads somewhere.

The blocks run against a server that holds the bikes project, its data up to the demo's start and one trained champion.
"""
import os
import pathlib
import re
import subprocess

import pytest

from harness.bikes import bikes_server
from harness.server import BINARY, ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(`{3,})([^\n]*)\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
COMMAND_LIMIT_S = 60


def commands(page):
    for fence in FENCE.finditer(page.read_text()):
        if fence.group(2).strip() != "console test":
            continue
        first_line = page.read_text()[: fence.start(3)].count("\n") + 1
        for number, line in enumerate(fence.group(3).splitlines(), first_line):
            if line.startswith("$ "):
                yield pytest.param(line[2:], id=f"{page.relative_to(ROOT)}:{number}")


def links(page):
    for target in LINK.findall(FENCE.sub("", page.read_text())):
        if "://" not in target and not target.startswith(("#", "mailto:")):
            yield target.split("#")[0]


@pytest.fixture(scope="module")
def shell_environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bin")
    (folder / "maru").symlink_to(pathlib.Path(BINARY).resolve())
    with bikes_server(tmp_path_factory.mktemp("data")) as server:
        yield dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}", MARU_SERVER=server.url)


@pytest.mark.parametrize("command", [command for page in PAGES for command in commands(page)])
def test_command(command, shell_environment):
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, env=shell_environment, capture_output=True, text=True, timeout=COMMAND_LIMIT_S)
    assert done.returncode == 0, f"$ {command}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    missing = [target for target in links(page) if not (page.parent / target).exists()]
    assert not missing, f"{page.relative_to(ROOT)} links to {', '.join(missing)}"
