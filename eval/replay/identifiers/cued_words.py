"""Words for what has a number, for the number itself, and what may stand between: in English with its neighbours, and in Chinese."""

from __future__ import annotations

from eval.replay.identifiers.digits import EN_END, ZH_END

ORDER = r"(?:pre-?)?orders?|ord|ordr|oder|oredr|orde|ordes|ordre|ordered|reorder|purchase|po|p\.o\.|confirmation|conf|booking|reservation|reference|ref|bestell\w*|auftrags?|commande|pedido|ordine|bestelling|zam[óo]wienie"
NOUN = (
    rf"{ORDER}|tracking|receipt|invoice|consignment|waybill|awb|parcel|shipment|package|delivery note|delivery|label|tickets?|case|claim|rma|ra|returns?|refund|exchange|replacement|transaction|payment|"
    r"collection|pick[ -]?up|quote|estimate|voucher|coupon|gift ?card|store credit|membership|member|loyalty|rewards?|customer|client|user|account|subscription|policy|complaint|contract|repair|warranty|"
    r"registration|enquiry|inquiry|request|incident|cart|basket|locker|docket|job|auth(?:ori[sz]ation)?|click (?:&|and) collect|parcel ?shop|pay|acc|acct|log-?in|stripe|(?:return|returns|refund|merchandise) (?:authori[sz]ation|label|slip)|royal mail|dhl|ups|fedex|usps|evri|hermes|dpd|gls|tnt|"
    r"yodel|parcelforce|kunden|rechnungs|sendungs"
)
MARK = r"(?:numbers?|nummer|numbr|nmbr|nos?\.?|nr\.?|num\.?|nbr\.?|ids?|_id|ref(?:erence)?|codes?|pin|#|№|n[º°])"
FILL = (
    r"(?:(?<=[a-z])['’]s\b|#(?= )|[\s:=(\"“”'‘’–—-]|\.(?=[ :])|\b(?:is|was|were|it|its|it's|it’s|says?|said|reads?|shows?|i|we|think|should|would|might|may|must|be|starts?|starting|with|called|of|which|that|the|a|"
    rf"my|our|your|this|on|for|from|under|about|got|have|had|has|here|yes|sure|order|mail|e-?mail|receipt|label|confirmation|account|being|two|three|four|five|six|digits?|number|so|just|and|in|placed|one|last|first|second|other|no|of mine|{EN_END})\b)*"
)
ZH_NOUN = (
    r"(?:订|运|快递|物流|退货|退款|退换|换货|售后|采购|支付|商户|理赔|工|包裹|出库|发货|预售|寄件|平台|下|交易|拼|购物|配送|淘宝|天猫|京东|拼多多|抖音)单|(?:淘宝|天猫|闲鱼|饿了么|美团|快手|抖音|拼多多|京东|唯品会)(?:的)?|快递|驿站|积分卡|卡密|VIP|单子?|[Oo]rder|预约|预订|预定|确认|参考|登记|合同|流水|交易|凭证|收据|发票|会员卡?|客户|用户|顾客|卡券|礼品卡|储值卡|包裹|投诉|退款|退货|"
    r"换货|售后|采购|支付|理赔|报修|维修|电子券|商户"
)
ZH_MARK = rf"(?:编号|编码|号码|代码|单号|单|号|ID|id|#|{ZH_END})"
ZH_FILL = rf"(?:[是为：:=#（(“\"‘，, 的]|{ZH_END}|写的|显示|叫|就|应该|大概|好像|我的|号码|编号|有两个|分别|开头|后面|有|码|ID|id)*"
