"""Chinese addresses: where the administrative chain or a building begins, and where the sentence goes on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.chinese_places import CITIES, PROVINCES
from eval.replay.identifiers.spans import Span, has_chinese, matches

_H = r"[\u4e00-\u9fff]"
_ROAD = "路|街|大道|大街|巷|弄|胡同|道|段|里|村|屯|庄|镇|乡|街道"
_PLACE = (
    "小区|花园|花苑|家园|苑|公寓|大厦|广场|中心|大楼|宿舍|宿舍楼|学院|大学|中学|小学|医院|园区|工业园|产业园|科技园|软件园|科技城|创意园|驿站|丰巢|快递柜|快递架|自提点|"
    "便利店|传达室|门卫|保安室|物业|新村|新城|名苑|雅苑|华府|城市花园|天街|国际|酒店|宾馆|写字楼|市场|商城|商场|超市|营业厅|服务站|代收点|菜鸟|邮局|邮政所|村委会|厂|馆"
)
_BUILDING = r"[\dA-Za-z一二三四五六七八九十东西南北]{1,5}(?:号楼|号院|栋|幢|座|单元|室|楼|层|弄|号柜|号库|期|馆|排|号)"
_BODY = r"(?:[\u4e00-\u9fff0-9A-Za-z\-·#()/ ]|(?<=[0-9A-Za-z])\.(?=\d))"

_CHAIN = re.compile(
    rf"(?:(?:{PROVINCES}|{CITIES})(?:省|市|自治区|特别行政区|壮族自治区|回族自治区|维吾尔自治区)?)"
    rf"(?={_BODY}{{0,30}}?(?:{_ROAD}|区|县|{_PLACE}|\d+号|\d+栋|\d+幢))"
    rf"(?:(?!收件|联系|电话|手机|姓名|收货|几点|店(?:[在开关有营的吗是就还]|几)|名字|谢谢|我叫|打我|先|别|吗|呢|吧|没写|是不|可以|写|这边|白天|晚上|等你们|的朋友|的客户|的{_H}{{1,3}}(?:小姐|先生|女士)){_BODY}){{2,60}}"
)
_LOCAL = re.compile(
    rf"{_H}{{1,12}}?(?:区|县|州|旗|镇|乡|街道|{_ROAD}|{_PLACE})(?:{_H}|[A-Za-z0-9\-()]){{0,24}}?(?:{_BUILDING})(?:(?!收件|电话|手机|先|别|谢谢|{_H}{{0,2}}了吗){_BODY}){{0,24}}"
)
_DOOR = re.compile(
    rf"{_H}{{0,10}}?(?:小区|花园|家园|公寓|宿舍|大学|学院|医院|新村|驿站|菜鸟驿站){_H}{{0,4}}(?:驿站|丰巢|快递柜|快递架|东门|南门|西门|北门|门卫|传达室|物业|便利店|保安亭)+(?:\d+号柜)?"
)
_HOUSE = re.compile(
    rf"{_H}{{2,10}}?\d{{1,4}}(?:号楼|栋|幢|号院|单元)(?:(?!收件|电话|手机|先|别|谢谢|可以|吗){_BODY}){{0,24}}"
)
_GATED = re.compile(
    rf"{_H}{{2,10}}?(?:小区|花园|花苑|家园|苑|公寓|新村|新城|里|府|城)\d{{1,3}}-\d{{1,3}}(?:-\d{{1,4}})?(?!\d)"
)
_POSTBOX = re.compile(rf"(?:{_H}{{2,8}})?\d+号?(?:邮政)?信箱(?:\d+分箱)?")
_ROOM = re.compile(r"(?<![0-9A-Za-z])(?:\d{1,3}(?:栋|幢|号楼|座|门|单元)){0,2}\d{3,4}[室房](?!外|温)")
_N = "[0-9A-Za-z一二三四五六七八九十百零〇两东西南北]"
_PART = rf"{_N}{{1,4}}(?:号楼|号院|号门|号|栋|幢|座|单元|门|梯|区|期|舍|楼|层|室|房|户|组|塔)"
_CHAINED = re.compile(
    rf"(?<![0-9A-Za-z.年月])(?:第?{_N}{{1,3}}(?:号楼|号院|栋|幢|座|单元|舍|塔|楼|区|期)|[A-Z]座)(?:[ ,，]?(?:{_PART}|(?<!\d)[A-Z]?\d{{1,4}}(?:-\d{{1,4}})?(?!\d|月|年|[-.]\d))){{1,4}}(?!厅)"
)
"""`12栋803`, `3号楼2单元501`, `A座1208`: parts of a building one after another."""
_STREET = re.compile(
    rf"{_H}{{2,8}}?(?:大街|大道|街道|路|街|巷|弄|胡同|道)(?:[东西南北中]?[一二三四五六七八九十]?段)?(?:{_N}{{1,6}}|\d+-\d+)(?:号院|号楼|号|弄|栋|幢)(?:{_PART})*"
)
"""`人民路5号` whatever follows."""
_CROSSING = re.compile(
    rf"{_H}{{1,6}}?(?:路|街|大道|巷)(?:与|和|跟|、){_H}{{1,6}}?(?:路|街|大道|巷)(?:的?(?:交叉口|交汇处|交界处?|路口|口))"
)
_VILLAGE = re.compile(rf"{_H}{{1,6}}?(?:村|屯|庄|寨|乡|镇|店)第?{_N}{{1,3}}(?:组|队|社)(?:\d+号)?")
_SCHOOL = re.compile(
    rf"{_H}{{2,10}}?(?:校区|大学|学院|中学|小学|医院|住院部|家属院|燕园|厂区|园区|基地|[A-Z]{{2,8}})(?:第?{_N}{{1,3}}(?:号楼|宿舍|舍|楼|栋|座|塔|区|室|号))?(?:第?{_N}{{1,3}}(?:号楼|宿舍|舍|楼|栋|座|塔|区|室|号)|塔\d)[ ]?\d{{0,4}}"
)
_LIVED = re.compile(
    rf"(?:住在?|家在|寄到|寄往|送到|送至|发到|放到?|投到|地址[是为：: 改成写]+|收货地址[是为：: ]*|搬到了?|改到|改成|换到|送去|寄去)(?P<it>{_H}{{2,8}}(?:小区|花园|花苑|家园|公寓|新村|嘉园|苑|大厦|写字楼|宿舍|家属院|公馆|山庄|别墅|驿站|传达室|门卫室|保安亭|快递柜|丰巢柜|{_H}府|雅居|新城))(?!{_H}{{0,2}}(?:吗|几天|多久|要))"
)
"""Where somebody lives, by its name alone."""
_DOORS = re.compile(
    r"(?:住在?|送到|送至|送去|放到?|地址[是为：: ]*|门牌号?[是为：: ]*|房号[是为：: ]*|房间号?[是为：: ]*|室号[是为：: ]*|楼号[^\d。]{0,8}|我在|我家是?|改到|改成|应该是|而?不是|是)(?P<it>[A-Z]?\d{1,4}(?:-\d{1,4}){1,3}(?:室|房|号)?|[A-Z]?\d{3,4}(?:室|房|户|号房)?|\d{1,3}(?:号楼|栋|幢|座|单元|号院))(?![0-9.年月日天个元块件码款\-]|人|点|字|次|斤|克|毫|分|寸|起|左右)"
)
_DOORS_NEAR = re.compile(r"地址|门牌|房号|房间|楼号|室号|住|送|寄|家|放|邻居|小区|栋|单元|快递")
_TRIPLE = re.compile(r"(?<![0-9A-Za-z.\-])[A-Z]?\d{1,3}-\d{1,2}-(?!(?:19|20)\d\d(?!\d))\d{3,4}(?![0-9\-])|^\s*(?P<it>[A-Z]?\d{1,2}-\d{3,4})\s*$|(?<![0-9A-Za-z])(?P<at>\d{3,4})(?=的邻居)")  # fmt: skip
_WRITTEN = re.compile(r"(?:邮编|邮政编码)[是为：: ]{0,2}(?P<it>\d{6})(?!\d)")
_LEAD = re.compile(
    r"^.*(?:地址(?:就|改)?(?:是|为|填|写)?|寄到|寄往|寄回|寄去|转寄|送到|送往|送去|发到|发往|退到|改成|改到|改为|换成|补充|公司在|家在|住在|人在|我在|放在|留在|送至|寄至|发至|收在|货到|定位|只能写|正确是|应该是|不是|是|就放|投到|投递到|放|寄给|寄|送|住(?!院|宅|户|总)|发|在|到|去|东西|[：:，,。；、\"“])"
)
_TAIL = re.compile(
    r"(?:的|吗|呢|吧|啊|呀|哦|了|这边|那边|收|谢谢|麻烦|亲|里|没|就行|即可|可以|等|找|一楼老板|电话|联系|我|她|他|您|你|不)+$"
)


def addresses(text: str) -> Iterator[Span]:
    if not has_chinese(text):
        yield from _by_number(text)
        return
    for pattern in (_CHAIN, _LOCAL, _HOUSE, _GATED, _DOOR, _POSTBOX, _ROOM, _STREET, _CROSSING, _VILLAGE, _SCHOOL):
        for match in pattern.finditer(text):
            start, end = match.span()
            said = match.group()
            if pattern is _LOCAL and not re.search(rf"{_PLACE}|路|街|巷|弄|胡同|大道|村|镇|乡|区", said):
                continue
            if pattern is not _CHAIN and (lead := _LEAD.match(said)):
                start += lead.end()
            tail = _TAIL.search(text[start:end])
            end -= len(tail.group()) if tail else 0
            said = text[start:end].strip()
            if (len(said) >= 5 or pattern is _ROOM) and (
                pattern is not _LOCAL or re.search(r"\d|[一二三四五六七八九十]", said)
            ):
                yield Span(start, start + len(text[start:end].rstrip()), "address")
    yield from _short(text)


def _short(text: str) -> Iterator[Span]:
    """Parts of a building, a door's number, and a house by its name where somebody lives there."""
    for pattern in (_CHAINED, _LIVED, _WRITTEN):
        yield from matches(pattern, text, "address")
    yield from _by_number(text)
    if _DOORS_NEAR.search(text):
        yield from matches(_DOORS, text, "address")


def _by_number(text: str) -> Iterator[Span]:
    """Building, entrance and room as three numbers: `12-1-803`."""
    for match in _TRIPLE.finditer(text):
        group = "it" if match["it"] else "at" if match["at"] else 0
        yield Span(*match.span(group), "address")
