// Parts of the page out of data. Whatever customers, colleagues and the shop have written becomes text and nothing else.
import { ago, clock, known, t } from "./words.js";

export function make(tag, attributes = {}, ...inside) {
  const part = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined && value !== false) part.setAttribute(name, value === true ? "" : value);
  for (const one of inside) if (one !== undefined && one !== "") part.append(one instanceof Node ? one : document.createTextNode(one));
  return part;
}

// `Website 3f9a…`: who somebody is, as far as anybody knows.
export function nameOf(one) {
  const bare = one.conversation_id.replace(/^[a-z]+:/, "");
  const short = bare.length > 14 ? `${bare.slice(0, 6)}…${bare.slice(-4)}` : bare;
  return `${channelOf(one)} ${short}`;
}

export const channelOf = (one) => known(`channel_${one.channel}`, one.channel);
export const whyOf = (one) => t({ asked: "why_asked", order: "why_order", unknown: "why_unknown", stopped: "why_unknown", found_nothing: "why_unknown" }[one.why] ?? "why_other");
export const languageOf = (one) => known(one.locale, one.locale);
export const stateOf = (one) => t(`state_${one.state}`, { ago: ago(one.opened_at), by: one.by });

export function personOf(one, chosen, choose) {
  const button = make(
    "button", { type: "button", "aria-current": one.conversation_id === chosen ? "true" : undefined },
    make("strong", {}, nameOf(one)), make("span", { class: "state" }, stateOf(one)),
    make("span", { class: "asked", lang: one.locale }, one.asked), make("span", { class: "why" }, `${whyOf(one)} · ${languageOf(one)}`),
  );
  button.dataset.id = one.conversation_id;
  button.addEventListener("click", () => choose(one.conversation_id));
  return make("li", { class: one.state }, button);
}

export function cardOf(talk) {
  const { case: one } = talk;
  const rows = [
    ["why", whyOf(one)], ["channel", channelOf(one)], ["language", languageOf(one)], ["since", clock(one.opened_at)],
    ["times", one.number > 1 && String(one.number)], ["signed", talk.customer_id], ["asked", talk.asked], ["answered", talk.answered],
    ["orders", talk.orders.join(", ")], ["products", talk.products.join(", ")],
  ];
  return rows.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", {}, t(name)), make("dd", {}, value)]);
}

export function lineOf(line, keep) {
  const time = make("time", { datetime: new Date(line.at * 1000).toISOString() }, clock(line.at));
  if (line.kind === "deed") {
    return make("div", { class: `line deed ${line.deed}` }, make("p", {}, t(`deed_${line.deed}`, { by: line.by, text: line.text })), time);
  }
  const by = { customer: t("by_customer"), clerk: t("by_clerk"), note: t("note", { by: line.by }), person: line.by }[line.kind];
  const part = make("div", { class: `line ${line.kind}` }, make("p", { class: "by" }, by, " ", time), make("p", { class: "text" }, line.text));
  if (line.cards?.length) part.append(make("p", { class: "cards" }, line.cards.join(" · ")));
  if (line.kind === "person") {
    const button = make("button", { type: "button", class: "quiet keep" }, t("keep"));
    button.addEventListener("click", () => keep(line));
    part.append(button);
  }
  return part;
}
