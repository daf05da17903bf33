"""Words that have an opposite number, in Chinese: `左手款` where the findings have 右手款, `境外也免费换` where they speak of 境内."""

from __future__ import annotations

from bot.writing.facts.contrary import Said, clauses_of, told_of_all
from bot.writing.facts.scene import Fault, Scene

_MIRRORS = (
    "境内 境外", "国内 国外", "左手 右手", "左侧 右侧", "左边 右边", "上层 下层", "单层 双层", "正面 反面", "男款 女款", "手动 电动",
    "有线 无线", "室内 室外", "冷水 热水", "干性 油性", "深烘 浅烘", "公制 英制", "单面 双面", "单手 双手", "内侧 外侧", "工作日 周末",
    "含税 不含税", "实木 夹板", "生茶 熟茶", "圆形 方形", "硬壳 软壳", "长款 短款", "长袖 短袖", "高领 圆领", "厚款 薄款", "早上 晚上",
    "上午 下午", "粗粉 细粉", "送达 下单", "收件人 寄件人",
)  # fmt: skip
_OTHER = {one: other for pair in _MIRRORS for a, b in [pair.split()] for one, other in ((a, b), (b, a))}
_SHARED = 0.5


def check(scene: Scene) -> Fault | None:
    """Such a word in a clause that the findings have with its opposite number, and nowhere with the word itself."""
    if scene.asks or scene.doubts or scene.lower.isascii():
        return None
    for said, start, end in clauses_of(scene.read):
        part = scene.lower[start:end]
        for word, other in _OTHER.items():
            if word not in part or other in part or not said.plain:
                continue
            facts = told_of_all(scene)
            rest = said.pairs - {word[:2], word[1:]}
            theirs = [one for one in facts if other in one.text and _like(one, rest)]
            if theirs and not any(word in one.text and one.pairs & rest for one in facts):
                return scene.read.text.own[start:end].strip(), "attribute", theirs[0].text
    return None


def _like(one: Said, rest: frozenset[str]) -> bool:
    return bool(rest) and len(one.pairs & rest) >= _SHARED * len(rest)
