"""The official divisions go into the tree once, however often they are loaded."""

from collections import Counter
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests import factories
from volunteers.areas.divisions import DEFAULT_FILES
from volunteers.areas.models import Area, Kind
from volunteers.foundation.models import Act

pytestmark = pytest.mark.django_db

DISTRICTS = "code,name,cityCode,provinceCode\n321003,邗江区,3210,32\n"
STREETS = "code,name,areaCode,provinceCode,cityCode\n321003009,新盛街道,321003,32,3210\n"
COMMUNITIES = (
    "code,name,streetCode,provinceCode,cityCode,areaCode\n"
    "321003009002,新盛社区,321003009,32,3210,321003\n"
)


def files(folder: Path, **texts: str | bytes) -> list[str]:
    """Each text as a file of that name; the paths in the order given."""
    paths = []
    for name, text in texts.items():
        path = folder / f"{name}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        paths.append(str(path))
    return paths


def kinds() -> Counter[str]:
    """How many areas of each kind there are."""
    return Counter(Area.objects.values_list("kind", flat=True))


def sound() -> bool:
    """Every path hangs below a parent that counts it (treebeard's own check takes seconds)."""
    children: Counter[str] = Counter()
    areas = {area.path: area for area in Area.objects.all()}
    for path, area in areas.items():
        above = path[: -Area.steplen]
        children[above] += 1
        if len(path) != area.depth * Area.steplen or (above and above not in areas):
            return False
    return all(area.numchild == children[path] for path, area in areas.items())


def test_the_packaged_divisions_of_yangzhou_load_and_a_second_time_changes_nothing(capsys):
    call_command("load_divisions")
    assert kinds() == {"city": 1, "district": 7, "street": 98, "community": 1437}
    assert sound()
    street = Area.objects.get(code="321003009")
    assert (street.name, street.get_parent().name) == ("新盛街道", "邗江区")
    assert len(street.get_children()) == 9
    codes = list(street.get_children().values_list("code", flat=True))
    assert codes == sorted(codes)
    before = list(Area.objects.order_by("pk").values())
    acts = Act.objects.count()
    call_command("load_divisions")
    assert list(Area.objects.order_by("pk").values()) == before
    assert Act.objects.count() == acts
    assert "新增 0 个区域，改名 0 个，未变 1543 个" in capsys.readouterr().out


def test_files_load_one_after_another_as_well():
    for path in DEFAULT_FILES:
        call_command("load_divisions", str(path))
    assert kinds() == {"city": 1, "district": 7, "street": 98, "community": 1437}
    assert sound()


def test_a_renamed_row_updates_the_area_and_leaves_the_old_name_in_an_act(tmp_path):
    paths = files(tmp_path, d=DISTRICTS, s=STREETS, c=COMMUNITIES)
    call_command("load_divisions", *paths)
    area = Area.objects.get(code="321003009002")
    files(tmp_path, c=COMMUNITIES.replace("新盛社区", "新盛第一社区"))
    call_command("load_divisions", *paths)
    area.refresh_from_db()
    assert area.name == "新盛第一社区"
    act = Act.objects.get(verb="areas.rename")
    assert (act.old, act.new) == ({"name": "新盛社区"}, {"name": "新盛第一社区"})
    assert kinds() == {"city": 1, "district": 1, "street": 1, "community": 1}


def test_an_area_that_the_files_no_longer_name_stays(tmp_path):
    call_command("load_divisions", *files(tmp_path, d=DISTRICTS, s=STREETS, c=COMMUNITIES))
    call_command("load_divisions", *files(tmp_path, d=DISTRICTS))
    assert kinds()["community"] == 1


def test_headings_may_have_spaces_any_order_a_byte_order_mark_and_windows_line_ends(tmp_path):
    odd = (
        "\ufeff\u3000Street Code ,　Ｎａｍｅ, code\r\n"
        "321003009,新盛社区,３２１００３００９００２\r\n\r\n"
    )
    paths = files(tmp_path, c=odd, s=STREETS.replace("\n", "\r\n").encode("gb18030"), d=DISTRICTS)
    call_command("load_divisions", *paths)
    assert Area.objects.get(code="321003009002").name == "新盛社区"
    assert Area.objects.get(code="321003009").name == "新盛街道"


def test_another_city_is_named_by_an_option(tmp_path):
    paths = files(tmp_path, d="code,name,cityCode\n320102,玄武区,3201\n")
    call_command("load_divisions", *paths, city="3201=南京市")
    assert Area.objects.get(code="3201").name == "南京市"


def test_a_new_area_between_old_ones_stands_in_the_order_of_codes(tmp_path):
    paths = files(tmp_path, d=DISTRICTS, s=STREETS, c=COMMUNITIES)
    call_command("load_divisions", *paths)
    old = Area.objects.get(code="321003009002")
    factories.grid(old, code="321003009002Z001")
    line = "321003009001,绿扬新苑居委会,321003009,32,3210,321003\n"
    later = "321003009003,新悦社区,321003009,32,3210,321003\n"
    files(tmp_path, c=COMMUNITIES + line + later)
    call_command("load_divisions", *paths)
    street = Area.objects.get(code="321003009")
    assert [a.code[-3:] for a in street.get_children()] == ["001", "002", "003"]
    assert Area.objects.get(kind=Kind.GRID).get_parent() == old
    assert sound()


BAD = {
    "letters in a code": ("32100300900X,新盛社区,321003009,32,3210,321003", "应是 12 位数字"),
    "a short code": ("321003009,新盛社区,321003009,32,3210,321003", "应是 12 位数字"),
    "no name": ("321003009001,\u3000 ,321003009,32,3210,321003", "没有名称"),
    "a NUL in the name": ("321003009001,新\x00盛,321003009,32,3210,321003", "看不见的特殊字符"),
    "a very long name": (f"321003009001,{'长' * 61},321003009,32,3210,321003", "超过 60 个字"),
    "another parent": ("321003008001,新盛社区,321003009,32,3210,321003", "对不上"),
    "an unknown parent": ("321003999001,新盛社区,321003999,32,3210,321003", "不在文件里"),
    "another city": ("320102002001,新盛社区,320102002,32,3201,320102", "不属于扬州市"),
    "a code twice": ("321003009002,别的社区,321003009,32,3210,321003", "已经用于“新盛社区”"),
    "a cell too few": ("321003009001,新盛社区,321003009", "有 3 格，表头有 6 格"),
}


@pytest.mark.parametrize(("row", "said"), BAD.values(), ids=BAD.keys())
def test_one_bad_row_is_named_with_its_line_and_nothing_is_loaded(tmp_path, capsys, row, said):
    paths = files(tmp_path, d=DISTRICTS, s=STREETS, c=f"{COMMUNITIES}{row}\n")
    with pytest.raises(CommandError, match="没有导入任何内容") as error:
        call_command("load_divisions", *paths)
    assert error.value.returncode == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("c.csv 第 3 行：") and said in lines[0]
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "认不出表头"),
        (b"\xff\xfe\x00\x01", "编码"),
        ("代号,名字\n1,某社区\n".encode(), "认不出表头"),
        (b'code,name,cityCode\n"321003,x,3210\n', "不是完好的 CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "认不出表头"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused(tmp_path, capsys, content, said):
    with pytest.raises(CommandError):
        call_command("load_divisions", *files(tmp_path, d=DISTRICTS, x=content))
    assert said in capsys.readouterr().err
    assert not Area.objects.exists()


def test_a_missing_file_and_a_senseless_city_are_sentences(tmp_path, capsys):
    with pytest.raises(CommandError):
        call_command("load_divisions", str(tmp_path / "nowhere.csv"))
    assert "打不开这个文件" in capsys.readouterr().err
    with pytest.raises(CommandError):
        call_command("load_divisions", *files(tmp_path, d=DISTRICTS), city="扬州")
    assert "3210=扬州市" in capsys.readouterr().err
