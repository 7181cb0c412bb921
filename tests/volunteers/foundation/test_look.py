"""The look: how amounts and times are written, how forms come out, the size of letters."""

import re
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client, RequestFactory

from volunteers.foundation import look
from volunteers.foundation.templatetags import lz

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def at(text: str) -> datetime:
    """A moment in UTC, as the database gives it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def rendered(source: str, **context: Any) -> str:
    return Template("{% load lz %}" + source).render(Context(context))


# --- amounts and times ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (120, "2"),
        (150, "2.5"),
        (0, "0"),
        (20, "0.3"),
        (3, "0.1"),
        (11190, "186.5"),
        (62000, "1,033.3"),
        (-30, "-0.5"),
        (None, ""),
        ("很久", ""),
    ],
)
def test_minutes_are_shown_as_hours_with_at_most_one_decimal(minutes: Any, words: str) -> None:
    assert lz.hours(minutes) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (41570, "41,570"),
        ("41,570", "41,570"),
        (128, "128"),
        (-1200, "-1,200"),
        (None, ""),
        ("无", "无"),
        (float("nan"), "nan"),
    ],
)
def test_thousands_are_grouped_and_other_things_left_alone(value: Any, words: str) -> None:
    assert lz.thousands(value) == words


def test_a_day_is_the_day_in_the_street_and_not_in_utc() -> None:
    late = at("2026-11-27T17:00")  # one o'clock of the 28th in Shanghai
    assert lz.day(late) == "11月28日 周六"
    assert lz.fullday(late) == "2026年11月28日 周六"
    assert lz.day(date(2026, 11, 29)) == "11月29日 周日"
    assert lz.day(None) == lz.fullday(None) == lz.weekday(None) == ""


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ("2026-11-28T11:30", "2026-11-28T13:30", "19:30–21:30"),
        ("2026-11-28T15:00", "2026-11-28T18:00", "23:00–次日02:00"),
        ("2026-11-28T13:00", "2026-11-28T16:00", "21:00–24:00"),
        ("2026-11-28T02:00", "2026-11-30T02:00", "10:00–11月30日 10:00"),
    ],
)
def test_a_span_says_when_it_ends_on_another_day(starts: str, ends: str, words: str) -> None:
    assert lz.span(at(starts), at(ends)) == words


def test_a_shift_in_one_line_and_a_span_with_an_end_missing() -> None:
    starts = at("2026-11-28T11:30")
    assert lz.when(starts, at("2026-11-28T13:30")) == "11月28日 周六 19:30–21:30"
    assert lz.span(starts, None) == "19:30"
    assert lz.span(None, None) == lz.clock(None) == ""


def test_near_days_have_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lz.timezone, "localdate", lambda: date(2026, 11, 27))
    days = [date(2026, 11, n) for n in (26, 27, 28, 29, 30)]
    assert [lz.relative_day(day) for day in days] == [
        "11月26日 周四", "今天", "明天", "后天", "11月30日 周一",
    ]  # fmt: skip


def test_names_are_masked_for_strangers() -> None:
    assert rendered("{{ name|mask }}", name="陈芳") == "陈*"
    assert rendered("{{ name|mask }}", name=None) == ""


# --- icons ----------------------------------------------------------------------------------


def test_an_icon_is_decoration_unless_it_has_a_label() -> None:
    plain, named = rendered('{% icon "star" %}'), rendered('{% icon "star" label="组长" %}')
    assert 'aria-hidden="true"' in plain and "aria-label" not in plain
    assert 'role="img"' in named and 'aria-label="组长"' in named and "aria-hidden" not in named
    assert re.search(r'<use href="/static/lz/icons[^"]*\.svg#star">', plain)


def test_labels_of_icons_cannot_break_out_of_the_attribute() -> None:
    svg = rendered('{% icon "star" label=label %}', label='"><script>')
    assert "<script>" not in svg


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    manifest = ROOT / "site" / "config" / "static" / "vendor" / "VENDOR.toml"
    packages = tomllib.loads(manifest.read_text(encoding="utf-8"))["package"]
    known = {name for package in packages for name in package.get("icons", [])}
    named = {
        (name, path.name)
        for path in TEMPLATES
        for name in re.findall(r'{% icon "([^"]+)"|\bicon="([^"]+)"', path.read_text("utf-8"))
        for name in name
        if name
    }
    assert len(named) > 20
    assert {(name, file) for name, file in named if name not in known} == set()


# --- forms ----------------------------------------------------------------------------------


class Entry(forms.Form):
    phone = forms.CharField(label="手机号", help_text="11 位数字。", max_length=11)
    nick = forms.CharField(label="称呼", required=False)
    community = forms.ChoiceField(label="社区", choices=[("", "请选择"), ("1", "绿杨新苑")])
    size = forms.ChoiceField(
        label="班次", choices=[("a", "早班"), ("b", "晚班")], widget=forms.RadioSelect
    )
    when = forms.SplitDateTimeField(label="时间", required=False)
    paper = forms.FileField(label="附件", required=False, help_text="PDF。")
    note = forms.CharField(label="说明", required=False, widget=forms.Textarea)
    agree = forms.BooleanField(label="我同意")
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError("现在不能登记，请明天再来。")


def bad_entry() -> Entry:
    return Entry({"phone": "138001380001380", "nick": "<b>芳</b>"})


def piece(html: str, pattern: str) -> str:
    found = re.search(pattern, html, re.DOTALL)
    assert found, f"{pattern} is not in {html}"
    return found[0]


def test_label_and_hint_stand_above_the_input_and_the_hint_describes_it() -> None:
    html = str(Entry())
    field = piece(
        html, r'<label class="form-label" for="id_phone">.*?<input[^>]*name="phone"[^>]*>'
    )
    assert field.index("手机号") < field.index("11 位数字。") < field.index("<input")
    assert 'id="id_phone_helptext"' in field
    assert 'aria-describedby="id_phone_helptext"' in field
    assert "placeholder" not in html


def test_optional_fields_say_so_and_required_ones_do_not() -> None:
    html = str(Entry())
    assert "（选填）" in piece(html, r'for="id_nick">.*?</label>')
    assert "（选填）" not in piece(html, r'for="id_phone">.*?</label>')


def test_a_filter_form_may_leave_the_word_optional_out() -> None:
    class Filter(forms.Form):
        mark_optional = False
        q = forms.CharField(label="找什么", required=False)

    assert "（选填）" not in str(Filter())


def test_widgets_carry_the_classes_of_the_look_beside_their_own() -> None:
    class Own(forms.Form):
        code = forms.CharField(widget=forms.TextInput(attrs={"class": "code-in"}))

    html = str(Entry())
    assert 'class="form-control"' in piece(html, r'<input[^>]*name="phone"[^>]*>')
    assert 'class="form-control"' in piece(html, r'<textarea[^>]*name="note"[^>]*>')
    assert 'class="form-control"' in piece(html, r'<input[^>]*type="file"[^>]*>')
    assert 'class="form-select"' in piece(html, r'<select[^>]*name="community"[^>]*>')
    assert 'class="form-check-input"' in piece(html, r'<input[^>]*type="radio"[^>]*>')
    assert "class" not in piece(html, r'<input[^>]*name="token"[^>]*>')
    assert 'class="code-in form-control"' in str(Own())


def test_choices_are_a_group_with_a_legend_and_each_has_its_label() -> None:
    group = piece(str(Entry()), r'<fieldset[^>]*id="id_size".*?</fieldset>')
    assert "<legend>班次" in group
    assert '<label for="id_size_0">早班</label>' in group
    assert '<label for="id_size_1">晚班</label>' in group


def test_boxes_of_one_answer_have_names_of_their_own() -> None:
    group = piece(str(Entry()), r'<fieldset[^>]*id="id_when".*?</fieldset>')
    assert 'aria-label="时间，日期"' in group and 'aria-label="时间，时间"' in group


def test_a_file_input_keeps_a_label_and_its_hint() -> None:
    html = piece(str(Entry()), r'<label class="form-label" for="id_paper">.*?type="file"[^>]*>')
    assert 'aria-describedby="id_paper_helptext"' in html


def test_an_error_stands_above_the_input_and_is_tied_to_it() -> None:
    html = str(bad_entry())
    field = piece(
        html, r'<label class="form-label" for="id_phone">.*?<input[^>]*name="phone"[^>]*>'
    )
    control = piece(field, r"<input[^>]*>")
    assert 'aria-invalid="true"' in control
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in control
    assert 'value="138001380001380"' in control
    assert field.index('id="id_phone_error"') < field.index("<input")
    assert '<span class="visually-hidden">错误：</span>' in field


def test_what_was_typed_comes_back_escaped() -> None:
    html = str(bad_entry())
    assert "&lt;b&gt;芳&lt;/b&gt;" in html and "<b>芳" not in html


def test_the_summary_counts_errors_and_each_links_to_something_on_the_page() -> None:
    form = bad_entry()
    summary = render_to_string("parts/error_summary.html", {"form": form})
    page = summary + str(form)
    links = re.findall(r'<a href="#([^"]+)">', summary)
    assert "有 5 处需要修改" in summary
    assert links == ["id_phone", "id_community", "id_size_0", "id_agree", "form-errors"]
    for anchor in links:
        assert f'id="{anchor}"' in page
    assert "现在不能登记，请明天再来。" in summary
    assert 'tabindex="-1"' in summary
    assert summary.index('class="error-summary"') < summary.index('role="alert"')


def test_a_form_in_order_or_not_sent_has_no_summary() -> None:
    assert "error-summary" not in render_to_string("parts/error_summary.html", {"form": Entry()})
    assert "error-summary" not in render_to_string("parts/error_summary.html", {})


def test_the_summary_covers_the_rows_of_a_formset() -> None:
    class Row(forms.Form):
        seats = forms.IntegerField(label="人数", min_value=1)

    rows = forms.formset_factory(Row, extra=0, min_num=2, validate_min=True)
    sent = rows(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-seats": "3",
         "form-1-seats": "0"}
    )  # fmt: skip
    links = lz.error_links(None, sent)
    assert [(link.href, link.label) for link in links] == [("#id_form-1-seats", "人数")]


# --- parts ----------------------------------------------------------------------------------


def test_a_shift_card_says_its_state_in_words_and_is_one_link() -> None:
    html = render_to_string(
        "parts/shift_card.html",
        {
            "title": "夜间巡逻<", "url": "/activities/7/", "kind_label": "联勤巡逻",
            "colour": "c-red", "area": "3 网格", "starts_at": at("2026-11-28T15:00"),
            "ends_at": at("2026-11-28T18:00"), "place": "北门", "minutes": 180, "points": 30,
            "taken": 3, "capacity": 4, "state_words": "还差 1 人", "heading": 2,
        },
    )  # fmt: skip
    assert re.findall(r'<a [^>]*href="([^"]+)"', html) == ["/activities/7/"]
    for words in ("夜间巡逻&lt;", "23:00–次日02:00", "3 小时 · 30 分", "还差 1 人", "周六", "<h2"):
        assert words in html
    assert 'value="3" max="4"' in html


def test_a_card_without_capacity_draws_no_bar() -> None:
    moments = {"starts_at": at("2026-11-28T15:00"), "ends_at": at("2026-11-28T18:00")}
    html = render_to_string("parts/shift_card.html", {"title": "值班", "url": "/"} | moments)
    assert "<progress" not in html


# --- pages ----------------------------------------------------------------------------------


def anonymous(path: str = "/activities/", **cookies: str) -> Any:
    request = RequestFactory().get(path)
    request.user = AnonymousUser()
    request.COOKIES.update(cookies)
    return request


def test_a_page_for_anonymous_readers_is_the_same_for_all_of_them() -> None:
    first, second = anonymous("/activities/?utm=a"), anonymous("/activities/?utm=b")
    first.META["REMOTE_ADDR"] = "203.0.113.9"
    html = render_to_string("base.html", {"nav": "activities"}, first)
    assert html == render_to_string("base.html", {"nav": "activities"}, second)
    assert "csrf" not in html and "nonce" not in html
    assert 'href="/elder/?next=%2Factivities%2F"' in html
    assert html.count('aria-current="page"') == 2  # the bar above and the bar below


def test_a_page_with_errors_says_so_first_in_its_title() -> None:
    html = render_to_string("base.html", {"form": bad_entry()}, anonymous())
    assert piece(html, "<title>.*?</title>").startswith("<title>错误：")


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_need_neither_context_nor_database(name: str) -> None:
    html = render_to_string(name)
    assert '<html lang="zh-Hans">' in html
    assert '<a class="btn btn-primary" href="/">回首页</a>' in html


def test_the_staff_menu_marks_where_one_is_and_appears_for_phone_and_desk() -> None:
    entries = [
        {"url": "/desk/", "label": "我的待办", "icon": "inbox", "count": 17, "current": True},
        {"heading": "常用"},
        {"url": "/desk/rota/", "label": "排班"},
    ]
    html = render_to_string("base_staff.html", {"staff_nav": entries}, anonymous("/desk/"))
    assert html.count('href="/desk/rota/"') == 2
    assert html.count('<a href="/desk/" aria-current="page">') == 2
    assert "tabbar" not in html


INLINE = re.compile(r"""<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=["']|javascript:""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_carries_inline_style_or_script(path: Path) -> None:
    assert INLINE.findall(path.read_text(encoding="utf-8")) == []


# --- the size of letters --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cookie", "size"), [("18", "18"), ("30", "30"), ("", ""), ("18x", ""), ("99", "")]
)
def test_only_known_sizes_reach_the_page(cookie: str, size: str) -> None:
    html = render_to_string("base.html", {}, anonymous(**{look.COOKIE: cookie}))
    assert (f'data-elder="{size}"' in html) is bool(size)
    assert ("data-elder" in html) is bool(size)


def choose(**data: str) -> HttpResponse:
    return look.elder(_post(data))


def _post(data: dict[str, str]) -> Any:
    request = RequestFactory().post("/elder/", data)
    request.user = AnonymousUser()
    request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return request


def test_a_choice_is_remembered_for_a_year_and_leads_back() -> None:
    response = choose(size="24", next="/activities/?kind=patrol")
    assert (response.status_code, response["Location"]) == (302, "/activities/?kind=patrol")
    cookie = response.cookies[look.COOKIE]
    assert (cookie.value, cookie["max-age"], cookie["samesite"]) == ("24", 31536000, "Lax")


def test_the_ordinary_size_forgets_the_choice() -> None:
    cookie = choose(size="", next="/").cookies[look.COOKIE]
    assert (cookie.value, cookie["max-age"]) == ("", 0)


@pytest.mark.parametrize("size", ["99", "18\x00", "大"])
def test_an_unknown_size_is_asked_again_and_changes_nothing(size: str) -> None:
    response = choose(size=size, next="/me/")
    assert response.status_code == 400
    assert look.COOKIE not in response.cookies
    html = response.content.decode()
    assert "请在下面选一种字的大小。" in html and 'name="next" value="/me/"' in html


@pytest.mark.parametrize(
    "wish",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "",
     "me/", "/a\x00b", "/a\r\nSet-Cookie: x", "/" + "长" * 400],
)  # fmt: skip
def test_the_way_back_never_leaves_the_site_or_breaks_the_answer(wish: str) -> None:
    assert choose(size="18", next=wish)["Location"] == "/"


def test_the_question_remembers_the_filters_that_the_link_could_not_carry() -> None:
    request = RequestFactory().get(
        "/elder/",
        {"next": "/activities/"},
        headers={"referer": "http://testserver/activities/?kind=patrol"},
    )
    assert look.way_back(request) == "/activities/?kind=patrol"


@pytest.mark.parametrize(
    "referer",
    ["http://evil.example/activities/?x=1", "http://testserver/other/?x=1", "http://[", ""],
)
def test_a_strange_referrer_is_passed_over(referer: str) -> None:
    request = RequestFactory().get(
        "/elder/", {"next": "/activities/"}, headers={"referer": referer}
    )
    assert look.way_back(request) == "/activities/"


@pytest.mark.django_db
@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demo_site_says_so_on_every_page_and_no_other_does(
    client: Client, settings: Any, is_demo: bool
) -> None:
    settings.LZ_DEMO = is_demo
    for path in ("/activities/", "/elder/"):
        assert ("演示站" in client.get(path).content.decode()) is is_demo
