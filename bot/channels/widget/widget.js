// The element <shopclerk-widget>: a button, and the panel with the conversation that it opens.
const SHEET = new CSSStyleSheet();
SHEET.replaceSync(CSS);
const SCRIPT = document.currentScript;
const HOME = SCRIPT ? new URL(".", SCRIPT.src).href.replace(/\/$/, "") : location.origin;
const PHONE = matchMedia("(max-width: 520px)");

class Clerk extends HTMLElement {
  connectedCallback() {
    if (this.wire) return;
    const language = this.getAttribute("lang") || document.documentElement.lang || navigator.language;
    this.language = language.toLowerCase().startsWith("zh") ? "zh" : "en";
    this.lang = this.language === "zh" ? "zh-CN" : language.startsWith("en") ? language : "en";
    this.wire = new Wire(this.getAttribute("server")?.replace(/\/$/, "") || HOME, () => this.token());
    if (this.getAttribute("consent") === "no") this.wire.consent = false;
    this.drawn = new Map();
    this.build();
    this.listen();
    this.begin();
    if (this.hasAttribute("open") || (this.wire.memory.get("open") && !PHONE.matches)) this.show(false);
    else if (this.wire.memory.get("handed")) this.load();
  }

  // Set by the shop's page: the token of a signed-in customer, or a function that gives one.
  set customer(given) {
    this.given = given;
  }

  // A token alone, or a function's answer.
  token() {
    const given = this.given ?? this.getAttribute("customer");
    return typeof given === "function" ? given() : given;
  }

  // For the shop's page: shown, clicked, viewed, refused, carted, ...
  track(kind, product) {
    if (this.wire.consent !== false) return this.wire.tell({ events: [{ id: secret(8), kind, product_id: product, at: new Date() }] });
  }

  // false: nothing more is kept of what the visitor does, and what was is deleted.
  set consent(given) {
    this.wire.consent = given;
    if (this.wire.conversation) this.wire.tell({ consent: given });
  }

  say(key) {
    return WORDS[this.language][key].replace("{shop}", () => this.getAttribute("shop") || SHOP[this.language]);
  }

  build() {
    const say = (key) => this.say(key);
    const button = (name, label, click) => el("button", { class: name, "aria-label": label, title: label, click }, icon(name));
    this.button = el("button", { class: "launcher", "aria-expanded": "false", "aria-controls": "panel", click: () => (this.panel.hidden ? this.show() : this.hide()) }, icon("chat"), icon("close"));
    this.status = el("p", { class: "status", role: "status" }, say("clerk"));
    this.log = el("div", { class: "log", role: "log", "aria-live": "off", "aria-label": say("log"), tabindex: "0" });
    this.next = el("div", { class: "next", role: "group", "aria-label": say("say_next") });
    this.told = el("p", { class: "hidden", role: "status", "aria-live": "polite" });
    this.input = el("textarea", {
      id: "text", rows: "1", maxlength: 4000, placeholder: say("write"), enterkeyhint: "send", autocomplete: "off",
      input: () => this.grow(), keydown: (event) => this.typed(event),
    });
    this.form = el("form", { submit: (event) => (event.preventDefault(), this.submit()) },
      el("label", { for: "text", class: "hidden" }, say("write")), this.input,
      el("button", { class: "send", type: "submit", "aria-label": say("send"), title: say("send") }, icon("send")));
    this.panel = el("section", { id: "panel", role: "dialog", tabindex: "-1", "aria-label": say("chat"), hidden: true, keydown: (event) => this.pressed(event) },
      el("header", {}, el("span", { class: "face", "aria-hidden": "true" }, say("title").slice(0, 1)),
        el("div", { class: "who" }, el("h2", {}, say("title")), this.status),
        button("anew", say("anew"), () => this.askAnew()), button("close", say("close"), () => this.hide())),
      this.log, this.next, this.form, this.told);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [SHEET];
    root.append(this.button, this.panel);
    this.label();
  }

  listen() {
    document.addEventListener("visibilitychange", () => this.refresh());
    for (const name of ["online", "offline"]) addEventListener(name, () => this.refresh());
    addEventListener("storage", ({ key }) => {
      if (key === `${this.wire.memory.key}.conversation` && this.wire.conversation?.id !== this.conversation?.id) {
        this.begin();
        if (!this.panel.hidden) this.load();
      }
    });
  }

  // An empty view of the conversation that the browser knows, or of none.
  begin() {
    this.life?.abort(new Error("another conversation"));
    this.following?.abort();
    Object.assign(this, { life: new AbortController(), following: null, conversation: this.wire.conversation, seen: "", known: false, loaded: false, person: false, handed: false, queue: [], working: false });
    this.drawn.clear();
    this.log.replaceChildren();
    this.draw("it", told(this.getAttribute("greeting") || this.say("greeting")));
    const starters = this.getAttribute("suggestions");
    this.suggest(starters ? starters.split("|") : WORDS[this.language].starters);
    this.mark();
  }

  // The kept conversation, and what was written and not yet answered.
  async load() {
    if (this.loaded) return;
    this.loaded = true;
    if (!this.conversation) return;
    const { signal } = this.life;
    try {
      const kept = await this.wire.history(signal);
      if (signal.aborted) return;
      for (const turn of kept.turns) this.happened(turn, true);
      this.seen = kept.last_event_id;
      this.known = true;
    } catch (error) {
      if (signal.aborted) return;
      if (!error.gone) this.known = true; // what happens is then told from its beginning
      else if (!this.wire.waiting.length) this.wire.memory.set("conversation", (this.conversation = null));
    }
    for (const message of this.wire.waiting) this.take(message);
    this.bottom();
    this.refresh();
  }

  // ---- what is written

  typed(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.submit();
    }
  }

  submit() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    this.grow();
    this.write(text);
  }

  ask(text) {
    this.show();
    this.write(text);
  }

  async write(text) {
    await this.load();
    this.conversation ??= this.wire.conversation ?? this.wire.begin();
    const message = { id: secret(16), text };
    this.wire.waiting = [...this.wire.waiting, message];
    this.take(message);
  }

  take(message) {
    if (this.entry(message).done || this.queue.some((one) => one.id === message.id)) return;
    this.queue.push(message);
    this.suggest([]);
    this.bottom();
    this.work();
  }

  // One message after the other, as they were written.
  async work() {
    if (this.working) return;
    this.working = true;
    const { life, queue } = this;
    while (queue.length && !life.signal.aborted) {
      await this.answer(queue[0], life.signal);
      queue.shift();
    }
    if (!life.signal.aborted) this.working = false;
  }

  async answer(message, signal) {
    const entry = this.entry(message);
    if (entry.done) return;
    entry.note?.remove();
    entry.it ??= this.draw("it", [], entry.you);
    entry.it.ariaBusy = "true";
    const bubble = entry.it.querySelector(".bubble");
    const dots = () => bubble.replaceChildren(el("span", { class: "dots", role: "img", "aria-label": this.say("typing") }, el("i"), el("i"), el("i")));
    let text = "";
    dots();
    this.bottom();
    try {
      const reply = await this.wire.say(message, this.conversation, {
        signal,
        piece: (piece) => {
          if (entry.done) return;
          this.cut(false);
          bubble.replaceChildren(...told((text += piece)));
          this.bottom(entry.it);
        },
        cut: (error) => {
          if (entry.done) return;
          text = "";
          dots();
          this.cut(error.status === 429 ? error.message : this.say("slow"));
        },
      });
      this.cut(false);
      this.known = true;
      this.answered(entry, message, reply);
    } catch (error) {
      if (signal.aborted) return;
      this.cut(false);
      entry.it.remove();
      entry.it = null;
      if (!entry.done) this.failed(entry, message, error);
    }
    this.refresh();
  }

  failed(entry, message, error) {
    if (error.gone && !entry.moved) {
      // The conversation was forgotten, or is another's by now: the message begins a new one.
      entry.moved = true;
      this.following?.abort();
      this.conversation = this.wire.begin();
      this.wire.waiting = [message];
      this.queue.splice(1, 0, message);
      return;
    }
    if (error.wrong) this.settle(message.id);
    const again = el("button", { class: "again", click: () => this.take(message) }, this.say("again"));
    entry.note = el("p", { class: "note bad", role: "alert" }, this.say(error.wrong ? "too_long" : "failed"), " ", error.wrong ? null : again);
    entry.you.after(entry.note);
    this.bottom();
  }

  settle(id) {
    this.wire.waiting = this.wire.waiting.filter((one) => one.id !== id);
  }

  // ---- what is answered

  entry({ id, text }) {
    if (!this.drawn.has(id)) this.drawn.set(id, { you: this.draw("you", [el("p", {}, text)]) });
    return this.drawn.get(id);
  }

  answered(entry, message, reply, old = false) {
    if (entry.done) return;
    entry.done = true;
    entry.note?.remove();
    this.settle(message.id);
    const parts = told(reply.text);
    entry.it ??= this.draw("it", [], entry.you);
    if (!parts.length) entry.it.remove(); // a person has the conversation, and the clerk is silent
    entry.it.ariaBusy = "false";
    entry.it.lang = reply.locale === "zh" ? "zh-CN" : reply.locale;
    entry.it.querySelector(".bubble").replaceChildren(...parts);
    const words = WORDS[reply.locale] ?? WORDS[this.language];
    if (reply.cards.length) {
      const opened = (card) => (event) => (this.track("clicked", card.product_id), this.dispatchEvent(new CustomEvent("shopclerk:product", { detail: card, bubbles: true, cancelable: true })) || event.preventDefault());
      const cards = reply.cards.map((card) => drawnCard(card, reply.locale, words, this.wire.server + "/", opened(card)));
      entry.it.append(el("ul", { class: "cards", "aria-label": words.cards }, ...cards));
    }
    const sources = reply.cites.filter((cite) => cite.source !== "product" && cite.title);
    if (sources.length) entry.it.append(el("p", { class: "sources" }, el("span", {}, `${words.sources}: `), sources.map((cite) => cite.title).join(" · ")));
    if (parts.length || reply.handed_off) this.waits(reply.handed_off);
    if (this.queue.length < 2) this.suggest(reply.suggestions);
    this.announce(old, reply.text);
    this.bottom(entry.it);
  }

  // A turn of the conversation, which may be another tab's. One without a question is a colleague's, or the clerk's own.
  happened(turn, old = false) {
    const { message_id: id, text, reply } = turn;
    if (text) return this.answered(this.entry({ id, text }), { id }, reply, old);
    if (this.drawn.has(id)) return;
    this.drawn.set(id, { done: true });
    const own = !reply.handed_off; // a message that the customer asked for, or that the clerk is back
    const name = this.say(own ? "it" : "colleague");
    this.draw(own ? "it" : "it person", told(reply.text), null, name);
    this.waits(reply.handed_off, reply.handed_off);
    this.suggest([]);
    this.announce(old, `${name}: ${reply.text}`);
    this.bottom(this.log.lastChild);
  }

  waits(handed, person = false) {
    this.wire.memory.set("handed", handed);
    Object.assign(this, { handed, person: handed && (person || this.person) });
    this.mark();
  }

  // ---- what is seen

  draw(kind, parts, after, name) {
    const made = el("div", { class: `said ${kind}` }, el("span", { class: name ? "name" : "hidden" }, name ?? this.say(kind)), el("div", { class: "bubble", dir: "auto" }, ...parts));
    this.put(made, after);
    return made;
  }

  note(key, after) {
    this.put(el("p", { class: "note" }, this.say(key)), after);
  }

  put(made, after) {
    if (after) after.after(made);
    else this.log.append(made);
  }

  cut(told) {
    this.trouble = told;
    this.mark();
  }

  mark() {
    const key = !navigator.onLine || this.away ? "away" : this.person ? "person" : this.handed ? "waiting" : "clerk";
    const told = this.trouble || this.say(key);
    if (this.status.textContent !== told) this.status.textContent = told;
    this.status.className = `status ${this.trouble ? "away" : key}`;
  }

  suggest(texts) {
    this.next.replaceChildren(...texts.map((text) => el("button", { click: () => (this.write(text), this.input.focus()) }, text)));
  }

  announce(old, text) {
    if (old) return;
    this.told.textContent = text;
    if (this.panel.hidden) this.label(true);
  }

  label(unread = false) {
    const open = !this.panel.hidden;
    this.button.classList.toggle("unread", unread);
    this.button.setAttribute("aria-expanded", open);
    this.button.setAttribute("aria-label", this.say(open ? "close" : "open") + (unread ? ` · ${this.say("unread")}` : ""));
  }

  // To the end; but the beginning of what was just said stays in sight.
  bottom(said) {
    const top = said ? said.offsetTop - 12 : Infinity;
    this.log.scrollTop = Math.min(this.log.scrollHeight - this.log.clientHeight, top);
  }

  grow() {
    this.input.rows = 1;
    while (this.input.rows < 5 && this.input.scrollHeight > this.input.clientHeight) this.input.rows++;
  }

  // ---- open, closed, anew

  show(focus = true) {
    this.panel.hidden = false;
    this.wire.memory.set("open", true);
    this.panel.setAttribute("aria-modal", PHONE.matches);
    this.label();
    this.load();
    this.refresh();
    this.bottom();
    if (focus) (PHONE.matches ? this.panel : this.input).focus();
  }

  hide() {
    this.panel.hidden = true;
    this.wire.memory.set("open", false);
    this.label();
    this.refresh();
    this.button.focus();
  }

  pressed(event) {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      if (this.asking) this.askAnew(false);
      else this.hide();
    }
    if (event.key === "Tab" && PHONE.matches) this.trap(event);
  }

  trap(event) {
    const all = [...this.panel.querySelectorAll("button, a[href], textarea, [tabindex='0']")].filter((one) => one.checkVisibility());
    const at = this.shadowRoot.activeElement;
    const [from, to] = event.shiftKey ? [all[0], all.at(-1)] : [all.at(-1), all[0]];
    if (at === from || (event.shiftKey && at === this.panel)) {
      event.preventDefault();
      to.focus();
    }
  }

  askAnew(ask = !this.asking) {
    this.asking?.remove();
    this.asking = null;
    if (!ask) return this.input.focus();
    const button = (key, click, kind = "") => el("button", { class: kind, click }, this.say(key));
    this.asking = el("div", { class: "asking", role: "alertdialog", "aria-labelledby": "ask" }, el("p", { id: "ask" }, this.say("ask_anew")),
      button("yes_anew", () => this.anew(), "main"), button("yes_delete", () => this.anew(true)), button("no", () => this.askAnew(false)));
    this.form.before(this.asking);
    this.asking.querySelector("button").focus();
  }

  async anew(forgetting = false) {
    if (this.asking) this.askAnew(false);
    const old = this.conversation;
    this.wire.waiting = [];
    this.wire.memory.set("conversation", null);
    this.waits(false);
    this.begin();
    this.loaded = true;
    if (forgetting && old) await this.wire.forget(old).then(() => this.note("deleted"), (error) => error.status === 404 || this.note("failed"));
  }

  // Listens to what happens while somebody looks, or waits for a colleague.
  refresh() {
    const wanted = this.known && this.conversation && !document.hidden && (!this.panel.hidden || this.handed);
    if (!wanted) {
      this.following?.abort();
      this.following = null;
    } else if (!this.following || this.following.signal.aborted) {
      const following = (this.following = new AbortController());
      this.wire.follow(() => this.seen, {
        signal: following.signal,
        happened: (id, turn) => {
          this.seen = id;
          this.happened(turn);
        },
        connected: (is) => {
          this.away = !is;
          this.mark();
        },
      });
    }
    this.mark();
  }
}

if (!customElements.get("shopclerk-widget")) customElements.define("shopclerk-widget", Clerk);

function place() {
  if (document.querySelector("shopclerk-widget")) return;
  const widget = document.createElement("shopclerk-widget");
  for (const [name, value] of Object.entries(SCRIPT?.dataset ?? {})) widget.setAttribute(name, value);
  document.body.append(widget);
}
if (document.body) place();
else document.addEventListener("DOMContentLoaded", place);
