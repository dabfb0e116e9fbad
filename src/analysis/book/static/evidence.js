// Shows the passages behind a mark, a cell or a row of a table in a drawer on the same page.
// Without this script, or without its data, links lead to the lists at the end of the page,
// to the concordance and to the page of passages; nothing is lost.
(() => {
  "use strict";

  const PASSAGES = "passages.html";
  const CONCORDANCE = "concordance.html";
  const PASSAGE_DATA = "evidence/passages.js";
  const PLACE_DATA = "evidence/concordance.js";
  const ALL_MENTIONS =
    "All mentions are listed. Where the book gives a share of sentences, it counts those " +
    "that advocate the value.";
  const WITHHELD = "The text of this work is not published.";
  // As analysis.text.WORD counts them.
  const WORD = /[\p{L}\p{N}_]+(?:[-'’][\p{L}\p{N}_]+)*/gu;
  const XLINK = "http://www.w3.org/1999/xlink";

  // --- What a link leads to -------------------------------------------------------------------

  /* The address that a click follows, and what takes the focus back. Vega keeps the address
     of a mark with its data and follows it by a link of its own, which nobody else sees. */
  function linkAt(node) {
    const anchor = node.closest?.("a");
    if (anchor && (anchor.target || anchor.hasAttribute("download"))) return null;
    const written = anchor?.getAttribute("href") ?? anchor?.getAttributeNS(XLINK, "href");
    if (written) return { address: written, opener: anchor, words: anchor.dataset.words };
    for (let mark = node; mark?.ownerSVGElement; mark = mark.parentNode) {
      const item = Array.isArray(mark.__data__) ? mark.__data__[0] : mark.__data__;
      if (item?.href) return { address: item.href, opener: mark };
    }
    return null;
  }

  /* A panel of this page, a term of the concordance, or one passage; else null. */
  function targetOf({ address, words }) {
    const url = new URL(address, document.baseURI);
    const id = window.bookAnchor(url.hash);
    const here = new URL(document.baseURI);
    if (!id || url.origin !== here.origin) return null;
    const page = url.pathname.split("/").pop();
    if (url.pathname === here.pathname) {
      // The concordance shows its lines itself.
      if (page === CONCORDANCE || !id.startsWith("e-") || !document.getElementById(id)) return null;
      return { read: readPanel, id, url };
    }
    if (page === CONCORDANCE && id.startsWith("e-")) return { read: readTerm, id, url };
    if (page === PASSAGES) return { read: readPassage, id, url, words };
    return null;
  }

  // --- What is shown --------------------------------------------------------------------------
  // Each reader gives { title, entries, more }; an entry has places (sentence, spans, address)
  // and perhaps a head and a reason, or two ends, or a note alone.

  async function store() {
    await window.bookLoad(PASSAGE_DATA);
    if (!window.bookData.passages) throw new Error(`${PASSAGE_DATA} holds no passages`);
    return window.bookData.passages;
  }

  function readPanel({ id }) {
    const panel = document.getElementById(id);
    const head = panel.querySelector(":scope > summary") ?? panel.firstChild;
    const lines = [...panel.querySelectorAll("li")].filter((line) => !line.querySelector("ul"));
    const notes = [...panel.querySelectorAll(":scope > p")].map((p) => ({ note: p.textContent }));
    return { title: head.textContent.trim(), entries: [...lines.map(readLine), ...notes] };
  }

  function readLine(line) {
    const ends = [...line.querySelectorAll('a[href^="#"]')];
    if (ends.length) {
      const reason = ends.at(-1).nextSibling?.textContent.trim();
      const items = ends.map((end) => document.getElementById(window.bookAnchor(end.hash)));
      return { ends: items.filter(Boolean).map(readLine), reason };
    }
    const links = [...line.querySelectorAll("a[data-words]")];
    if (!links.length) return { note: line.textContent };
    const places = links.map((link) => placeOf(link.href, link.dataset.words));
    const text = links[0].textContent;
    return text === places[0].id ? { places } : { head: text, places };
  }

  function placeOf(address, words) {
    const spans = (words ?? "").split(" ").filter(Boolean);
    return {
      id: window.bookAnchor(new URL(address, document.baseURI).hash),
      spans: spans.map((span) => span.split("-").map(Number)),
      address,
    };
  }

  async function readTerm({ id, url }) {
    await window.bookLoad(PLACE_DATA);
    const term = window.bookData.concordance.terms.find(
      (one) => one.id === id || id.startsWith(`${one.id}--`),
    );
    if (!term) return null;
    const work = term.id === id ? null : id.slice(term.id.length + 2);
    const chosen = Object.entries(term.places).filter(([own]) => !work || own === work);
    const hidden = Object.entries(term.withheld ?? {}).filter(([own]) => !work || own === work);
    const { works } = await store();
    // What stands several times in a sentence is shown once, with all its places.
    const places = new Map();
    let number = 0;
    for (const [sentence, first, last] of chosen.flatMap(([, own]) => own)) {
      number += 1;
      const address = new URL(`${PASSAGES}#${sentence}`, url).href;
      if (!places.has(sentence)) places.set(sentence, { id: sentence, spans: [], address });
      places.get(sentence).spans.push([first, last]);
    }
    for (const [, count] of hidden) number += count;
    const where = work ? ` in ${works[work]?.label ?? work}` : "";
    return {
      title: `${term.label}${where}: ${number} ${number === 1 ? "place" : "places"}`,
      entries: [
        ...[...places.values()].map((place) => ({ places: [place] })),
        ...hidden.map(([own, count]) => ({ note: `${own}: ${count}. ${WITHHELD}` })),
        ...(term.kind === "value" ? [{ note: ALL_MENTIONS }] : []),
      ],
      more: { address: url.href, text: "See these lines in the concordance" },
    };
  }

  async function readPassage({ id, url, words }) {
    const { sentences } = await store();
    if (!Object.hasOwn(sentences, id)) return null;
    return { title: "Passage", entries: [{ places: [placeOf(url.href, words)] }] };
  }

  // --- Drawing --------------------------------------------------------------------------------

  function make(name, properties = {}, children = []) {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  }

  function drawEntries(entries, data) {
    const groups = new Map();
    for (const entry of entries) {
      const first = (entry.ends?.[0] ?? entry).places?.[0];
      const work = data.sentences[first?.id]?.w ?? "";
      if (!groups.has(work)) groups.set(work, []);
      groups.get(work).push(entry);
    }
    return [...groups].flatMap(([work, own]) => {
      const label = data.works[work]?.label;
      const list = make("ul", {}, own.map((entry) => drawEntry(entry, data)));
      list.style.setProperty("--evidence-work", `var(--work-${work || "none"}, currentColor)`);
      return label ? [make("h3", { textContent: label }), list] : [list];
    });
  }

  function drawEntry(entry, data) {
    if (entry.note) return make("li", { className: "evidence-note", textContent: entry.note });
    if (!entry.ends) return make("li", {}, drawItem(entry, data));
    const names = ["Problem", "Remedy"];
    const ends = entry.ends.flatMap((end, place) => [
      make("p", { className: "evidence-end", textContent: names[place] ?? "" }),
      ...drawItem(end, data),
    ]);
    return make("li", {}, [
      ...ends,
      make("p", { className: "evidence-reason", textContent: `The link is ${entry.reason}` }),
    ]);
  }

  function drawItem({ head, places, note }, data) {
    const parts = head ? [make("p", { className: "evidence-head", textContent: head })] : [];
    if (!places) return [...parts, make("p", { textContent: note })];
    const known = places.filter(({ id }) => Object.hasOwn(data.sentences, id));
    if (known.length) {
      const texts = known.map(({ id, spans }) =>
        make("p", {}, drawText(data.sentences[id].p, joined(spans))),
      );
      parts.push(make("blockquote", {}, texts));
    }
    parts.push(drawSource(places, data));
    return parts;
  }

  /* "§ 2.1 The connotation of democracy · lian-s0042" */
  function drawSource(places, data) {
    const links = places.flatMap(({ id, address }, number) => [
      ...(number ? [", "] : []),
      make("a", { href: address, textContent: id }),
    ]);
    const sentence = data.sentences[places[0].id];
    const title = sentence && (data.sections[`${sentence.w}/${sentence.s}`] ?? sentence.s);
    const section = make("span", { textContent: sentence ? `§ ${title}` : "" });
    return make("p", { className: "evidence-source" }, [make("span", {}, links), section]);
  }

  /* Spans in order; those that share a word become one. */
  function joined(spans) {
    const result = [];
    for (const [first, last] of [...spans].sort((a, b) => a[0] - b[0])) {
      const before = result.at(-1);
      if (before && first <= before[1]) before[1] = Math.max(before[1], last);
      else result.push([first, last]);
    }
    return result;
  }

  /* The shown pieces of a sentence with the words of the spans marked. */
  function drawText(pieces, spans) {
    const parts = [];
    let next = 0;
    for (const [first, text] of pieces) {
      if (first > next) parts.push("[…] ");
      const words = [...text.matchAll(WORD)];
      const end = first + words.length;
      let cursor = 0;
      for (const [from, to] of spans) {
        if (to < first || from >= end) continue;
        const begin = words[Math.max(from, first) - first].index;
        const last = words[Math.min(to, end - 1) - first];
        const stop = last.index + last[0].length;
        parts.push(text.slice(cursor, begin), make("mark", { textContent: text.slice(begin, stop) }));
        cursor = stop;
      }
      parts.push(text.slice(cursor));
      next = end;
    }
    return parts;
  }

  // --- The drawer -----------------------------------------------------------------------------

  let drawer = null;
  let opener = null;
  let shownHash = "";
  let asked = 0;

  function makeDrawer() {
    const title = make("h2", { id: "evidence-title", tabIndex: -1 });
    const button = make("button", { type: "button", textContent: "×" });
    button.setAttribute("aria-label", "Close");
    button.addEventListener("click", close);
    const body = make("div", { className: "evidence-body" });
    const element = make("section", { className: "evidence-drawer", hidden: true }, [
      make("div", { className: "evidence-top" }, [title, button]),
      body,
    ]);
    element.setAttribute("role", "dialog");
    element.setAttribute("aria-labelledby", title.id);
    document.body.append(element);
    return { element, title, body };
  }

  /* Shows what a link leads to; true if it could. */
  async function show(target, from) {
    asked += 1;
    const mine = asked;
    const data = await store();
    const content = await target.read(target);
    if (!content) return false;
    if (mine !== asked) return true; // something else was asked for meanwhile
    drawer ??= makeDrawer();
    const { element, title, body } = drawer;
    title.textContent = content.title;
    body.replaceChildren(...drawEntries(content.entries, data));
    if (content.more) {
      const link = make("a", { href: content.more.address, textContent: content.more.text });
      body.append(make("p", { className: "evidence-more" }, [link]));
    }
    // A link inside of the drawer replaces its content, but is gone then.
    if (!element.contains(from)) opener = from ?? opener;
    // The first panel is a step of its own, from which the browser's Back leads to the page
    // without it; further ones take its place.
    const step = element.hidden && from ? "pushState" : "replaceState";
    element.hidden = false;
    place(element, opener);
    body.scrollTop = 0;
    title.focus({ preventScroll: true });
    if (target.read !== readPassage) writeHash(`#${target.id}`, step);
    return true;
  }

  function close() {
    if (!drawer || drawer.element.hidden) return;
    asked += 1;
    drawer.element.hidden = true;
    document.body.style.removeProperty("padding-bottom");
    if (shownHash) writeHash("");
    if (opener?.isConnected) opener.focus({ preventScroll: true });
    opener = null;
  }

  /* On a wide window the drawer stands where it does not cover what was clicked, at the
     right if it can; on a narrow one the page moves up, so that it stays in view. */
  function place(element, from) {
    const box = from?.isConnected ? from.getBoundingClientRect() : null;
    element.dataset.side = "right";
    // Sizes that the drawer has when it has come in.
    const { offsetWidth: width, offsetHeight: height } = element;
    if (height >= window.innerHeight) {
      const hides = box && box.right > window.innerWidth - width;
      if (hides && box.left > width) element.dataset.side = "left";
      return;
    }
    document.body.style.paddingBottom = `${height}px`;
    if (!box) return;
    const MARGIN = 24;
    const HEAD = 72; // the bar at the top of the page
    const top = window.innerHeight - height;
    const below = Math.min(box.bottom - top + MARGIN, box.top - HEAD);
    if (below <= 0) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    window.scrollBy({ top: below, behavior: calm ? "auto" : "smooth" });
  }

  function writeHash(hash, step = "replaceState") {
    const address = new URL(window.location.href);
    if (!hash && address.hash !== shownHash) return;
    address.hash = hash;
    shownHash = hash;
    try {
      const bare = hash ? address.href : address.href.replace(/#$/, "");
      window.history[step](window.history.state, "", bare);
    } catch (error) {
      // A browser may forbid this for files from disk. Only the address does not keep the view.
      if (error.name !== "SecurityError") throw error;
    }
  }

  // --- Events ---------------------------------------------------------------------------------

  document.addEventListener(
    "click",
    (event) => {
      if (event.defaultPrevented || event.button || !window.bookLoad) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      if (event.target.closest?.(".evidence-drawer")) return;
      const link = linkAt(event.target);
      const target = link && targetOf(link);
      if (!target) return;
      // Before Vega hears of it, which would leave the page.
      event.preventDefault();
      event.stopPropagation();
      const goOn = () => window.location.assign(target.url);
      show(target, link.opener).then((shown) => shown || goOn(), goOn);
    },
    true,
  );

  // The data come while the reader still points at a link.
  for (const kind of ["pointerover", "focusin"]) {
    document.addEventListener(kind, ({ target }) => {
      const link = window.bookLoad && target instanceof Element && linkAt(target);
      if (link && targetOf(link)) store().catch(() => {});
    });
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (event.target.closest?.("dialog")) return;
    close();
  });

  window.addEventListener("resize", () => {
    if (drawer && !drawer.element.hidden) {
      document.body.style.removeProperty("padding-bottom");
      place(drawer.element, null);
    }
  });

  /* Opens the lists around what the address names. */
  function openFolds() {
    const target = document.getElementById(window.bookAnchor?.(window.location.hash));
    let opened = false;
    for (let box = target; box; box = box.parentElement) {
      if (box.tagName === "DETAILS" && !box.open) {
        box.open = true;
        opened = true;
      }
    }
    if (opened) target.scrollIntoView();
  }

  /* A shared view of lines that no panel of this page has: they are of the concordance. */
  function linesOf(hash) {
    const id = window.bookAnchor(hash);
    const page = document.querySelector(`a[href*="${CONCORDANCE}"]`);
    if (!page || !id.startsWith("e-") || document.getElementById(id)) return null;
    return targetOf({ address: new URL(hash, page.href).href });
  }

  function follow() {
    const { href, hash } = window.location;
    const target = window.bookLoad && (targetOf({ address: href }) ?? linesOf(hash));
    if (!target) return openFolds();
    if (hash === shownHash && drawer && !drawer.element.hidden) return undefined;
    return show(target, null).then((shown) => shown || openFolds(), openFolds);
  }

  // Back, or another address: the panel does not belong to it. What does, `follow` opens.
  window.addEventListener("popstate", () => {
    if (!shownHash || window.location.hash === shownHash) return;
    shownHash = "";
    close();
  });
  window.addEventListener("hashchange", follow);
  document.addEventListener("DOMContentLoaded", follow);
})();
