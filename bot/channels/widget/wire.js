// The wire to the shop's clerk: what is remembered in the browser, requests, server-sent events, and how often to try again.
const QUIET_MS = 45000; // the server gives a sign of life every 15 s
const TRIES = 8;

class Refused extends Error {
  constructor(status, detail, afterS) {
    super(detail);
    Object.assign(this, { status, afterS, again: [408, 429, 502, 503, 504].includes(status), gone: [403, 404].includes(status), wrong: [413, 422].includes(status) });
  }
}

const secret = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (one) => one.toString(16).padStart(2, "0")).join("");

// Ends early when the network comes back, or the signal is aborted.
const pause = (ms, signal) =>
  new Promise((go) => {
    setTimeout(go, ms);
    addEventListener("online", go, { once: true });
    signal.addEventListener("abort", go, { once: true });
  });

const backoff = (tries, afterS) => (afterS ? afterS * 1000 : Math.min(30000, 500 * 2 ** tries)) * (1 + Math.random() / 4);

// Survives a browser that keeps nothing: then it lasts as long as the page.
class Memory {
  constructor(key) {
    this.key = key;
    this.own = {};
  }
  get(name) {
    try {
      return JSON.parse(localStorage.getItem(`${this.key}.${name}`));
    } catch {
      return this.own[name] ?? null;
    }
  }
  set(name, value) {
    this.own[name] = value;
    try {
      localStorage.setItem(`${this.key}.${name}`, JSON.stringify(value));
    } catch {
      // full or forbidden
    }
  }
}

class Wire {
  constructor(server, customer) {
    this.server = server;
    this.customer = customer; // () => the shop's JWT of a signed-in customer, or nothing
    this.memory = new Memory(`shopclerk:${server}`);
  }

  get conversation() {
    return this.memory.get("conversation");
  }

  // The id and its token are made here: a first answer that gets lost on the way loses nothing.
  begin() {
    const conversation = { id: secret(16), token: `sct_${secret(32)}` };
    this.memory.set("conversation", conversation);
    this.waiting = [];
    return conversation;
  }

  // What was written and isn't answered yet.
  get waiting() {
    return this.memory.get("waiting") ?? [];
  }
  set waiting(messages) {
    this.memory.set("waiting", messages);
  }

  async request(path, { signal, method = "GET", body, lastEventId, keepalive, conversation = this.conversation } = {}) {
    const headers = { "x-conversation-token": conversation.token };
    const customer = await this.customer();
    if (customer) headers.authorization = `Bearer ${customer}`;
    if (body) headers["content-type"] = "application/json";
    if (lastEventId) headers["last-event-id"] = lastEventId;
    const response = await fetch(this.server + path, { signal, method, keepalive, headers, body: body && JSON.stringify(body), credentials: "omit", cache: "no-store" });
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    throw new Refused(response.status, problem.detail ?? "", Number(response.headers.get("retry-after")) || 0);
  }

  // A browser tells nobody why it kept a request back; whoever builds the page is told where it is because of its origin.
  explain() {
    const ask = (mode) => fetch(this.server + "/healthz", { mode });
    ask("no-cors").then(() => ask().catch(() => console.error(`shopclerk: ${this.server} needs SHOPCLERK_ORIGINS=${location.origin}`)), () => 0);
  }

  // `opened` is told once the server has let us in.
  async *stream(path, { opened, ...options }) {
    const quiet = new AbortController();
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(new Error("quiet")), QUIET_MS);
    };
    alive();
    try {
      const response = await this.request(path, { ...options, signal: AbortSignal.any([options.signal, quiet.signal]) });
      opened?.();
      yield* eventsOf(response, alive);
    } finally {
      clearTimeout(timer);
      quiet.abort(); // where nobody listens any more, the connection ends
    }
  }

  // The reply to a message. A stream that is cut is asked for again by the message's own id, which the server answers once.
  async say(message, conversation, { piece, cut, signal }) {
    const body = { text: message.text, message_id: message.id, conversation_id: conversation.id, consent: this.consent, timezone: Intl.DateTimeFormat().resolvedOptions().timeZone };
    for (let tries = 0; ; tries++) {
      try {
        for await (const { event, data } of this.stream("/v1/chat/stream", { method: "POST", body, conversation, signal })) {
          if (event === "piece") piece(data.text);
          if (event === "reply") return data;
          if (event === "error") throw new Refused(data.status, data.detail, 0);
        }
        throw new Error("cut");
      } catch (error) {
        if (error.status === 422 && body.timezone) {
          delete body.timezone; // maybe this browser's name for it is unknown there; a message is worth more than its zone
          continue;
        }
        if (signal.aborted || (error instanceof Refused && !error.again) || tries >= TRIES) throw error;
        cut(error);
        tries || this.explain();
        await pause(backoff(tries, error.afterS), signal);
      }
    }
  }

  async history(signal) {
    return (await this.request(`/v1/conversations/${this.conversation.id}`, { signal })).json();
  }

  // What was done on the page; it may be left at once.
  tell(what) {
    const conversation = this.conversation ?? this.begin();
    return this.request("/v1/events", { method: "POST", keepalive: true, body: { conversation_id: conversation.id, ...what } }).catch(() => {});
  }

  forget(conversation) {
    return this.request(`/v1/conversations/${conversation.id}`, { method: "DELETE", conversation, signal: AbortSignal.timeout(10000) });
  }

  // What happens in the conversation after the event `seen()`, for as long as the signal lets it.
  async follow(seen, { happened, connected, signal }) {
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        const opened = () => connected(true);
        for await (const { event, id, data } of this.stream(`/v1/conversations/${this.conversation.id}/events`, { lastEventId: seen(), signal, opened })) {
          tries = 0;
          if (event === "turn") happened(id, data);
        }
        tries = 0;
      } catch (error) {
        if (signal.aborted || (error instanceof Refused && !error.again)) return;
        if (!(error instanceof Refused)) connected(false);
        await pause(backoff(tries, error.afterS), signal);
      }
    }
  }
}
