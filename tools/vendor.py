"""Refresh the vendored browser files: `python tools/vendor.py` (developers only, needs npm).

Fetches the npm packages named in VENDOR.toml, copies the files listed there, rebuilds the icon
sprite from the listed icons, and writes the checksums back. What is committed is what is served:
nothing is fetched when the project is installed, tested or run.
"""

import hashlib
import re
import shutil
import subprocess
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

STATIC = Path(__file__).resolve().parents[1] / "site" / "config" / "static"
VENDOR = STATIC / "vendor"
MANIFEST = VENDOR / "VENDOR.toml"

HEADER = """\
# Browser files from elsewhere, committed as they are. tests/site/config/test_vendor.py checks the
# sums; tools/vendor.py refreshes them: change `spec`, `take` or `icons` here, then run it.
"""


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(spec: str, into: Path) -> Path:
    """Download the npm package `spec` (as "bootstrap@5.3") and return its unpacked folder."""
    into.mkdir(parents=True)
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is not on the path; only refreshing vendored files needs it")
    done = subprocess.run(
        [npm, "pack", spec, "--silent"], cwd=into, check=True, capture_output=True, text=True
    )
    # A range as 5.3 names several versions: npm packs each and the last line is the newest.
    archive = into / done.stdout.split()[-1]
    with tarfile.open(archive) as tar:
        tar.extractall(into / "out", filter="data")
    return into / "out" / "package"


def symbol(svg: str, name: str) -> str:
    """One `<symbol>` of the sprite from an icon's own SVG file."""
    box = re.search(r'viewBox="([^"]+)"', svg)
    body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
    if box is None or body is None:
        raise SystemExit(f"icon {name}: not the SVG that was expected")
    inner = re.sub(r">\s+<", "><", body[1].strip())
    return f'<symbol id="{name}" viewBox="{box[1]}">{inner}</symbol>'


def sprite(folder: Path, names: list[str], version: str) -> str:
    """The whole sprite, icons in alphabetical order, so that a diff shows what came or went."""
    note = (
        f"<!-- Bootstrap Icons {version}, MIT License, The Bootstrap Authors: see VENDOR.toml -->"
    )
    symbols = [
        symbol((folder / f"{name}.svg").read_text(encoding="utf-8"), name) for name in sorted(names)
    ]
    head = '<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">'
    return "\n".join([head, note, *symbols, "</svg>", ""])


def refresh_files(package: dict[str, Any], source: Path, version: str) -> dict[str, str]:
    """Copy the listed files into `vendor/<name>-<version>/`; returns path → checksum."""
    name = package["name"]
    for old in VENDOR.glob(f"{name}-*"):
        shutil.rmtree(old)
    sums: dict[str, str] = {}
    for origin in package["take"]:
        target = VENDOR / f"{name}-{version}" / origin.removeprefix("dist/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / origin, target)
        sums[target.relative_to(STATIC).as_posix()] = sha256(target)
    return sums


def refresh_sprite(package: dict[str, Any], source: Path, version: str) -> dict[str, str]:
    """Write the sprite and keep the icons' licence beside it; returns path → checksum."""
    target = STATIC / package["sprite"]
    target.write_text(sprite(source / "icons", package["icons"], version), encoding="utf-8")
    licence = target.with_name("icons.LICENSE")
    shutil.copyfile(source / "LICENSE", licence)
    return {path.relative_to(STATIC).as_posix(): sha256(path) for path in (target, licence)}


def listed(key: str, values: list[str]) -> list[str]:
    """A TOML array, one value a line."""
    return [f"{key} = [", *(f'    "{value}",' for value in values), "]"]


def toml(packages: list[dict[str, Any]]) -> str:
    """VENDOR.toml as text; the standard library reads TOML but does not write it."""
    lines = [HEADER.rstrip()]
    for package in packages:
        lines += ["", "[[package]]"]
        lines += [f'{key} = "{package[key]}"' for key in ("name", "spec", "version", "licence")]
        if "sprite" in package:
            lines += [f'sprite = "{package["sprite"]}"', *listed("icons", sorted(package["icons"]))]
        else:
            lines += listed("take", package["take"])
        lines += ["", "[package.files]"]
        lines += [f'"{path}" = "{digest}"' for path, digest in sorted(package["files"].items())]
    return "\n".join([*lines, ""])


def main() -> None:
    """Refresh every package of the manifest."""
    packages: list[dict[str, Any]] = tomllib.loads(MANIFEST.read_text(encoding="utf-8"))["package"]
    with tempfile.TemporaryDirectory() as scratch:
        for package in packages:
            source = fetch(package["spec"], Path(scratch) / package["name"])
            meta = (source / "package.json").read_text(encoding="utf-8")
            found = re.search(r'"version":\s*"([^"]+)"', meta)
            if found is None:
                raise SystemExit(f"{package['name']}: its package.json names no version")
            package["version"] = found[1]
            refresh = refresh_sprite if "sprite" in package else refresh_files
            package["files"] = refresh(package, source, found[1])
            print(f"{package['name']} {found[1]}: {len(package['files'])} files")
    MANIFEST.write_text(toml(packages), encoding="utf-8")


if __name__ == "__main__":
    main()
