// From what was said to what is seen. Words of customers, catalogue and colleagues become text nodes and nothing else.
const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  chat: "M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 10.5h0M12 10.5h0M16 10.5h0",
  close: "M6 6l12 12M18 6L6 18",
  anew: "M4.5 12a7.5 7.5 0 1 0 2.3-5.4M4.5 4v4h4",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  bag: "M6 8h12l1 12H5zM9 8V7a3 3 0 0 1 6 0v1",
};

// An element with attributes and children; strings become text. A function as an attribute listens to that event.
function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  if (tag === "button") made.type = tag;
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null && child !== ""));
  return made;
}

function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// Only web addresses; everything else (javascript:, data:, ...) is none.
function safe(address, base) {
  const url = address && URL.parse(address, base);
  return url && /^https?:$/.test(url.protocol) ? url.href : "";
}

const TABLE = /^\s*\|.*\|\s*$/;
const ITEM = /^\s*(\d+[.)]|[-*•])\s+(.*)$/;
const cells = (line) => line.trim().slice(1, -1).split("|").map((cell) => cell.trim());

function table(lines) {
  const [head, ...rows] = lines.map(cells).filter((row) => !row.every((cell) => /^:?-+:?$/.test(cell)));
  const first = el("tr", {}, ...head.map((cell) => el(cell ? "th" : "td", {}, cell)));
  const rest = rows.map(([name, ...values]) => el("tr", {}, el("th", {}, name), ...values.map((cell) => el("td", {}, cell))));
  return el("div", { class: "table", tabindex: "0", role: "group" }, el("table", {}, el("thead", {}, first), el("tbody", {}, ...rest)));
}

// Paragraphs, numbered and other lists, and tables of a reply.
function told(text) {
  const made = [];
  const lines = text.trim().split("\n");
  const of = (line) => (TABLE.test(line) ? "table" : ITEM.test(line) ? "list" : line && "text");
  while (lines.length) {
    const kind = of(lines[0]);
    const taken = [];
    while (lines.length && of(lines[0]) === kind) taken.push(lines.shift());
    if (kind === "table") made.push(table(taken));
    if (kind === "text") made.push(el("p", {}, taken.join("\n")));
    if (kind === "list") {
      const items = taken.map((line) => ITEM.exec(line));
      const numbered = /^\d/.test(items[0][1]);
      made.push(el(numbered ? "ol" : "ul", numbered ? { start: parseInt(items[0][1]) } : {}, ...items.map((item) => el("li", {}, item[2]))));
    }
  }
  return made;
}

function price(card, language) {
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency: card.currency }).format(card.price);
  } catch {
    return `${card.price} ${card.currency}`;
  }
}

function drawnCard(card, language, words, server, pressed) {
  const [state, stock] = card.in_stock === null ? ["unknown", words.stock_unknown] : card.in_stock ? ["in", words.in_stock] : ["out", words.sold_out];
  const image = safe(card.image.replace(/^\/(?=\w)/, ""), server); // the clerk may lie under a path
  const none = () => el("span", { class: "none" }, icon("bag"));
  const shown = image ? el("img", { src: image, alt: "", loading: "lazy", width: 160, height: 160, error: (event) => event.target.replaceWith(none()) }) : none();
  const url = safe(card.url, document.baseURI);
  const inside = [
    shown,
    el("span", { class: "name" }, card.title),
    el("span", { class: "price" }, price(card, language)),
    el("span", { class: `stock ${state}` }, stock),
    card.because ? el("span", { class: "because" }, card.because) : null,
  ];
  if (!url) return el("li", {}, el("div", { class: "card" }, ...inside));
  inside.push(el("span", { class: "hidden" }, words.new_tab));
  return el("li", {}, el("a", { class: "card", href: url, target: "_blank", rel: "noopener noreferrer", click: pressed }, ...inside));
}
