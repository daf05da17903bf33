"""Chinese names of people: by a surname and characters that names are made of, by a title, and by what the words around give away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from eval.replay.identifiers.chinese_deeds import DEEDS
from eval.replay.identifiers.chinese_letters import COMMON, GIVEN, SURNAMES
from eval.replay.identifiers.spans import Span
from retrieval.text.cutting import cutter

_H = r"[\u4e00-\u9fff]"
_TITLE = "先生|女士|小姐|太太|老师|医生|经理|主任|阿姨|叔叔|叔|姐|哥|总|工|律师|教授|师傅|老板|同学|奶奶|爷爷|大爷|大妈|伯|嫂|妹|护士|会计|老板娘|大姐|大哥|队长|店长|校长|院长"
_FUNCTION = "的了是吗呢吧么个们这那怎么刻能改太说送去要想把被给到在有没不就都也还很再用买看下上和跟让叫谁哪什啥样款种次件只张条块钱元分您你我他她它自己大家人家"
"""Characters that no name has where nothing but its place says that it is one."""
_NAME_CUES = re.compile(
    r"(?:我叫|我的名字(?:叫|是)|名字(?:就|还|应该)?(?:叫|是|写|改成)?|姓名(?:是|改成|写)?|收件人(?:就|改成|写|填|是|叫)?|收货人(?:是|叫|写)?|联系人(?:是)?|取件人(?:是|叫)?|收件|开户名|户名|抬头个人|署名|落款(?:是|写)?|全名(?:是|叫)?|真名(?:是|叫)?|他叫|她叫|名叫|叫做|老板叫|姓名和证件不符，姓名是|转告|转给|请联系|请找|电话找|来找|我是|这里是|这边是|代朋友|朋友|客服|我老公|我老婆|我爱人|我爸|我妈|我妈妈|我爸爸|我男朋友|我女朋友|我室友|我同事|我姐|我妹|我哥|我弟|给我爱人|写我名字|找)[：: 是“\"]{0,2}"
    rf"(?P<it>(?:(?:{SURNAMES}){_H}{{1,2}}|[\u4e00-\u9fff]{{2,4}}(?:·[\u4e00-\u9fff]{{1,6}})?|[A-Z][a-z]+(?: [A-Z][a-z]+| {_H})?))(?=[，,。！!？?；;、：:（() ”\"\n]|$|的|问|签收|收|在|吧|呀|啊|\d|这|那|和|谢谢|改|[两三四]个字|来|补|不用|个人|就|说)"
)
_TITLED = re.compile(
    rf"(?<!谢)(?!谢谢|时间|时太|那|但|和|位)(?:(?:{SURNAMES})(?:[^\W\d_a-zA-Z的了是吗呢吧么个们这那不没有能要想就都也还很再啊呀哦位]{{0,2}}?)|[老小阿](?:{SURNAMES}))(?:{_TITLE})(?!店|作|艺|程|厂|具|号|人|业|统|共|计|价|数|是|会|感|妹|姐)"
)
_FAMILIAR = re.compile(
    rf"(?<=[找叫是，,。 ：:就写给员傅板哥姐弟妹服])(?:[老小阿][{COMMON}])(?=[，,。！!？?签收您你好的在他她说把打就给 ]|$)"
)
_ALONE = re.compile(
    rf"(?:^|(?<=[，,。：:；;（( 、]))(?P<it>(?:{SURNAMES}){_H}{{1,2}})(?=[，,：:；;（( ]\s?(?:\+?\d|[（(]|手机|电话|证件|身份证|订单|JL|#)|（单字|，单字)"
)
_CALLED = re.compile(
    rf"(?:我叫|名字叫|名字是|姓名[是：:]|本人叫|全名[是叫：:])[“\" ]?(?P<it>{_H}{{2,8}}?)(?=[，,。！!；;、（( ”\"]|$|的|，)"
)
"""What follows is a name, however it looks: of other peoples of China, too, and what somebody calls themselves."""
_LETTERED = re.compile(
    r"(?:名字|姓名|姓名拼音|拼音|抬头|持卡人|户名|署名)(?:是|写|叫|为|：|:)?[“\" ]?(?P<it>[A-Z][A-Za-z]+ [A-Z][A-Za-z]+)"
)
_TOLD_TO = re.compile(
    rf"(?:收件人|收货人|联系人|我(?:爱人|老公|老婆|妈妈?|爸爸?|同事|室友|朋友|女儿|儿子|姐姐?|哥哥?|妹妹?|弟弟?))(?P<it>(?!{_H}*?(?:的|是|在|说|也|要|想|去|不|没|能|可|电话|地址|手机|姓名|名字)){_H}{{2,3}})(?=[，,。；; ]|$|补|收|签)"
)
_WHOLE = re.compile(
    rf"(?:^|(?<=[，,。；;！!]))(?P<it>(?:{SURNAMES})[^\W\d_a-zA-Z的了是吗呢吧我你您他她它不没有这那个么在到要可都也就还给和会能很太多少再先已经]{{2}})(?=[，,。；;（(]|$)"
)
_CORRECTED = re.compile(
    rf"(?:是|写|写成|叫|一个)(?P<it>(?:{SURNAMES}){_H}{{1,2}})(?=，(?:不是|别写)|，?不是|一个|$|[，,。])"
)
_DOUBLE = re.compile(
    r"(?P<it>(?:欧阳|司马|上官|诸葛|皇甫|尉迟|公孙|慕容|令狐|长孙|宇文|司徒|夏侯|轩辕|独孤|南宫|端木|呼延|完颜|单于|赫连|澹台)[\u4e00-\u9fff]{1,2})(?=[，,。！？的 ）)\d”两三四收您在]|$)"
)
_LIKE_A_NAME = re.compile(rf"(?:{SURNAMES})[{GIVEN}]{{2}}")
_NAME_TAGS = frozenset(["nr", "nrt", "nrfg", "ns", "nz", "x"])
_EVERYWHERE = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<it>[{COMMON}][{GIVEN}]{{2}})(?![A-Za-z0-9])|(?P<in>[{COMMON}][{GIVEN}]{{2}})"
)
"""Somebody's whole name with nothing around it that says so: each character is one of a name, and words end before and behind it."""
_SAID_BY = re.compile(
    rf"(?:我叫|叫我|我是|他叫|她叫|本人|英文名是?|收件人(?:改为|改成|写|是)?|收货人(?:改为|改成|写|是)?|联系人|姓名|名字|法人|负责人是?|经办人|寄件人|签收人(?:写的)?是?|户名|抬头写|刻上?字?|写上|同事|朋友|客服|售后|快递员|你们的|这位|此致|转交|谢谢|给)[，,：: “\"‘是为]{{0,2}}"
    rf"(?P<it>[{COMMON}](?:[{GIVEN}]{{1,2}})|[小阿][{COMMON}{GIVEN}]|(?P<twin>{_H})(?P=twin)|[A-Z][a-z]+(?: [A-Z][a-z]+)?)(?=[，,。！!？?；;、：:（() ”\"’\n]|$|的|下|也|答|昨天|今天|刚才|推荐|在|收|不)"
)
_STRONG = re.compile(
    rf"(?:我叫|名字[叫是]?|姓名[是：:]?|收件人[是：:]?|收货人[是：:]?|联系人[是：:]?|户名[是：:]?|法人[是：:]?|负责人[是：:]?|经办人[是：:]?|抬头写?|学生|本人|叫我|客服|写的是?|我(?:先生|太太|丈夫|媳妇|对象|闺蜜|室友|同事|朋友|房东|邻居|领导|妈妈?|爸爸?|老公|老婆|爱人|女儿|儿子|姐姐?|哥哥?|妹妹?|弟弟?|舅舅?|姑姑?|阿姨|奶奶|爷爷|外婆|外公)|(?:女儿|儿子|孩子|宝宝|妹妹|弟弟|姐姐|哥哥)叫|[他她]叫)"
    rf"(?P<it>[{COMMON}](?!名|氏)[{GIVEN}]{{1,2}}|[小阿老][{COMMON}{GIVEN}]|(?P<twin>[{COMMON}{GIVEN}朵豆果糖圆多欢乐甜妞球])(?P=twin))(?=[，,。！!；;、（( ”\"\d]|$|个人|[两三四]个字|收|就|吧|您|你|买|下|订|的|用|说|不|没|想|推|也)"
)
"""What is a name here though it is a word elsewhere."""
_QUOTED = re.compile(rf"(?:刻|绣|写|印|签|落款)[上着个成]?字?[“\"‘「『](?P<it>[{GIVEN}{COMMON}]{{2,3}})[”\"’」』]")
_OF_PEOPLES = re.compile(
    r"(?:扎西|次仁|卓玛|尼玛|达娃|旦增|丹增|平措|多吉|央金|拉姆|白玛|格桑|洛桑|边巴|普布|米玛|巴桑|索朗|仁增|贡布|顿珠|旺堆|诺布|德吉|曲珍|拉巴|桑吉|旺姆|强巴|次旦|"
    r"古丽|古力|买买提|阿依|艾力|吐尔逊|阿卜杜|阿不都|热依|努尔|艾合买提|吾尔|库尔班|迪丽|玛依拉|帕提|祖丽|哈力克|肖开提|巴特尔|其其格|乌兰|斯琴|格日勒|苏日娜|那木|图雅|娜仁|阿古拉|敖登|呼和|额尔|朝鲁|塔娜|乌云|萨仁|哈斯)"
    r"(?:[\u4e00-\u9fff](?:[姆珠玛加吉多杰措桑旺登拉巴仁增古丽力提克亚江娜别克西热依汗买尔艾孜米热格日勒图雅娜仁其其格花毕力玛依拉]){0,3})?(?=[，,。！!；;、（( ”\"\d的]|$|收|在|这|来|补)"
)
"""Names of Tibetans, Uyghurs and Mongols: whole or by how they begin."""
_WIFE = re.compile(rf"(?P<it>[{COMMON}]太)(?=太|[上下]午|今|明|晚|[，,。的在她您]|$)")
_OF_PARCEL = re.compile(
    rf"(?:是|给|帮|替|找|由)(?P<it>[{COMMON}][{GIVEN}]{{1,2}})(?=的(?:订单|快递|包裹|单子|地址|电话|手机|账号|名字)|下的|收的|签收)|^(?P<at>[{COMMON}][{GIVEN}]{{1,2}})(?=收$|收[，。]|的(?:订单|快递|包裹|单子))"
)
_LAST = re.compile(rf"(?:——|--|—|[，。！ ])(?P<it>[{COMMON}][{GIVEN}]{{1,2}})[。.]?$")
_SURNAME_SAID = re.compile(rf"(?:我|免贵|本人|客户|顾客)姓(?P<it>{SURNAMES})(?!名)")
_ACCOUNT = re.compile(
    r"(?:会员名|用户名|昵称|网名|账号名|旺旺)[：:是叫 ]{1,2}(?P<it>[\w\u4e00-\u9fff]{2,14}?)(?=[，,。！!；; ]|$)|(?:会员名|用户名|网名)(?P<at>[\w\u4e00-\u9fff]{2,14}?)(?=[，,。！!；; ]|$)"
)
_NAMED_SURELY = re.compile(
    r"(?:我叫|名字(?:就|还|应该)?(?:叫|是|写|改成)?|姓名(?:是|改成|写)?|收件人?(?:就|改成|写|填|是|叫)?|收货人(?:是|叫|写)?|联系人(?:是)?|取件人(?:是|叫)?|开户名|户名|署名|落款(?:是|写)?|全名(?:是|叫)?|真名(?:是|叫)?|[他她名]叫|叫做|转告|转给|我是|这里是|这边是|代朋友|给我爱人)[：: 是“\"]{0,2}$"
)
"""What a name of any characters follows; behind other words one has to begin with a surname."""
_SURE = (_FAMILIAR, _TITLED, _DOUBLE, _SURNAME_SAID, _ACCOUNT, _STRONG, _OF_PEOPLES)
_CALLED_SO = (_WIFE, _NAME_CUES, _CALLED, _SAID_BY, _TOLD_TO)
"""What words around it say to be a name, whatever it is made of."""
_DESCRIBING = "的了是为有差好买不没贵吗呢着过多少很太"
_BRANDS = frozenset(
    "李宁 王老吉 张小泉 王守义 周大福 周生生 周大生 周六福 谢瑞麟 老凤祥 马应龙 方太 陈克明 陈李济 王致和 王麻子 李锦记 毛戈平 谭木匠 张裕 周黑鸭 叶开泰 胡庆余 雷允上 孙思邈 李时珍 乔丹 金龙鱼 金利来 金六福 白象 江小白 康师傅 徐福记 卫龙 严选 林清轩 曹氏 费列罗 施华洛 雷蛇 罗技 万和 万家乐 安德玛 安踏 高洁丝 高露洁 夏普 方正 金士顿 金帝 范思哲 纪梵希 古驰 宋河 董酒 郎酒 胡姬花 鲁花 顾家 全友 林氏 左右 韩后 韩束 石头 苏泊尔 祝福 康佳 史努比 米其林 马克华菲 马克杯 平安夜".split()
)
"""Brands that are called as people are, and words."""
_DOUBLE_SURNAMES = frozenset(one for one in SURNAMES.split("|") if len(one) == 2)
_NEVER_FIRST = "我你您他她它这那哪谁不没说"
_NO_LETTERS = "的了是吗呢吧你您他她它们说要把被给"
_NO_NAMES = frozenset(
    ["我是", "不是", "就是", "还是", "可以", "谢谢", "客服", "什么", "地址", "订单", "电话", "你们", "我们", "公司", "本人", "朋友", "老板", "快递", "包裹", "杯子", "一下", "那个", "这个", "一个", "两个", "时候", "哪里", "怎么", "没有", "东西", "礼物", "人工", "真人", "店长", "经理", "别人", "家人", "自己", "同事", "室友", "老公", "老婆", "爸妈", "妈妈", "爸爸", "孩子", "会员", "新人", "学生", "老师", "顾客", "买家", "卖家", "新客", "老客", "新客户", "老客户", "老顾客", "小区", "门口", "物业", "保安", "前台", "你好", "您好", "时间", "高级", "白色", "黑色", "蓝色", "金色", "红色", "全部", "全套", "有问题", "错一个字", "方便", "平时", "安全", "成功", "时效", "相关", "明天", "明年", "信息", "关于", "应该", "连接", "向来", "海关", "普通", "普洱", "元旦", "国庆", "双十一", "利息", "支付", "计划", "来自", "和", "单号", "单独", "包邮", "温度", "温水", "水杯", "石头", "金属", "毛巾", "毛衣", "毛毯", "车上", "都是", "都要", "有人", "没人", "满减", "满了", "平底锅", "花茶", "龙井", "白茶", "乌龙", "梅雨天", "学生党", "尤加利", "明月光", "支付宝", "景德镇", "冷冰冰", "黄澄澄"]
)  # fmt: skip


def is_titled(name: str) -> bool:
    """Whether it is a surname with a form of address."""
    return bool(_TITLED.fullmatch(name))


def names(text: str) -> Iterator[Span]:
    yield from _everywhere(text)
    yield from _as_cut(text)
    for pattern in (
        _WIFE,
        _STRONG,
        _QUOTED,
        _OF_PEOPLES,
        _SAID_BY,
        _OF_PARCEL,
        _LAST,
        _SURNAME_SAID,
        _ACCOUNT,
        _NAME_CUES,
        _CALLED,
        _LETTERED,
        _TOLD_TO,
        _TITLED,
        _FAMILIAR,
        _ALONE,
        _WHOLE,
        _CORRECTED,
        _DOUBLE,
        *DEEDS,
    ):
        for match in pattern.finditer(text):
            start, end = match.span("it") if "it" in pattern.groupindex else match.span()
            if start < 0:
                start, end = match.span("at")
            said = text[start:end]
            if (
                pattern in (_NAME_CUES, _TOLD_TO)
                and any(letter in _FUNCTION for letter in said)
                and not re.match(SURNAMES, said)
            ):
                continue
            if pattern is _NAME_CUES and not re.match(rf"(?:{SURNAMES}|[小阿老A-Z])", said) and not _NAMED_SURELY.search(text[:start]):  # fmt: skip
                continue
            if (pattern is not _TITLED and pattern is not _ACCOUNT and said[0] in _NEVER_FIRST) or (
                pattern is _CALLED and any(letter in _NO_LETTERS for letter in said)
            ):
                continue
            if said in _NO_NAMES or said in _BRANDS or (pattern is _TITLED and _is_no_person(said)):
                continue
            if pattern in _SURE or not (_is_word(said) or (pattern not in _CALLED_SO and _is_made_of_words(said))):
                yield Span(start, end, "name")


def _everywhere(text: str) -> Iterator[Span]:
    """Three characters of which a cutter of words makes a name, or that are no words to it."""
    candidates = [match.span("it" if match["it"] else "in") for match in _EVERYWHERE.finditer(text)]
    if not candidates:
        return
    edges, words, at = {0}, dict[int, tuple[str, str]](), 0
    for word, tag in cutter().tag(text, False):
        words[at] = (word, tag)
        at += len(word)
        edges.add(at)
    for start, end in candidates:
        inside = [words[place] for place in range(start, end) if place in words]
        if (
            start in edges
            and end in edges
            and text[start:end] not in _NO_NAMES
            and text[start:end] not in _BRANDS
            and all(len(word) == 1 or tag in _NAME_TAGS for word, tag in inside)
        ):
            yield Span(start, end, "name")


def _as_cut(text: str) -> Iterator[Span]:
    """What a cutter of words takes for a name and looks like one."""
    at = 0
    for word, tag in cutter().tag(text, True):
        end = at + len(word)
        if tag.startswith("nr") and _LIKE_A_NAME.fullmatch(word) and word not in _NO_NAMES and word not in _BRANDS:
            yield Span(at, end, "name")
        at = end


def _is_made_of_words(said: str) -> bool:
    """Whether it begins with a word of two letters that no name begins with, or ends as a description does: 包装好, 信号差."""
    first, tag = cutter().tag(said, False)[0]
    return said[-1] in _DESCRIBING or (
        1 < len(first) < len(said) and not tag.startswith("nr") and first not in _DOUBLE_SURNAMES
    )


def _is_no_person(said: str) -> bool:
    """A trade or a place before a form of address: 门童大叔, 向大堂经理."""
    before = re.sub(rf"(?:{_TITLE})$", "", said)
    return (
        len(before) > 1
        and before[:2] not in _DOUBLE_SURNAMES
        and ((len(before) > 2 and not all(letter in GIVEN for letter in before[1:])) or _is_word(before))
    )


def _is_word(said: str) -> bool:
    """Whether a dictionary has it, and not as a name."""
    tagged = cutter().tag(said, False)
    return len(tagged) == 1 and not tagged[0][1].startswith("nr")
