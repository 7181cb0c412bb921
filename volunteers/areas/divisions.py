"""Reads files of official division codes (districts, streets, communities) without writing.

Each file is CSV, recognised by its headings, in UTF-8 (with or without a byte order mark) or in
the GB 18030 of a Chinese spreadsheet. A code of the National Bureau of Statistics holds the code
of what it lies in: 4 digits the city, 6 the district, 9 the street, 12 the community.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .models import Area, Kind

PACKAGED = Path(__file__).with_name("data") / "divisions"
DEFAULT_FILES = tuple(
    PACKAGED / name for name in ("districts.csv", "streets.csv", "communities.csv")
)
MAX_BYTES = 20_000_000

CODE_DIGITS = {Kind.CITY: 4, Kind.DISTRICT: 6, Kind.STREET: 9, Kind.COMMUNITY: 12}
LEVELS = (Kind.DISTRICT, Kind.STREET, Kind.COMMUNITY)
# What a file holds shows in the narrowest parent that its rows name.
_PARENT_HEADINGS = {
    Kind.COMMUNITY: "streetcode",
    Kind.STREET: "areacode",
    Kind.DISTRICT: "citycode",
}
_PARENT_KIND = {Kind.DISTRICT: Kind.CITY, Kind.STREET: Kind.DISTRICT, Kind.COMMUNITY: Kind.STREET}
_DIGITS = re.compile(r"[0-9]+")
_MAX_NAME = Area._meta.get_field("name").max_length


@dataclass(frozen=True)
class Division:
    """One row: an official area and the code of what it lies in."""

    kind: Kind
    code: str
    name: str
    parent: str
    where: str  # file and line, for messages


@dataclass
class Reading:
    """What files held: `rows` by code, and one Chinese line for each thing that is wrong."""

    city_code: str
    city_name: str
    rows: dict[str, Division] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def of(self, kind: Kind) -> list[Division]:
        """The rows of one kind, by code."""
        return sorted((r for r in self.rows.values() if r.kind == kind), key=lambda r: r.code)


def read(files: Iterable[Path], city: str) -> Reading:
    """Read every file. `city` is "code=name"; rows of another city are problems."""
    code, _, name = (part.strip() for part in unicodedata.normalize("NFKC", city).partition("="))
    reading = Reading(code, name)
    if not re.fullmatch(r"[0-9]{4}", code) or _wrong_name(name):
        reading.problems.append("--city 请写成“4位代码=名称”，例如 3210=扬州市。")
        return reading
    for path in files:
        _read_file(path, reading)
    return reading


def missing_parents(reading: Reading, known: Mapping[str, str]) -> list[str]:
    """Problems of rows whose parent stands neither in the files nor in `known` (code → kind)."""
    problems = []
    for row in reading.rows.values():
        kind = _PARENT_KIND[row.kind]
        if row.parent == reading.city_code and kind == Kind.CITY:
            continue
        if row.parent not in reading.rows and known.get(row.parent) != kind:
            problems.append(
                f"{row.where}：“{row.name}”的上级 {row.parent} 不在文件里，也没有导入过。"
            )
    return problems


def _read_file(path: Path, reading: Reading) -> None:
    label = path.name
    try:
        if path.stat().st_size > MAX_BYTES:
            reading.problems.append(f"{label}：文件超过 20 MB，不像区划代码表。")
            return
        text = _decode(path.read_bytes())
    except OSError as error:
        reading.problems.append(f"{label}：打不开这个文件（{error.strerror}）。")
        return
    if text is None:
        reading.problems.append(f"{label}：不是 UTF-8 或 GB 18030 编码的文本文件，请另存为 CSV。")
        return
    lines = _lines(text)
    try:
        _, headings = next(lines, (1, []))
        _read_rows(label, [_heading(cell) for cell in headings], lines, reading)
    except csv.Error as error:
        reading.problems.append(f"{label}：不是完好的 CSV 文件（{error}）。")


def _read_rows(
    label: str, headings: list[str], lines: Iterator[tuple[int, list[str]]], reading: Reading
) -> None:
    kind = next((k for k, heading in _PARENT_HEADINGS.items() if heading in headings), None)
    if kind is None or "code" not in headings or "name" not in headings:
        reading.problems.append(
            f"{label} 第 1 行：认不出表头。要有 code、name，以及 cityCode（区县表）、"
            "areaCode（街道表）或 streetCode（社区表）。"
        )
        return
    for number, cells in lines:
        where = f"{label} 第 {number} 行"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(headings):
            reading.problems.append(f"{where}：有 {len(cells)} 格，表头有 {len(headings)} 格。")
            continue
        values = dict(zip(headings, cells, strict=True))
        row = Division(
            kind=kind,
            code=_code(values["code"]),
            name=unicodedata.normalize("NFC", values["name"]).strip(),
            parent=_code(values[_PARENT_HEADINGS[kind]]),
            where=where,
        )
        problem = _wrong(row, reading)
        if problem:
            reading.problems.append(f"{where}：{problem}")
        else:
            reading.rows[row.code] = row


def _wrong(row: Division, reading: Reading) -> str:
    """What is wrong with a row, as a sentence, or ""."""
    digits = CODE_DIGITS[row.kind]
    if not _DIGITS.fullmatch(row.code) or len(row.code) != digits:
        return f"代码“{row.code[:20]}”应是 {digits} 位数字。"
    if not row.code.startswith(reading.city_code):
        return f"代码 {row.code} 不属于{reading.city_name}（{reading.city_code}）。"
    if row.parent != row.code[: CODE_DIGITS[_PARENT_KIND[row.kind]]]:
        return f"代码 {row.code} 与上级代码“{row.parent[:20]}”对不上。"
    name = _wrong_name(row.name)
    if name:
        return name
    earlier = reading.rows.get(row.code)
    if earlier and earlier.name != row.name:
        return f"代码 {row.code} 已经用于“{earlier.name}”（{earlier.where}）。"
    return ""


def _wrong_name(name: str) -> str:
    if not name:
        return "没有名称。"
    if len(name) > _MAX_NAME:
        return f"名称超过 {_MAX_NAME} 个字。"
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in name):
        return "名称里有看不见的特殊字符。"
    return ""


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the line on which a row begins, its cells)."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    for cells in reader:
        yield begins, cells
        begins = reader.line_num + 1


def _decode(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _heading(cell: str) -> str:
    """Headings are compared without width, spaces (full-width ones too) and case."""
    return "".join(unicodedata.normalize("NFKC", cell).split()).casefold()


def _code(cell: str) -> str:
    """Full-width digits and outer spaces are forgiven."""
    return unicodedata.normalize("NFKC", cell).strip()
