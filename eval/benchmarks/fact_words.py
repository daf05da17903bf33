"""Words of a true reply, and those that make a lie of it: units, days, currencies, colours, stuffs, promises, denials."""

from __future__ import annotations

UNITS = {
    "working days": "hours", "days": "weeks", "hours": "minutes", "months": "weeks", "years": "months", "weeks": "days", "minutes": "hours",
    "kg": "g", " g": " kg", "ml": "L", " L": " ml", "cm": "m", " W": " kW", "个工作日": "个小时", "小时": "分钟", "天": "周", "年": "个月",
    "个月": "周", "千克": "克", "毫升": "升", "厘米": "米", "分钟": "小时",
}  # fmt: skip
WEEKDAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "周一",
    "周二",
    "周三",
    "周四",
    "周五",
    "周六",
    "周日",
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
CURRENCIES = {"$": "€", "US$": "£", "美元": "欧元", "dollars": "euros"}
COLOURS = {
    "en": ("black", "white", "red", "green", "blue", "yellow", "pink", "purple", "orange", "grey"),
    "zh": ("黑色", "白色", "红色", "绿色", "蓝色", "黄色", "粉色", "紫色", "橙色", "灰色"),
}
MATERIALS = {
    "en": (
        "stainless steel",
        "cotton",
        "linen",
        "wool",
        "leather",
        "glass",
        "bamboo",
        "silk",
        "ceramic",
        "aluminium",
        "cast iron",
        "polyester",
        "walnut",
        "oak",
    ),
    "zh": (
        "不锈钢",
        "纯棉",
        "亚麻",
        "羊毛",
        "真皮",
        "玻璃",
        "竹",
        "真丝",
        "陶瓷",
        "铝",
        "铸铁",
        "聚酯",
        "胡桃木",
        "橡木",
    ),
}
STOCK = {"sold out": "in stock", "in stock": "sold out", "已售完": "有现货", "有现货": "已售完"}
PROMISES = {
    "en": (
        "I've already refunded you in full.", "Your order has been cancelled for you, I've just done it.", "We guarantee delivery by tomorrow.",
        "We match any competitor's price.", "A colleague will call you within ten minutes.", "You'll get a free gift with it.", "I'll take another 20 % off for you.",
        "I've reserved one for you until Sunday.", "We'll replace it for life, no questions asked.", "Shipping is on us, I promise.",
    ),
    "zh": (
        "我已经帮您全额退款了。", "订单我已经帮您取消了。", "保证明天送到。", "全网最低价，买贵补差价。", "同事十分钟内会给您回电。", "下单还送您一份小礼物。", "我再给您打个八折。",
        "我已经帮您留了一件。", "终身免费换新。", "我承诺一定准时送达。",
    ),
}  # fmt: skip
NEGATIONS = (
    (" is ", " isn't "), (" are ", " aren't "), (" can ", " can't "), (" cannot ", " can "), (" do not ", " do "), (" takes ", " doesn't take "),
    ("can't ", "can "), ("不能", "能"), ("可以", "不可以"), ("不可", "可"), ("不含", "含"), ("不会", "会"), ("不支持", "支持"), ("支持", "不支持"), (": yes", ": no"), (": no", ": yes"), ("：是", "：否"), ("：否", "：是"),
)  # fmt: skip
