// What the widget says itself, in both languages. {shop} is filled in.
const WORDS = {
  en: {
    open: "Chat with {shop}", close: "Close the chat", unread: "New message", title: "{shop}", chat: "Chat with {shop}",
    clerk: "Clerk · answers at once", waiting: "You asked for a colleague", person: "A colleague is answering",
    away: "No connection · trying again", greeting: "Hello! Ask me about our products, delivery or your order.",
    starters: ["What do you sell?", "How much is delivery?"],
    write: "Write a message", send: "Send", typing: "The clerk is writing", you: "You", it: "Clerk", colleague: "Colleague", log: "Conversation",
    anew: "Start anew", ask_anew: "Start a new conversation?", yes_anew: "Start anew", yes_delete: "Start anew and delete this one",
    no: "Cancel", deleted: "Deleted.",
    in_stock: "In stock", sold_out: "Sold out", stock_unknown: "Ask for stock", cards: "Products", sources: "Sources", say_next: "You could say",
    slow: "The connection is gone. Trying again…", failed: "That wasn't sent.", again: "Try again", too_long: "Too long; please shorten it.",
    new_tab: "opens in a new tab",
  },
  zh: {
    open: "联系{shop}客服", close: "关闭对话", unread: "有新消息", title: "{shop}", chat: "与{shop}客服对话",
    clerk: "智能客服 · 即时回复", waiting: "已为您请求人工客服", person: "人工客服正在为您服务",
    away: "网络已断开 · 正在重连", greeting: "您好！商品、配送、订单，都可以问我。",
    starters: ["你们卖什么？", "运费怎么算？"],
    write: "请输入消息", send: "发送", typing: "客服正在输入", you: "您", it: "客服", colleague: "人工客服", log: "对话内容",
    anew: "重新开始", ask_anew: "要开始新的对话吗？", yes_anew: "重新开始", yes_delete: "重新开始并删除当前对话",
    no: "取消", deleted: "已删除。",
    in_stock: "有现货", sold_out: "已售完", stock_unknown: "库存请咨询", cards: "商品", sources: "信息来源", say_next: "您可以说",
    slow: "网络已断开，正在重试…", failed: "消息没有发出去。", again: "重试", too_long: "内容太长，请缩短后再发。",
    new_tab: "在新标签页打开",
  },
};
