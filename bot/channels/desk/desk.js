// The desk: who waits, one customer's talk, and what a colleague does.
import { cardOf, lineOf, make, nameOf, personOf, stateOf } from "./drawing.js";
import { Refused, ask, deed, follow, newKey } from "./wire.js";
import { speak, t, tongue } from "./words.js";

const by = (id) => document.getElementById(id);
const article = document.querySelector("#talk article");
let me = null; // the session
let cases = [];
let talk = null;
let chosen = "";
let following = new AbortController();
let sending = null; // {text, key}: sent again as it was
const drafts = new Map(); // what was begun to be written, by conversation

// Signing in and out.

async function begin() {
  try {
    me = await (await ask("session")).json();
  } catch (error) {
    if (!(error instanceof Refused)) return setTimeout(begin, 2000);
    return leave("");
  }
  by("door").hidden = true;
  by("desk").hidden = false;
  draw();
  listen();
}

function leave(why) {
  following.abort();
  [me, cases, talk, chosen] = [null, [], null, ""];
  drafts.clear();
  by("words").value = "";
  by("lines").replaceChildren();
  by("desk").hidden = true;
  by("door").hidden = false;
  by("keep").close();
  document.title = t("desk");
  wrong("signing-in", why);
  by("token").focus();
}

by("signing-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await ask("session", { method: "POST", body: { token: by("token").value.trim() } });
    by("token").value = "";
    wrong("signing-in", "");
    await begin();
  } catch (error) {
    const told = { 401: "refused", 422: "refused", 429: "locked" }[error.status] ?? "unsure";
    wrong("signing-in", t(told, { n: Math.ceil((error.afterS ?? 60) / 60) }));
    by("token").select();
  }
});

by("out").addEventListener("click", async () => {
  await ask("session", { method: "DELETE" }).catch(() => {});
  leave("");
});

// What comes.

function listen() {
  following.abort();
  following = new AbortController();
  const over = () => leave(t("over"));
  follow(chosen, { heard, over, connected: (is) => told("line", is ? "" : t("away")), signal: following.signal });
}

function heard(event, data) {
  if (event === "cases") cases = data;
  if (event === "talk") talk = data;
  draw();
}

// What is seen.

function draw() {
  by("shop").textContent = me ? (me.names[tongue] ?? me.shop) : "";
  by("me").textContent = me?.name ?? "";
  drawPeople("waiting", cases.filter((one) => one.state === "waiting"));
  drawPeople("taken", cases.filter((one) => one.state === "taken"));
  drawPeople("earlier", cases.filter((one) => !["waiting", "taken"].includes(one.state)));
  const waiting = cases.filter((one) => one.state === "waiting").length;
  by("earlier-title").hidden = !by("earlier").children.length;
  document.title = `${waiting ? `(${waiting}) ` : ""}${t("desk")}${me ? ` · ${by("shop").textContent}` : ""}`;
  drawTalk();
}

function drawPeople(where, people) {
  const list = by(where);
  const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
  list.replaceChildren(...people.map((one) => personOf(one, chosen, choose)));
  by(`${where}-count`).textContent = people.length || "";
  if (focused) [...list.querySelectorAll("button")].find((one) => one.dataset.id === focused)?.focus();
}

function drawTalk() {
  const isThere = Boolean(chosen && talk && !talk.gone);
  document.body.classList.toggle("reading", Boolean(chosen));
  by("nobody").hidden = isThere;
  by("nobody").textContent = t(chosen && talk?.gone ? "gone" : "nobody");
  article.hidden = !isThere;
  if (!isThere) return;
  const { case: one } = talk;
  by("who").textContent = nameOf(one);
  by("state").textContent = stateOf(one);
  by("take").hidden = !one.reached || (one.state === "taken" && one.by === me.name);
  by("back").hidden = one.state !== "taken" && one.state !== "waiting";
  by("close").hidden = one.state === "closed";
  by("unreached").hidden = one.reached;
  document.querySelector("#writing [value=say]").disabled = !one.reached;
  if (!one.reached) document.querySelector("#writing [value=note]").checked = true;
  document.querySelector("#card dl").replaceChildren(...cardOf(talk));
  drawCanned(one.locale);
  drawWriting();
  drawLines(talk.lines);
}

// Lines that stand there stay: who reads with their ears hears each once.
function drawLines(lines) {
  const log = by("lines");
  const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const there = new Map([...log.children].map((part) => [part.dataset.id, part]));
  const wanted = lines.map((line) => {
    const part = there.get(line.id) ?? lineOf(line, keep);
    part.dataset.id = line.id;
    return part;
  });
  for (const part of [...log.children]) if (!wanted.includes(part)) part.remove();
  wanted.forEach((part, place) => log.children[place] !== part && log.insertBefore(part, log.children[place] ?? null));
  if (isAtEnd || there.size === 0) log.scrollTop = log.scrollHeight;
}

function drawCanned(locale) {
  const names = Object.keys(me.canned).sort();
  document.querySelector(".canned").hidden = names.length === 0;
  const options = [["", t("canned")], ...names.map((name) => [name, name])];
  if (by("canned").dataset.of === `${tongue}${locale}${names}`) return;
  by("canned").dataset.of = `${tongue}${locale}${names}`;
  by("canned").replaceChildren(...options.map(([value, name]) => make("option", { value }, name)));
}

function drawWriting() {
  const isNote = whom() === "note";
  by("writing").classList.toggle("note", isNote);
  document.querySelector("#writing button").textContent = t(isNote ? "keepNote" : "send");
}

// What is done.

function choose(id) {
  if (id === chosen) return by("who").focus();
  drafts.set(chosen, by("words").value);
  [chosen, talk, sending] = [id, null, null];
  by("lines").replaceChildren();
  by("words").value = drafts.get(id) ?? "";
  document.querySelector("#writing [value=say]").checked = true;
  wrong("writing", "");
  draw();
  listen();
}

by("away").addEventListener("click", () => {
  const left = chosen;
  choose("");
  [...document.querySelectorAll("#people button")].find((one) => one.dataset.id === left)?.focus();
});

for (const what of ["take", "back", "close"]) {
  by(what).addEventListener("click", async () => {
    by(what).disabled = true;
    await tried("writing", () => deed(chosen, what));
    by(what).disabled = false;
    by("words").focus();
  });
}

const whom = () => document.querySelector("#writing [name=whom]:checked").value;

for (const one of document.querySelectorAll("#writing [name=whom]")) one.addEventListener("change", drawWriting);

by("canned").addEventListener("change", () => {
  const texts = me.canned[by("canned").value];
  if (texts) by("words").value = texts[talk.case.locale] ?? Object.values(texts)[0];
  by("canned").value = "";
  by("words").focus();
});

by("writing").addEventListener("submit", async (event) => {
  event.preventDefault();
  const [text, to, conversation] = [by("words").value.trim(), whom(), chosen];
  if (!text || by("writing").ariaBusy === "true") return;
  sending = sending?.text === text && sending.to === to ? sending : { text, to, key: newKey() };
  by("writing").ariaBusy = "true";
  const isDone = await tried("writing", () => deed(conversation, `words/${to}`, { text }, sending.key));
  by("writing").ariaBusy = "false";
  if (isDone && conversation === chosen) {
    sending = null;
    by("words").value = "";
    document.querySelector("#writing [value=say]").checked = talk?.case.reached ?? true;
    drawWriting();
  }
  by("words").focus();
});

by("words").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  by("writing").requestSubmit();
});

function keep(line) {
  const place = talk.lines.findIndex((one) => one.id === line.id);
  const question = talk.lines.slice(0, place).findLast((one) => one.kind === "customer" && one.deed !== "asked_person");
  by("keep").dataset.said = line.key;
  by("keep-question").value = question?.text ?? "";
  by("keep-answer").value = line.text;
  wrong("keep", "");
  by("keep").showModal();
}

by("keep").querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const more = { said: by("keep").dataset.said, question: by("keep-question").value, answer: by("keep-answer").value };
  if (await tried("keep", () => deed(chosen, "keep", more))) {
    by("keep").close();
    told("line", t("kept"));
  }
});

by("keep-not").addEventListener("click", () => by("keep").close());

for (const one of document.querySelectorAll(".tongue")) {
  one.addEventListener("click", () => {
    speak(tongue === "zh" ? "en" : "zh");
    by("lines").replaceChildren();
    draw();
  });
}

async function tried(where, work) {
  wrong(where, "");
  try {
    await work();
    return true;
  } catch (error) {
    if (error.status === 401) leave(t("over"));
    else wrong(where, t("failed", { why: error instanceof Refused ? error.message : t("unsure") }));
    return false;
  }
}

function wrong(where, text) {
  by(where).querySelector(".wrong").textContent = text;
}

function told(where, text) {
  if (by(where).textContent !== text) by(where).textContent = text;
}

speak(tongue);
by("card").open = innerWidth > 720;
setInterval(() => me && draw(), 30000); // how long somebody waits
begin();
