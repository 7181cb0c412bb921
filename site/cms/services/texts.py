"""The words that a new site starts with; editors change them in the back office."""

from typing import Any

from events.activities.models import Pillar

BRAND_LEAD = (
    "资源联享、问题联治、矛盾联调、平安联创：党组织牵头，单位、居民、社会组织一起，"
    "把家门口的事办好。"
)

_PILLARS = {
    Pillar.SHARE: (
        "<p>驻区单位和居民把场地、车位、技能、物资拿出来，登记在一张清单上，谁需要谁预约。</p>",
        ["units"],
    ),
    Pillar.ISSUES: (
        "<p>居民提问题，网格先响应，单位来认领，办到哪一步大家都看得见。</p>",
        ["open_shifts"],
    ),
    Pillar.MEDIATE: (
        "<p>邻里纠纷先找身边人：调解员、法律工作者和“老娘舅”轮流值班，小事不出网格。</p>",
        ["teams"],
    ),
    Pillar.SAFE: (
        "<p>民警、单位和居民结伴巡逻，两人以上同行，由组长带队，把隐患消在萌芽。</p>",
        ["patrols_tonight"],
    ),
}

ACCESSIBILITY = """
<p>我们希望每个人都能用这个网站：用放大、读屏、键盘的人，用旧手机的人，看不清小字的长辈。</p>
<h2>按什么标准</h2>
<p>按《Web 内容无障碍指南》（WCAG）2.2 的 AA 级制作。每次改动都用自动工具（axe-core）逐页检查，
并在关闭脚本、放大到 200%、只用键盘的情况下走一遍报名。自动工具只能发现一部分问题，
目前还没有请第三方机构测评。</p>
<h2>可以怎么用</h2>
<ul><li>每页右上角有“长辈版”，字号可以选三档，选一次就记住；</li>
<li>不开脚本也能浏览、登录和报名；</li>
<li>所有操作都能用键盘完成。</li></ul>
<h2>已知的不足</h2>
<ul><li>编辑后台（只供工作人员使用）没有按上述标准制作；</li>
<li>单位上传的旧文件，有些读屏软件读不出来，可以向社区索取文字版。</li></ul>
<h2>遇到困难，告诉我们</h2>
<p>请告诉所在社区或街道党群服务中心：哪一页、用什么手机、卡在哪一步。
我们在五个工作日内答复；急着报名的，工作人员可以当场代办。</p>
"""

PRIVACY = """
<p>这个平台只记录服务需要的信息，不是人口登记。</p>
<h2>收集什么，为了什么</h2>
<ul><li>手机号：用来登录和接收班次提醒，不公开；</li>
<li>姓名和所在社区：用来安排班次、开具服务证明；</li>
<li>服务时间和积分：如实记录您的付出；</li>
<li>身份证号：只有巡逻、保险等确实需要的岗位才会问，加密保存。</li></ul>
<h2>别人能看到什么</h2>
<p>公开页面上的姓名会隐去（例如“陈*”），除非您同意显示。组长和协调员只能看到自己班次里的人。
工作人员每次查看完整信息，系统都会留下记录。</p>
<h2>您可以做什么</h2>
<p>可以要求查看、更正、导出或删除自己的信息。请到所在社区或街道党群服务中心提出，
工作人员会先核对您的身份。</p>
<h2>Cookie</h2>
<p>只用必要的 Cookie：保持登录，记住您选的字号。没有广告，也不向其他网站发送数据。</p>
"""


def article(html: str) -> list[tuple[str, Any]]:
    """The value of an ArticleStream with one block of text."""
    return [("text", " ".join(html.split("\n")).strip())]


def pillars() -> list[tuple[str, Any]]:
    """The value of a PillarStream with the four pillars."""
    return [
        (
            "pillar",
            {
                "pillar": pillar,
                "text": text,
                "measures": [{"measure": name, "label": ""} for name in names],
            },
        )
        for pillar, (text, names) in _PILLARS.items()
    ]
