"""Synthetic names and numbers. Nobody is meant: surnames and given names are drawn from lists of
the most common ones, numbers lie in ranges kept for this demo."""

import random

from volunteers.areas.models import Area
from volunteers.foundation import identity

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢唐冯董程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛"
    "叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段钱汤尹黎易常"
)
GIVEN = (
    "建华 秀英 玉兰 志明 桂芳 国平 淑珍 晓燕 文婷 海燕 丽娟 玉梅 春梅 桂英 凤英 立新 永康 家明 德顺 长根 "
    "红梅 雪梅 金凤 素珍 美华 爱华 建国 卫平 学文 明亮 书琴 慧敏 佳怡 雨欣 子涵 浩然 思远 俊杰 晨曦 梦洁 "
    "嘉宁 宇航 天佑 一鸣 若兰 芷若 静怡 欣悦 梓轩 诗雨 芳 敏 静 丽 洁 燕 梅 娟 涛 磊 俊 斌 鹏 杰 超 波 辉 刚 "
    "霞 萍 玲 红 云 莉 倩 琳 颖 宁"
).split()

PHONE_RANGE = "+86199000"
FIRST_VOLUNTEER_PHONE = 1_000
FIRST_DUTY_PHONE = 9_000
FIRST_LIAISON_PHONE = 8_000

_SUFFIXES = ("居委会", "村委会", "社区")
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def person(rng: random.Random, taken: set[str]) -> str:
    """A name; namesakes are rare, as in life, but not forbidden."""
    for _ in range(6):
        name = rng.choice(SURNAMES) + rng.choice(GIVEN)
        if name not in taken:
            break
    taken.add(name)
    return name


def phone(number: int) -> str:
    """The number-th phone of the demo's range: never a real person's."""
    return f"{PHONE_RANGE}{number:05d}"


def short(area: Area) -> str:
    """殷湖村委会 → 殷湖: how people call a community."""
    for suffix in _SUFFIXES:
        if area.name.endswith(suffix):
            return area.name.removesuffix(suffix)
    return area.name


def uscc(kind: str, number: int) -> str:
    """A valid social credit code that no registry has given: "TEXT" stands where the
    organisation's own number would. `kind`: its first two characters (52 social, 91 company)."""
    body = f"TEXT{number:04d}"
    # One of the eleven inner check characters makes the code pass without a warning.
    for check in "0123456789X":
        for last in _ALPHABET:
            code = f"{kind}321003{body}{check}{last}"
            try:
                if identity.uscc(code) == code and not identity.uscc_warning(code):
                    return code
            except identity.InvalidIdentity:
                continue
    raise ValueError(f"no check digits for {body}")
