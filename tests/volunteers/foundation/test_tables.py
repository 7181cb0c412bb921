"""Exports open in Excel and WPS as what they are: text is text, numbers are numbers."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.utils.functional import lazystr
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from volunteers.foundation.tables import as_typed, csv_bytes, is_dangerous, xlsx

DANGEROUS = [
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(A1)",
    "=HYPERLINK(\"http://example.invalid\",\"点我\")",
    "=cmd|' /C calc'!A0",
]  # fmt: skip
OTHERWISE_MISREAD = ["321003190001010011", "13800138000", "007", "3-2", "3-2-1", "1/2", "12E5"]


def sheet_of(data: bytes) -> Worksheet:
    sheet = load_workbook(io.BytesIO(data)).active
    assert isinstance(sheet, Worksheet)
    return sheet


def csv_rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", DANGEROUS)
def test_in_a_spreadsheet_a_formula_in_a_name_is_text(text: str) -> None:
    data = xlsx([text], [[text]])
    for cell in (sheet_of(data)["A1"], sheet_of(data)["A2"]):
        assert cell.data_type == "s"
        assert cell.value == text.replace("\r", "\n")
        assert cell.number_format == "@"
        assert cell.quotePrefix
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", DANGEROUS)
def test_in_csv_a_formula_in_a_name_is_made_text(text: str) -> None:
    headings, row = csv_rows(csv_bytes([text], [[text]]))
    assert headings == row == ["'" + text]
    assert not is_dangerous(row[0])


@pytest.mark.parametrize("text", OTHERWISE_MISREAD)
def test_numbers_that_are_names_stay_text(text: str) -> None:
    cell = sheet_of(xlsx(["号码"], [[text]]))["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert csv_rows(csv_bytes(["号码"], [[text]]))[1] == ["'" + text]


@pytest.mark.parametrize("number", [-5, 0, 120, -1.5, Decimal("-2.50")])
def test_numbers_stay_numbers_also_negative_ones(number: int | float | Decimal) -> None:
    cell = sheet_of(xlsx(["积分"], [[number]]))["A2"]
    assert cell.data_type == "n"
    assert cell.value == number
    assert csv_rows(csv_bytes(["积分"], [[number]]))[1] == [str(number)]


def test_a_number_too_long_for_a_spreadsheet_keeps_all_its_digits() -> None:
    assert sheet_of(xlsx(["数"], [[2**63]]))["A2"].value == "9223372036854775808"


def test_ordinary_text_is_not_touched() -> None:
    texts = ["陈芳", "䶮𠮷𬱖", "新盛街道 3号", "a-b", "你好=再见", "2026年3月", "O'Neil", "''", ""]
    assert csv_rows(csv_bytes(["文"], [[text] for text in texts if text])) == [
        ["文"],
        *([text] for text in texts if text),
    ]
    for text in texts:
        assert sheet_of(xlsx(["文"], [[text, "末"]]))["A2"].value in (text, None)


def test_a_note_with_line_breaks_quotes_and_commas_comes_back() -> None:
    note = "第一行,\"引号\"\n第二行；'单引号' & <b>%_#\\{}</b>"
    assert sheet_of(xlsx(["备注"], [[note]]))["A2"].value == note
    assert csv_rows(csv_bytes(["备注"], [[note]]))[1] == [note]


def test_csv_begins_with_the_mark_that_excel_needs() -> None:
    assert csv_bytes(["姓名"], []).startswith(b"\xef\xbb\xbf")


def test_times_are_shown_in_shanghai_and_dates_are_dates() -> None:
    row = [datetime(2026, 3, 5, 17, 30, 59, tzinfo=UTC), date(2026, 3, 5), time(19, 0), True, None]
    cells = next(sheet_of(xlsx(list("abcde"), [row])).iter_rows(min_row=2))
    assert [cell.value for cell in cells] == [
        datetime(2026, 3, 6, 1, 30, 59), datetime(2026, 3, 5), time(19, 0), "是", None,
    ]  # fmt: skip
    assert csv_rows(csv_bytes(list("abcde"), [row]))[1] == [
        "2026-03-06 01:30", "2026-03-05", "19:00", "是", "",
    ]  # fmt: skip


def test_a_birth_date_before_excels_calendar_is_text() -> None:
    assert sheet_of(xlsx(["生日"], [[date(1899, 12, 31)]]))["A2"].value == "1899-12-31"


def test_a_time_without_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="zone"):
        csv_bytes(["时间"], [[datetime(2026, 3, 5)]])


def test_values_of_other_kinds_are_written_as_text() -> None:
    row = [lazystr("=1+1"), float("nan"), ["甲"]]
    assert csv_rows(csv_bytes(list("abc"), [row]))[1] == ["'=1+1", "", "['甲']"]
    assert sheet_of(xlsx(list("abc"), [row]))["A2"].data_type == "s"


def test_hostile_text_breaks_no_export() -> None:
    hostile = "\x00\x0b\ud800\uffff陈" + "长" * 40_000
    value = sheet_of(xlsx(["文"], [[hostile]], title="a/b:[c]*?'\\" + "长" * 40))["A2"].value
    assert isinstance(value, str)
    assert value.startswith("\ufffd\ufffd\ufffd\ufffd陈长")
    assert len(value) == 32_767
    assert "陈长" in csv_rows(csv_bytes(["文"], [[hostile]]))[1][0]


@pytest.mark.parametrize(
    ("title", "shown"),
    [("名册 2026/3", "名册 2026 3"), ("", "表"), ("[]", "表"), ("长" * 40, "长" * 31)],
)
def test_a_sheet_title_is_one_that_excel_takes(title: str, shown: str) -> None:
    assert sheet_of(xlsx(["文"], [], title=title)).title == shown


def test_headings_stay_in_view_and_columns_fit() -> None:
    sheet = sheet_of(xlsx(["姓名", "备注"], [["陈芳", "很长的备注" * 20]]))
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width < sheet.column_dimensions["B"].width == 60


def test_rows_may_come_from_a_generator_and_differ_in_length() -> None:
    data = xlsx(["序号"], ([n, "多"] for n in range(300)))
    assert sheet_of(data).max_row == 301
    assert len(csv_rows(csv_bytes(["序号"], ([n] for n in range(300))))) == 301
    assert sheet_of(xlsx([], []))["A1"].value is None


texts = st.text() | st.sampled_from(["=", "'", "''", "'=", "-", "0", "1", "\t"])


@given(st.lists(texts, min_size=1, max_size=4).map("".join))
def test_every_text_comes_back_from_csv_as_typed_and_none_runs(text: str) -> None:
    written = csv_rows(csv_bytes(["头", "尾"], [[text, "尾"]]))[1][0]
    assert not is_dangerous(written)
    assert as_typed(written) == text.replace("\x00", "\ufffd")
