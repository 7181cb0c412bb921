"""Building blocks of stories and articles. Each has a preview for the editor's block picker.

Rich text knows no pictures and no embeds: a picture is a block of its own, with words for those
who cannot see it and a credit, and nothing on a page comes from another host.
"""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from events.activities.models import Campaign, Kind, Pillar

from . import figures, queries

PLAIN = ["bold", "italic", "ol", "ul", "link", "document-link"]
ARTICLE = ["h2", "h3", *PLAIN, "hr"]
PREVIEW = "cms/blocks/preview.html"


def check_link(value: str) -> None:
    """Buttons lead within the site, to an address that begins with one slash."""
    if not value.startswith("/") or value.startswith("//"):
        raise ValidationError("请填站内地址，以“/”开头，例如 /activities/。")


class TextBlock(blocks.RichTextBlock):
    """Paragraphs with sub-headings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**({"features": ARTICLE} | kwargs))

    class Meta:
        template = "cms/blocks/text.html"
        preview_template = PREVIEW
        icon = "pilcrow"
        label = "文字"
        preview_value = (
            "<h2>先敲门，再动手</h2><p>20日一早，网格员与楼栋长逐户敲门，"
            "<b>当场约好时间</b>，由志愿者帮忙搬下楼。</p>"
        )
        description = "正文段落，可以有小标题、列表和链接"


class PictureBlock(blocks.StructBlock):
    """A picture with alternative text, caption and credit."""

    image = ImageBlock(label="图片")
    caption = blocks.CharBlock(label="图注", required=False, max_length=120)
    credit = blocks.CharBlock(
        label="来源", required=False, max_length=80, help_text="留空就用图片库里的图片来源。"
    )

    class Meta:
        template = "cms/blocks/picture.html"
        preview_template = PREVIEW
        icon = "image"
        label = "图片"
        # No picture in the library belongs to the preview; its place is drawn.
        preview_value = {"image": None, "caption": "清理前后对照。", "credit": "绿杨新苑社区供图"}
        description = "一张图，配替代文字、图注和来源"


class FigureBlock(blocks.StructBlock):
    """One live figure."""

    measure = blocks.ChoiceBlock(label="数字", choices=figures.choices)
    label = blocks.CharBlock(
        label="名称", required=False, max_length=20, help_text="留空就用数字自己的名称。"
    )

    class Meta:
        icon = "order"
        label = "数字"


class FiguresBlock(blocks.StructBlock):
    """A row of live figures."""

    items = blocks.ListBlock(FigureBlock(), label="数字", min_num=1, max_num=4)

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The page's own sums; in the block picker, which has no page, those of now."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["shown"] = _shown(value["items"], parent_context)
        return context

    class Meta:
        template = "cms/blocks/figures.html"
        live = True  # see cms.fragments
        preview_template = PREVIEW
        icon = "order"
        label = "实时数字"
        preview_value = {
            "items": [
                {"measure": "volunteers", "label": ""},
                {"measure": "service_minutes", "label": ""},
                {"measure": "units", "label": ""},
            ]
        }
        description = "平台或本活动的实时数字，一到四个"


class MomentBlock(blocks.StructBlock):
    """One day of a timeline."""

    on = blocks.DateBlock(label="日期")
    text = blocks.CharBlock(label="做什么", max_length=120)

    class Meta:
        icon = "date"
        label = "一天"


class TimelineBlock(blocks.StructBlock):
    """Days of a campaign; which are over and which is today is worked out when it is shown."""

    heading = blocks.CharBlock(label="标题", max_length=30)
    moments = blocks.ListBlock(MomentBlock(), label="日程", min_num=1)

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """`days`: (moment, state, words) with state "done", "now" or "todo"."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        today = timezone.localdate()
        context["days"] = [(m, *_standing(m["on"], today)) for m in value["moments"]]
        return context

    def get_preview_value(self) -> Any:
        """One day each that is over, today, and to come."""
        today = timezone.localdate()
        moments = [
            {"on": today - timedelta(days=30), "text": "启动仪式，队伍领马甲与路线图"},
            {"on": today, "text": "寒潮夜：重点看独居老人"},
            {"on": today + timedelta(days=20), "text": "中期评议会，居民代表打分"},
        ]
        return self.normalize({"heading": "一百天的路线", "moments": moments})

    class Meta:
        template = "cms/blocks/timeline.html"
        live = True
        preview_template = PREVIEW
        icon = "history"
        label = "时间线"
        description = "一串日子，已完成、今天、即将会自动标出"


class QuoteBlock(blocks.StructBlock):
    """Somebody's words."""

    text = blocks.TextBlock(label="原话", max_length=300)
    who = blocks.CharBlock(
        label="谁说的", max_length=30, help_text="本人同意才写全名，否则写“陈*”或“一位楼栋长”。"
    )
    role = blocks.CharBlock(label="身份", required=False, max_length=40)

    class Meta:
        template = "cms/blocks/quote.html"
        preview_template = PREVIEW
        icon = "openquote"
        label = "引语"
        preview_value = {
            "text": "楼道是大家的，轮到我看一周，我就多看两眼。",
            "who": "陈*",
            "role": "7 号楼楼栋长",
        }
        description = "一段原话，写明是谁说的"


class AnswerBlock(blocks.StructBlock):
    """A question with its answer."""

    question = blocks.CharBlock(label="问题", max_length=80)
    answer = blocks.RichTextBlock(label="回答", features=PLAIN)

    class Meta:
        icon = "help"
        label = "一问一答"


class AnswersBlock(blocks.StructBlock):
    """Questions and answers that open on a click."""

    heading = blocks.CharBlock(label="标题", default="常见问题", max_length=30)
    items = blocks.ListBlock(AnswerBlock(), label="问答", min_num=1)

    class Meta:
        template = "cms/blocks/answers.html"
        preview_template = PREVIEW
        icon = "help"
        label = "问答"
        preview_value = {
            "heading": "常见问题",
            "items": [
                {
                    "question": "没有经验，可以参加吗？",
                    "answer": "<p>可以。第一班由组长一对一带走。</p>",
                },
                {
                    "question": "遇到危险怎么办？",
                    "answer": "<p>只劝阻、只上报，先拨 110 或 119。</p>",
                },
            ],
        }
        description = "常见问题，点开看回答"


class PersonBlock(blocks.StructBlock):
    """A person or a team, with a photo if they agreed."""

    photo = ImageBlock(label="照片", required=False)
    name = blocks.CharBlock(
        label="称呼", max_length=30, help_text="本人同意才写全名，否则写“陈*”。"
    )
    role = blocks.CharBlock(label="身份", required=False, max_length=40)
    words = blocks.TextBlock(label="介绍", required=False, max_length=200)

    class Meta:
        icon = "user"
        label = "人物"


class PeopleBlock(blocks.StructBlock):
    """Cards of people."""

    heading = blocks.CharBlock(label="标题", max_length=30)
    people = blocks.ListBlock(PersonBlock(), label="人物", min_num=1)

    class Meta:
        template = "cms/blocks/people.html"
        preview_template = PREVIEW
        icon = "group"
        label = "人物卡片"
        preview_value = {
            "heading": "夜巡路上的人",
            "people": [
                {
                    "photo": None,
                    "name": "何*",
                    "role": "巡逻队员",
                    "words": "302 的灯没亮，上去敲了门。",
                },
                {"photo": None, "name": "沈*", "role": "组长", "words": "每晚走一圈，心里踏实。"},
            ],
        }
        description = "几个人或几支队伍，配一句介绍"


class ActivitiesBlock(blocks.StructBlock):
    """Published activities: of the campaign on its page, of everybody elsewhere."""

    heading = blocks.CharBlock(label="标题", default="可以参加的活动", max_length=30)
    kind = blocks.ChoiceBlock(label="类别", choices=Kind.choices, required=False)
    limit = blocks.IntegerBlock(label="最多几个", default=4, min_value=1, max_value=12)

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """`activities`: one query."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        campaign: Campaign | None = (parent_context or {}).get("campaign")
        context["activities"] = queries.activity_rows(campaign, value["kind"], value["limit"])
        return context

    class Meta:
        template = "cms/blocks/activities.html"
        live = True
        preview_template = PREVIEW
        icon = "list-ul"
        label = "活动列表"
        preview_value = {"heading": "可以参加的活动", "kind": "", "limit": 4}
        description = "正在进行的活动，自动更新"


class ActionBlock(blocks.StructBlock):
    """A call to do one thing."""

    heading = blocks.CharBlock(label="标题", max_length=30)
    text = blocks.CharBlock(label="说明", required=False, max_length=120)
    button = blocks.CharBlock(label="按钮", max_length=12)
    link = blocks.CharBlock(label="去哪里", max_length=200, validators=[check_link])

    class Meta:
        template = "cms/blocks/action.html"
        preview_template = PREVIEW
        icon = "link"
        label = "行动按钮"
        preview_value = {
            "heading": "今晚一起走一圈",
            "text": "两小时，两人以上同行，由组长带队。",
            "button": "选一班",
            "link": "/activities/",
        }
        description = "请读者做一件事：一句话加一个按钮"


class PillarBlock(blocks.StructBlock):
    """One of the four pillars: what it means, and its figures."""

    pillar = blocks.ChoiceBlock(label="板块", choices=Pillar.choices)
    text = blocks.RichTextBlock(label="介绍", features=PLAIN)
    measures = blocks.ListBlock(FigureBlock(), label="实时数字", min_num=0, max_num=3, default=[])

    def get_context(
        self, value: Any, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """The pillar's look and its figures."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["strand"] = next(s for s in figures.STRANDS if s.pillar == value["pillar"])
        context["shown"] = _shown(value["measures"], parent_context)
        return context

    class Meta:
        template = "cms/blocks/pillar.html"
        live = True
        preview_template = PREVIEW
        icon = "pick"
        label = "板块"
        preview_value = {
            "pillar": Pillar.SAFE,
            "text": "<p>派出所、单位和居民结伴夜巡，把隐患消在萌芽。</p>",
            "measures": [{"measure": "patrols_tonight", "label": ""}],
        }
        description = "四个板块之一：一段介绍，加实时数字"


def _shown(items: Any, parent_context: dict[str, Any] | None) -> list[figures.Shown]:
    """Values of FigureBlock as figures: with the page's own sums, or, in the block picker, which
    has no page, with those of now. What is not counted (any more, or here) is left out."""
    sums = (parent_context or {}).get("figures")
    if sums is None:
        sums = figures.street_sums()
    return [
        figures.Shown(
            item["label"] or figures.ALL[item["measure"]].label,
            figures.written(item["measure"], sums[item["measure"]]),
        )
        for item in items
        if item["measure"] in sums and item["measure"] in figures.ALL
    ]


def _standing(on: date, today: date) -> tuple[str, str]:
    if on == today:
        return "now", "今天"
    return ("done", "已完成") if on < today else ("todo", "即将")
