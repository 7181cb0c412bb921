"""The brand page's and the campaigns' stories."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from .articles import Body, action, answers, quote, text


@dataclass(frozen=True)
class Story:
    """A campaign page. `days`: (days from the campaign's first, what) of its timeline."""

    key: str  # of offers.CAMPAIGNS
    slug: str
    scene: str  # of pictures.SCENES: the cover
    inner_scene: str  # in the story
    lead: str
    heading: str
    opening: Body
    days: tuple[tuple[int, str], ...]
    closing: Body


BRAND_STORY: Body = [
    text(
        "#从一张清单开始",
        "家门口的事，说大不大，说小不小：楼道的灯、楼上的水、门口的车、独居的老人。"
        "盛平安把这些事写成清单，请驻区单位、社会组织和居民一起来认领。",
        "认领了就要有回音：谁在办、办到哪一步、办得怎么样，都在网格的公示牌上。",
    ),
    ("figures", {"items": [
        {"measure": "volunteers", "label": ""},
        {"measure": "service_minutes", "label": ""},
        {"measure": "units", "label": ""},
        {"measure": "teams", "label": ""},
    ]}),
    quote("一个人做不了多少，一栋楼的人一起做，就不一样了。", "一位楼栋长", "七里甸"),
    action("从一班开始", "两小时也好，半天也好，第一次由组长带着。", "看看活动", "/activities/"),
]  # fmt: skip

STORIES = (
    Story(
        "walk",
        "bai-ri-ye-xun",
        "walk",
        "lights",
        "一百个夜晚，邻居和邻居结伴走一圈：看消防通道，看电动车充电，看独居老人窗口的灯。",
        "可报名的夜班",
        [
            text(
                "#为什么是一百个晚上",
                "一次大检查，热闹一天；一百个晚上，能把一条路走熟。哪盏灯总坏，哪个车棚总挤，"
                "哪扇窗本该亮着，走熟了的人一眼就看得出来。",
                "每晚每个小队三四个人，两小时，走固定的路线。看到的小问题当晚就报给网格，"
                "办完了再回头看一眼。",
            ),
            quote("这扇窗的灯平时八点就亮，那天没亮，我就上去敲了门。", "何*", "巡逻队员"),
        ],
        (
            (0, "启动：各队领马甲和路线图"),
            (14, "每个网格都排上夜班"),
            (30, "消防宣传日：楼道清零演练"),
            (42, "加派夜班，多看独居老人"),
            (60, "中期评议：居民代表给路线打分"),
            (99, "收官：公布全部数字和守夜人名单"),
        ),
        [
            (
                "people",
                {
                    "heading": "夜巡路上的人",
                    "people": [
                        {
                            "photo": None,
                            "name": "李*",
                            "role": "巡逻队组长",
                            "words": "退休前开了三十年公交，路线图看一遍就记住。",
                        },
                        {
                            "photo": None,
                            "name": "沈*",
                            "role": "网格长",
                            "words": "白天接电话，晚上跟着走一圈，问题看得更真。",
                        },
                        {
                            "photo": None,
                            "name": "赵*",
                            "role": "便利店店主",
                            "words": "打烊晚，门口的灯多留半小时，夜巡的人可以歇歇脚。",
                        },
                    ],
                },
            ),
            answers(
                ("没有经验，可以参加吗？", "可以。年满 18 周岁就能报名，第一班由组长一对一带走。"),
                ("遇到危险或违法情况怎么办？", "只劝阻、只上报，不执法。险情先拨 110 或 119。"),
                (
                    "有保险和装备吗？",
                    "签到后意外险生效；马甲、手电、对讲机在集合点领取，结束时归还。",
                ),
                ("单位想加入，要做什么？", "填一张表认领一个网格，街道三个工作日内联系。"),
            ),
        ],
    ),
    Story(
        "talk",
        "lin-li-shuo-shi",
        "talk",
        "lesson",
        "漏水、噪声、停车、晾晒，小事憋久了就成了大事。每个社区都有一张固定的桌子，等你坐下来说。",
        "可参加的值班",
        [
            text(
                "#先听完，再开口",
                "值班的规矩只有一条：让人把话说完。调解员来主持，志愿者倒茶、登记、陪同；"
                "说不清的请懂行的来看，谈得拢的当场写下来，谈不拢的告诉你下一步可以找谁。",
                "说过的话留在这间屋子里。案卷只有本案的调解员和当事人能看，统计里没有名字。",
            ),
            quote("一碗茶的工夫，气就消了一半。", "陶*", "调解员"),
        ],
        (
            (0, "议事室挂牌，公布值班表"),
            (21, "第一期志愿者实务培训"),
            (60, "楼栋议事会走进六个村"),
            (75, "新一期培训报名"),
            (119, "收官：邻里公约汇编成册"),
        ),
        [
            answers(
                ("什么事可以来说？", "邻里、家庭、物业、停车、租赁这些民间的事都可以。"),
                ("要收费吗？", "不收。人民调解不收费。"),
                ("调解不成怎么办？", "会告诉您还有仲裁、行政和诉讼等办法，不耽误您走别的路。"),
                ("我能来帮忙吗？", "能。先参加半天培训，再从登记和陪同做起。"),
            ),
        ],
    ),
    Story(
        "share",
        "yi-ge-yi-qing-dan",
        "market",
        "shelf",
        "单位有场地，邻居有手艺，楼上有闲置的轮椅，楼下正好要用。把清单摆出来，资源就活了。",
        "可报名的服务",
        [
            text(
                "#三张清单",
                "<b>需求清单</b>写着谁需要什么：上门理发、借一台轮椅、放学后有人看着写作业。"
                "<b>资源清单</b>写着谁有什么：会议室、工具间、会修家电的邻居。"
                "<b>项目清单</b>写着两边接上以后怎么做、谁来做、做到什么时候。",
                "周末的便民服务集市，就是把三张清单搬到了广场上。",
            ),
            ("activities", {"heading": "正在进行", "kind": "", "limit": 4}),
        ],
        (
            (0, "各网格摸排第一版清单"),
            (20, "共享货架开放借用"),
            (45, "便民集市固定在每个周末"),
            (75, "长辈手机课开班"),
            (110, "单位和网格互评一次"),
            (149, "收官：清单更新，约定续签"),
        ),
        [
            answers(
                ("借东西要押金吗？", "一般物品免押金，登记姓名和归还日期就行。"),
                ("单位能提供什么？", "场地、人手、物品、技能都可以，量力而行，说到做到。"),
                ("参加一次要多久？", "集市半天，手机课两小时，都按实际分钟数记时长。"),
            ),
        ],
    ),
)


def timeline(story: Story, first: date) -> tuple[str, dict[str, Any]]:
    """The story's days as a block; `first` is the campaign's first day."""
    moments = [{"on": first + timedelta(days=day), "text": words} for day, words in story.days]
    return ("timeline", {"heading": "走到哪一步了", "moments": moments})
