// What the page says, in English and Chinese. The shop's and the customers' words stay as they are.
const WORDS = {
  en: {
    desk: "Desk", hint: "Sign in with the token that “shopclerk operator add” has shown you.", token: "Your token", signIn: "Sign in", signOut: "Sign out",
    tongue: "中文", customers: "Customers", waiting: "Waiting", taken: "With a colleague", earlier: "Earlier", nobody: "Choose a customer, or wait until somebody asks for a person.",
    all: "← All customers", take: "Take", back: "Back to the clerk", close: "Settled", card: "In short", said: "One customer", lines: "The talk",
    unreached: "Your words can't reach this customer: they came by a way that takes nothing but replies.",
    whom: "Who reads it", toCustomer: "The customer reads it", toColleagues: "Note, stays inside", canned: "Ready answers", words: "Your words", send: "Send", keepNote: "Keep note",
    keep: "Worth keeping", keepTitle: "Worth keeping as an answer", keepHint: "It is proposed; “shopclerk faq review” puts it into the FAQ. Take out names, numbers and addresses.",
    question: "Question", answer: "Answer", keepIt: "Propose", cancel: "Cancel", kept: "Proposed for the FAQ.",
    why: "Why", asked: "Asked last", answered: "Answered last", orders: "Orders", products: "Looked at", language: "Language", channel: "Came by", since: "Since", times: "Time at the desk", signed: "Signed in as",
    why_asked: "asked for a person", why_order: "it is about an order", why_unknown: "the clerk had no sure answer", why_other: "was handed over",
    state_waiting: "waits · {ago}", state_taken: "with {by}", state_clerk: "with the clerk again", state_closed: "settled",
    channel_web: "Website", channel_telegram: "Telegram", channel_webhook: "Webhook",
    by_customer: "Customer", by_clerk: "Clerk", note: "{by}, note", deed_taken: "{by} took it", deed_back: "{by} gave it back to the clerk", deed_closed: "{by} settled it", deed_quiet: "Nobody wrote for long: the clerk is back", deed_late: "The customer was told that it takes long",
    deed_undelivered: "It didn't reach the customer: {text}", deed_kept: "{by} thinks the answer worth keeping",
    now: "just now", minutes: "{n} min", hours: "{n} h", days: "{n} d",
    away: "No connection; trying again", here: "", refused: "That token isn't known, or it was revoked.", locked: "Too many wrong tokens from here. Try again in {n} min.", over: "Your session is over. Sign in again.",
    failed: "It wasn't sent: {why}", gone: "This customer has been forgotten.", unsure: "no connection", en: "English", zh: "Chinese",
  },
  zh: {
    desk: "人工台", hint: "请用 “shopclerk operator add” 显示的令牌登录。", token: "您的令牌", signIn: "登录", signOut: "退出",
    tongue: "English", customers: "顾客", waiting: "等待中", taken: "同事接待中", earlier: "之前", nobody: "请选择一位顾客，或等待有人要求人工。",
    all: "← 全部顾客", take: "接手", back: "交回店员", close: "结束", card: "概要", said: "一位顾客", lines: "对话",
    unreached: "您写的内容无法送达这位顾客：对方的渠道只接收回复。",
    whom: "谁能看到", toCustomer: "顾客能看到", toColleagues: "备注，仅内部可见", canned: "预设回复", words: "您的话", send: "发送", keepNote: "保存备注",
    keep: "值得保留", keepTitle: "保留为常见问题的回答", keepHint: "这是提议；“shopclerk faq review” 会把它加入常见问题。请去掉姓名、号码和地址。",
    question: "问题", answer: "回答", keepIt: "提议", cancel: "取消", kept: "已提议加入常见问题。",
    why: "原因", asked: "最后问的", answered: "最后答的", orders: "订单", products: "看过", language: "语言", channel: "来自", since: "开始于", times: "第几次转人工", signed: "登录身份",
    why_asked: "要求人工", why_order: "关于订单", why_unknown: "店员没有把握回答", why_other: "已转交",
    state_waiting: "等待 · {ago}", state_taken: "{by} 接待中", state_clerk: "已交回店员", state_closed: "已结束",
    channel_web: "网站", channel_telegram: "Telegram", channel_webhook: "Webhook",
    by_customer: "顾客", by_clerk: "店员", note: "{by}，备注", deed_taken: "{by} 接手了", deed_back: "{by} 交回店员", deed_closed: "{by} 结束了", deed_quiet: "久无回复：店员已接回", deed_late: "已告知顾客需要久等",
    deed_undelivered: "未能送达顾客：{text}", deed_kept: "{by} 认为这个回答值得保留",
    now: "刚刚", minutes: "{n} 分钟", hours: "{n} 小时", days: "{n} 天",
    away: "连接中断，正在重试", here: "", refused: "令牌无效，或已被撤销。", locked: "错误次数太多，请 {n} 分钟后再试。", over: "登录已过期，请重新登录。",
    failed: "未发送：{why}", gone: "这位顾客的记录已被删除。", unsure: "连接中断", en: "英文", zh: "中文",
  },
};
const KEY = "shopclerk-desk.lang";

export let tongue = remembered() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en");

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing
  }
}

export function speak(other) {
  tongue = other in WORDS ? other : "en";
  document.documentElement.lang = tongue === "zh" ? "zh-CN" : "en";
  try {
    localStorage.setItem(KEY, tongue);
  } catch {
    // it is spoken as long as the page lasts
  }
  for (const part of document.querySelectorAll("[data-t]")) part.textContent = t(part.dataset.t);
  for (const part of document.querySelectorAll("[data-label]")) part.setAttribute("aria-label", t(part.dataset.label));
  for (const part of document.querySelectorAll(".tongue")) Object.assign(part, { textContent: t("tongue"), lang: tongue === "zh" ? "en" : "zh-CN" });
}

// A word, its places filled; one that we don't have is shown as it is named.
export const t = (key, values = {}) => (WORDS[tongue][key] ?? key).replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

export const known = (key, otherwise) => WORDS[tongue][key] ?? otherwise;

export function ago(at) {
  const minutes = Math.max(0, Math.floor(Date.now() / 60000 - at / 60));
  if (minutes < 1) return t("now");
  if (minutes < 60) return t("minutes", { n: minutes });
  return minutes < 1440 ? t("hours", { n: Math.floor(minutes / 60) }) : t("days", { n: Math.floor(minutes / 1440) });
}

export const clock = (at) => new Intl.DateTimeFormat(tongue === "zh" ? "zh-CN" : "en", { hour: "2-digit", minute: "2-digit", ...(Date.now() / 1000 - at > 43200 && { day: "numeric", month: "short" }) }).format(at * 1000);
