// The wire to the desk: requests with our own header, deeds under a key of their own, and events that come back by themselves.
import { eventsOf } from "./event_stream.js";

const HEADERS = { "x-shopclerk-desk": "1" };
const QUIET_MS = 45000; // the server gives a sign of life every 15 s
const TRIES = 4;

export class Refused extends Error {
  constructor(status, detail, afterS) {
    super(detail || `HTTP ${status}`);
    Object.assign(this, { status, afterS });
  }
}

export const newKey = () => crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

const pause = (ms) => new Promise((go) => setTimeout(go, ms));

export async function ask(path, { method = "GET", body, signal } = {}) {
  const headers = body ? { ...HEADERS, "content-type": "application/json" } : HEADERS;
  const response = await fetch(`desk/${path}`, { method, headers, signal, body: body && JSON.stringify(body), cache: "no-store" });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refused(response.status, problem.detail, Number(response.headers.get("retry-after")) || 0);
}

// Sent again under the same key where the answer is lost: it is done once.
export async function deed(conversation, what, more = {}, key = newKey()) {
  const body = { key, ...more };
  for (let tries = 1; ; tries++) {
    try {
      return await ask(`cases/${encodeURIComponent(conversation)}/${what}`, { method: "POST", body });
    } catch (error) {
      const isLater = !(error instanceof Refused) || error.status === 503 || error.status === 429;
      if (!isLater || tries >= TRIES) throw error;
      await pause(error.afterS ? Math.min(error.afterS, 10) * 1000 : 300 * 2 ** tries);
    }
  }
}

// Until the signal is aborted or nobody is signed in any more.
export async function follow(conversation, { heard, connected, over, signal }) {
  for (let tries = 0; !signal.aborted; tries++) {
    const quiet = new AbortController();
    let timer;
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(() => quiet.abort(), QUIET_MS);
    };
    try {
      alive();
      const response = await ask(`events?of=${encodeURIComponent(conversation)}`, { signal: AbortSignal.any([signal, quiet.signal]) });
      connected(true);
      for await (const { event, data } of eventsOf(response, alive)) {
        tries = 0;
        if (event === "over") return over();
        if (!signal.aborted) heard(event, data);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && error.status === 401) return over();
      connected(false);
      await pause(Math.min(15000, 400 * 2 ** tries) * (1 + Math.random() / 4));
    } finally {
      clearTimeout(timer);
      quiet.abort();
    }
  }
}
