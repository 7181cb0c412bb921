"""Tables out, as a spreadsheet or CSV that opens in Excel and WPS with a double click.

Whatever people typed stays text: a name that begins with `=` is no formula (CWE-1236), an
identity number is no rounded number, "3-2" is no date. In a spreadsheet that needs no change of
the text (text cells, marked with Excel's own quote prefix); in CSV, which knows no types, an
apostrophe goes before it, which is how Excel itself writes "this is text".
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from math import isfinite
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = object
"""str, int, float, Decimal, bool, date, datetime (aware), time or None; all else as its str()."""

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

_SHANGHAI = ZoneInfo("Asia/Shanghai")
_MAX_CELL = 32_767  # characters, Excel's limit
_MAX_EXACT_DIGITS = 15  # Excel's numbers are doubles
_MAX_SHEET_TITLE = 31

_FORMULA_STARTS = frozenset("=+-@")
# Text that a spreadsheet would read as something else: leading zeros, long numbers, powers of
# ten ("12E5", a room), days ("3-2" and "3-2-1", a house, its stair, a door).
_READ_AS_OTHER = re.compile(
    r"0[0-9]+|[0-9]{11,}|[0-9]+[eE][0-9]+|[0-9]{1,4}[-/][0-9]{1,2}"
    r"|[0-9]{1,2}[-/][0-9]{1,3}[-/][0-9]{1,4}"
)
# What XML 1.0 cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_TITLE = re.compile(r"[\\/*?:\[\]']")


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might run `text` as a formula: `=`, `+`, `-`, `@` first, full-width
    ones and behind blanks too, or a tab or line break first."""
    if text[:1] in {"\t", "\r", "\n"}:
        return True
    # Characters that are not seen (zero-width, BOM) count as blanks.
    shown = text.lstrip().lstrip("\u200b\u200c\u200d\u2060\ufeff\x00").lstrip()
    return unicodedata.normalize("NFKC", shown[:1])[:1] in _FORMULA_STARTS


def xlsx(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> bytes:
    """A workbook of one sheet: bold headings that stay in view, one line a row.

    Texts are text cells and come back as typed (line breaks as \\n, characters that XML cannot
    hold as U+FFFD, at most 32,767 characters); numbers, also negative ones, are numbers; times
    are shown in Shanghai's. Rows are written as they come, so a generator does not pile up.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_title(title))
    sheet.freeze_panes = "A2"
    source = iter(rows)
    first = list(islice(source, 100))
    for number, width in enumerate(_widths(headings, first), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_xlsx_cell(sheet, heading, bold=True) for heading in headings])
    for row in chain(first, source):
        sheet.append([_xlsx_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_bytes(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """CSV in UTF-8 with a byte order mark, without which Excel shows Chinese as noise.

    Texts that a spreadsheet would run or misread have an apostrophe before them; `as_typed`
    takes it off again.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in chain([headings], rows):
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def as_typed(text: str) -> str:
    """A text read from our CSV, without the apostrophe that `csv_bytes` put before it."""
    return text[1:] if text.startswith("'") and _needs_quote(text[1:]) else text


def _needs_quote(text: str) -> bool:
    # A text that begins with our own mark gets a second one, so that `as_typed` is exact.
    return (
        is_dangerous(text)
        or _READ_AS_OTHER.fullmatch(unicodedata.normalize("NFKC", text.strip())) is not None
        or (text.startswith("'") and _needs_quote(text[1:]))
    )


def _plain(value: Cell) -> str | int | float | Decimal | date | time | None:
    """`value` as one of the types that a cell can have."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int):
        return value if len(str(abs(value))) <= _MAX_EXACT_DIGITS else str(value)
    if isinstance(value, float | Decimal):
        return value if isfinite(value) else None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("time without zone")
        return value.astimezone(_SHANGHAI).replace(tzinfo=None, microsecond=0)
    if isinstance(value, date):
        return value
    if isinstance(value, time):
        return value.replace(tzinfo=None, microsecond=0)
    return str(value)


def _xlsx_cell(sheet: object, value: Cell, *, bold: bool = False) -> WriteOnlyCell:
    plain = _plain(value)
    # Excel's days begin with 1900.
    if isinstance(plain, date) and plain.year < 1900:
        plain = str(plain)
    if not isinstance(plain, str):
        cell = WriteOnlyCell(sheet, plain)
        if isinstance(plain, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm"
        elif isinstance(plain, date):
            cell.number_format = "yyyy-mm-dd"
        elif isinstance(plain, time):
            cell.number_format = "hh:mm"
        return cell
    text = _NOT_XML.sub("\ufffd", plain.replace("\r\n", "\n").replace("\r", "\n"))[:_MAX_CELL]
    cell = WriteOnlyCell(sheet)
    cell.value = text
    cell.data_type = "s"  # or "=…" would be written as a formula
    cell.number_format = "@"
    cell.quotePrefix = _needs_quote(text)
    if bold:
        cell.font = Font(bold=True)
    return cell


def _csv_cell(value: Cell) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, datetime):
        return plain.strftime("%Y-%m-%d %H:%M")
    if isinstance(plain, time):
        return plain.strftime("%H:%M")
    if not isinstance(plain, str):
        # A number or a date of ours, written by Python: a minus sign is a minus sign.
        return str(plain)
    text = plain.replace("\x00", "\ufffd")
    return "'" + text if _needs_quote(text) else text


def _sheet_title(title: str) -> str:
    """`title` as Excel takes it: no \\ / * ? : [ ] ', at most 31 characters, never empty."""
    cleaned = _NOT_XML.sub("", _NOT_IN_TITLE.sub(" ", title)).strip()
    return cleaned[:_MAX_SHEET_TITLE].strip() or "表"


def _widths(headings: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[float]:
    """Column widths in characters for what stands in the first rows; Han characters count 2."""
    widths = [0] * max(map(len, [headings, *rows]))
    for row in chain([headings], rows):
        for place, value in enumerate(row):
            line = max(_csv_cell(value).split("\n"), key=len)[:60]
            width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)
            widths[place] = max(widths[place], width)
    return [min(max(width + 2, 8), 60) for width in widths]
