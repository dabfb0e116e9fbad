// The search of the concordance: every line of a listed term, or of any word where a work is
// published in full, aligned on the keyword. Without this script the page lists all places.
(() => {
  "use strict";

  const WORD = /[\p{L}\p{N}_]+(?:[-'’][\p{L}\p{N}_]+)*/gu;
  const CONTEXT = 10; // words on each side of a keyword
  const SORTS = {
    "": "place in the text",
    l1: "first word to the left",
    l2: "second word to the left",
    l3: "third word to the left",
    key: "keyword",
    r1: "first word to the right",
    r2: "second word to the right",
    r3: "third word to the right",
  };
  const FORM = "word";
  const VALUE = "value";
  const NOTHING = { q: "", sort: "", section: "", group: false, works: null };

  document.addEventListener("DOMContentLoaded", async () => {
    const root = document.querySelector(".concordance-app");
    if (!root) return;
    try {
      await Promise.all(
        ["evidence/concordance.js", "evidence/passages.js"].map((file) => window.bookLoad(file)),
      );
      start(root, makeIndex(window.bookData.concordance, window.bookData.passages));
    } catch (error) {
      const text =
        "The search could not be loaded. The lists below hold every listed term with all its " +
        "places; loading the page again may help.";
      root.replaceChildren(make("p", { textContent: text }));
    }
  });

  // --- What can be searched -----------------------------------------------------------------

  function makeIndex(data, store) {
    const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
    const terms = data.terms.map((term) => ({
      ...term,
      names: namesOf(term).map(wordsOf),
      total:
        sum(Object.values(term.places).map((own) => own.length)) +
        sum(Object.values(term.withheld || {})),
    }));
    const full = data.works.filter((work) => work.publish === "full").map((work) => work.id);
    return {
      terms,
      store,
      apart: data.apart,
      works: data.works,
      kinds: data.kinds.map((kind) => ({ ...kind, sizes: kind.sizes || data.sizes })),
      full: new Set(full),
      // Of which listed terms are all that can be searched.
      listedOnly: data.works.filter((work) => work.publish === "passages"),
      workPlace: new Map(data.works.map((work, place) => [work.id, place])),
      sentencePlace: new Map(Object.keys(store.sentences).map((id, place) => [id, place])),
      read: new Map(),
    };
  }

  // A value is found by its identifier and by its name.
  function namesOf(term) {
    return term.kind === VALUE
      ? [term.query, term.query.replace(/-/g, " "), term.label]
      : [term.query];
  }

  // What is shown of a sentence: its text, and the place of each word in it by the number of
  // the word in the whole sentence.
  function readSentence(index, id) {
    if (!index.read.has(id)) {
      const words = new Map();
      let text = "";
      let next = 0;
      for (const [first, piece] of index.store.sentences[id]?.p || []) {
        if (first > next) text = `${text.trimEnd()} […] `.trimStart();
        next = first;
        for (const match of piece.matchAll(WORD)) {
          const from = text.length + match.index;
          const form = match[0].toLowerCase();
          words.set(next, { form, from, to: from + match[0].length, at: words.size });
          next += 1;
        }
        text += piece;
      }
      index.read.set(id, { text, words, list: [...words.values()] });
    }
    return index.read.get(id);
  }

  // --- Queries ------------------------------------------------------------------------------

  function wordsOf(text) {
    return text.toLowerCase().split(/\s+/).filter(Boolean);
  }

  // "lemma:govern*" asks for one kind.
  function parseQuery(index, typed) {
    const parts = /^\s*([a-z]+):(.*)$/is.exec(typed);
    const kind = parts && index.kinds.find((own) => own.id === parts[1].toLowerCase());
    const words = wordsOf(kind ? parts[2] : typed);
    const bare = words.some((word) => !word.replace(/\*/g, ""));
    return { kind: kind ? kind.id : "", words, text: words.join(" "), bare };
  }

  // As analysis.kwic reads it: * stands for any letters, or none, inside of one word.
  function makeTest(words) {
    const tests = words.map((word) => {
      const parts = word.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\/]/g, "\\$&"));
      return new RegExp(`^${parts.join("[^]*")}$`, "u");
    });
    return (given) =>
      given.length === tests.length && tests.every((test, place) => test.test(given[place]));
  }

  // What a query finds under each kind: listed terms; forms of which all places are listed;
  // any words of full texts.
  function findKinds(index, query) {
    if (!query.words.length || query.bare) return [];
    const fits = makeTest(query.words);
    const found = index.kinds.map((kind) => ({
      kind,
      terms: index.terms.filter((term) => term.kind === kind.id && term.names.some(fits)),
      forms: new Map(),
      free: kind.id === FORM && index.full.size > 0,
    }));
    const forms = found.find((own) => own.kind.id === FORM).forms;
    for (const term of index.terms) {
      const own = term.forms.filter((form) => fits(wordsOf(form)));
      if (own.length) forms.set(term, new Set(own));
    }
    return found.filter(isListed).concat(found.filter((own) => own.free && !isListed(own)));
  }

  function isListed(found) {
    return found.terms.length > 0 || found.forms.size > 0;
  }

  function chooseKind(index, query, found) {
    if (query.kind) return found.find((own) => own.kind.id === query.kind);
    // Where every word can be searched, words as they stand are meant.
    const any = index.listedOnly.length === 0 && found.find((own) => own.kind.id === FORM);
    return any || found[0];
  }

  // Every place once, in the order of the texts.
  function findLines(index, query, found) {
    const lines = new Map();
    const add = (work, id, first, last) =>
      lines.set(`${id} ${first} ${last}`, { work, id, first, last });
    const listed = (term) =>
      Object.entries(term.places)
        .filter(([work]) => !(found.free && index.full.has(work)))
        .flatMap(([work, places]) => places.map((place) => [work, ...place]));
    for (const term of found.terms) {
      for (const place of listed(term)) add(...place);
    }
    for (const [term, forms] of found.forms) {
      for (const place of listed(term)) {
        if (forms.has(formAt(index, ...place))) add(...place);
      }
    }
    if (found.free) searchFull(index, query, add);
    const inOrder = [...lines.values()].sort(
      (a, b) =>
        index.workPlace.get(a.work) - index.workPlace.get(b.work) ||
        index.sentencePlace.get(a.id) - index.sentencePlace.get(b.id) ||
        a.first - b.first ||
        a.last - b.last,
    );
    // Of what a pattern finds no two share a word: the first in the text counts.
    const own = query.text.includes("*") ? withoutOverlap(inOrder) : inOrder;
    return own.map((line, place) => withContext(index, { ...line, place }));
  }

  function formAt(index, work, id, first, last) {
    const { words } = readSentence(index, id);
    const forms = [];
    for (let number = first; number <= last; number += 1) forms.push(words.get(number)?.form);
    return forms.join(" ");
  }

  function searchFull(index, query, add) {
    const fits = makeTest(query.words);
    const length = query.words.length;
    for (const [id, sentence] of Object.entries(index.store.sentences)) {
      if (!index.full.has(sentence.w)) continue;
      // Numbers of notes, for instance, are no words of the text.
      const apart = new Set(index.apart[id]);
      const words = [...readSentence(index, id).words].filter(([number]) => !apart.has(number));
      for (let at = 0; at + length <= words.length; at += 1) {
        const run = words.slice(at, at + length);
        if (!fits(run.map(([, word]) => word.form))) continue;
        add(sentence.w, id, run[0][0], run[length - 1][0]);
        at += length - 1;
      }
    }
  }

  function withoutOverlap(lines) {
    let before = null;
    return lines.filter((line) => {
      if (before && before.id === line.id && line.first <= before.last) return false;
      before = line;
      return true;
    });
  }

  function withContext(index, line) {
    const { text, words, list } = readSentence(index, line.id);
    const near = (number) => words.get(number)?.form || "";
    const first = words.get(line.first);
    const last = words.get(line.last);
    const section = index.store.sentences[line.id]?.s || "";
    if (!first || !last) return { ...line, section, left: "", keyword: "[…]", right: "", keys: {} };
    const from = first.at > CONTEXT ? list[first.at - CONTEXT].from : 0;
    const to = last.at + CONTEXT < list.length ? list[last.at + CONTEXT].to : text.length;
    const keyword = text.slice(first.from, last.to);
    const keys = { key: keyword.toLowerCase() };
    for (const step of [1, 2, 3]) {
      keys[`l${step}`] = near(line.first - step);
      keys[`r${step}`] = near(line.last + step);
    }
    const left = text.slice(from, first.from).replace(/\s+/g, " ");
    const right = text.slice(last.to, to).replace(/\s+/g, " ");
    return { ...line, section, left, keyword, right, keys };
  }

  // Words that are cut off or do not exist come last.
  function sorted(lines, key) {
    if (!key) return lines;
    const compare = new Intl.Collator("en").compare;
    const missing = (line) => Number(!line.keys[key]);
    return [...lines].sort(
      (a, b) =>
        missing(a) - missing(b) ||
        compare(a.keys[key] || "", b.keys[key] || "") ||
        a.place - b.place,
    );
  }

  // Listed terms with a word that begins as the query does, as far as possible.
  function alike(index, query, most = 8) {
    const start = query.text.replace(/\*.*$/, "") || query.text.replace(/\*/g, "");
    for (let length = start.length; length >= Math.min(start.length, 3); length -= 1) {
      const head = start.slice(0, length);
      const begins = (name, at) => name.slice(at).join(" ").startsWith(head);
      const first = index.terms.filter((term) => term.names.some((name) => begins(name, 0)));
      const inside = index.terms.filter((term) =>
        term.names.some((name) => name.some((_, at) => begins(name, at))),
      );
      const own = [...new Set([...first, ...inside])];
      if (head && own.length) return own.slice(0, most);
    }
    return [];
  }

  // --- The address --------------------------------------------------------------------------

  // The term, and perhaps the work, of the panel that a link from another page names.
  function panelOf(index) {
    const id = window.bookAnchor(window.location.hash);
    for (const term of index.terms) {
      if (id === term.id) return { term, works: null };
      const work = index.works.find((own) => id === `${term.id}--${own.id}`);
      if (work) return { term, works: new Set([work.id]) };
    }
    return null;
  }

  function readAddress(index) {
    const panel = panelOf(index);
    if (panel) {
      return { ...NOTHING, q: `${panel.term.kind}:${panel.term.query}`, works: panel.works };
    }
    const given = new URLSearchParams(window.location.search);
    const works = given.has("work")
      ? new Set(given.get("work").split(",").filter((work) => index.workPlace.has(work)))
      : null;
    return {
      q: given.get("query") || "",
      sort: Object.hasOwn(SORTS, given.get("sort")) ? given.get("sort") : "",
      section: given.get("section") || "",
      group: given.get("group") === "work",
      works,
    };
  }

  function addressOf(state) {
    const fields = {
      // Not "q": the search of the theme would take it for its own, on every page.
      query: state.q.trim(),
      sort: state.sort,
      work: state.works ? [...state.works].join(",") : "",
      section: state.section,
      group: state.group ? "work" : "",
    };
    const parts = Object.entries(fields)
      .filter(([name, value]) => value || (name === "work" && state.works))
      .map(([name, value]) => `${name}=${readable(value)}`);
    return parts.length ? `?${parts.join("&")}` : "";
  }

  function readable(value) {
    const plain = { "%2C": ",", "%2F": "/", "%3A": ":", "%20": "+" };
    return encodeURIComponent(value).replace(/%(?:2C|2F|3A|20)/g, (code) => plain[code]);
  }

  function writeAddress(state, step) {
    const target = window.location.pathname + addressOf(state);
    try {
      window.history[step ? "pushState" : "replaceState"](null, "", target);
    } catch (error) {
      // Some browsers do not let a page from disk change its address; the page works all the same.
      if (error.name !== "SecurityError") throw error;
    }
  }

  // --- The page -----------------------------------------------------------------------------

  function start(root, index) {
    const parts = makeParts(index);
    let state = { ...NOTHING };
    let query = null;
    let chosen = null;
    let lines = [];
    let shown = [];
    // Letters typed one after another are one step back.
    let typing = false;

    function draw() {
      query = parseQuery(index, state.q);
      const found = findKinds(index, query);
      chosen = chooseKind(index, query, found) || null;
      lines = chosen ? findLines(index, query, chosen) : [];
      parts.search.value = state.q;
      parts.sort.value = state.sort;
      parts.group.checked = state.group;
      parts.listed.value = chosen && chosen.terms.length === 1 ? chosen.terms[0].id : "";
      drawSections(parts, index, lines, state);
      drawKinds(parts, query, found, chosen);
      drawCounts(parts, index, lines, chosen, state);
      drawHelp(parts, index, query, chosen);
      drawLines();
    }

    function drawLines() {
      const wanted = lines.filter(
        (line) =>
          (!state.works || state.works.has(line.work)) &&
          (!state.section || `${line.work}/${line.section}` === state.section),
      );
      shown = sorted(wanted, state.sort);
      parts.lines.replaceChildren(...lineLists(index, shown, state));
      parts.result.hidden = !chosen;
      parts.status.textContent = statusOf(index, query, chosen, lines, shown);
    }

    function go(change, step = true) {
      state = { ...state, ...change };
      writeAddress(state, step);
      draw();
    }

    function filter(change) {
      state = { ...state, ...change };
      writeAddress(state, true);
      drawLines();
    }

    parts.form.addEventListener("submit", (event) => {
      event.preventDefault();
      typing = false;
    });
    parts.search.addEventListener("input", () => {
      const typed = parts.search.value;
      go({ q: typed, section: "" }, !typing);
      typing = true;
    });
    parts.search.addEventListener("change", () => {
      typing = false;
    });
    parts.listed.addEventListener("change", () => {
      const term = index.terms.find((own) => own.id === parts.listed.value);
      go({ q: term ? `${term.kind}:${term.query}` : "", section: "" });
    });
    parts.sort.addEventListener("change", () => filter({ sort: parts.sort.value }));
    parts.section.addEventListener("change", () => filter({ section: parts.section.value }));
    parts.group.addEventListener("change", () => filter({ group: parts.group.checked }));
    parts.counts.addEventListener("change", () => {
      const boxes = [...parts.counts.querySelectorAll("input")];
      const own = boxes.filter((box) => box.checked).map((box) => box.value);
      filter({ works: own.length === boxes.length ? null : new Set(own) });
    });
    parts.box.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-query]");
      if (!link || event.defaultPrevented || event.button) return;
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go({ q: link.dataset.query, section: "" });
      parts.status.focus();
    });
    parts.copy.addEventListener("click", () => copyAddress(parts, state));
    parts.save.addEventListener("click", () => saveLines(index, shown, query));
    // A step to another anchor is one, too.
    window.addEventListener("popstate", open);

    function open() {
      const isPanel = Boolean(panelOf(index));
      state = readAddress(index);
      typing = false;
      draw();
      openFold();
      if (!isPanel) return;
      writeAddress(state, false);
      root.scrollIntoView();
    }

    root.replaceChildren(parts.box);
    open();
  }

  // A list that an address names, such as #values, is folded.
  function openFold() {
    const target = document.getElementById(window.bookAnchor(window.location.hash));
    if (target?.matches(".concordance-list > details") && !target.open) {
      target.open = true;
      target.scrollIntoView();
    }
  }

  function makeParts(index) {
    const search = make("input", {
      type: "search",
      id: "concordance-query",
      autocomplete: "off",
      spellcheck: false,
    });
    search.setAttribute("list", "concordance-listed");
    search.setAttribute("aria-describedby", "concordance-forms");
    const sort = make(
      "select",
      {},
      Object.entries(SORTS).map(([value, textContent]) => make("option", { value, textContent })),
    );
    const parts = {
      search,
      sort,
      listed: makeTermSelect(index),
      section: make("select"),
      group: make("input", { type: "checkbox" }),
      copy: make("button", { type: "button", textContent: "Copy the address" }),
      save: make("button", { type: "button", textContent: "Lines as CSV" }),
      status: make("p", { className: "concordance-status", tabIndex: -1 }),
      kinds: make("p", { className: "concordance-kinds" }),
      counts: make("div", { className: "concordance-counts" }),
      help: make("div", { className: "concordance-help" }),
      lines: make("div", { className: "concordance-lines" }),
    };
    parts.status.setAttribute("role", "status");
    parts.form = make("form", {}, [
      labelled("Word, phrase or pattern", search, "concordance-field-query"),
      labelled("or a listed term", parts.listed),
      make("datalist", { id: "concordance-listed" }, makeOptions(index)),
      make("p", { id: "concordance-forms", textContent: formsInWords(index) }),
    ]);
    parts.form.setAttribute("role", "search");
    parts.form.setAttribute("aria-label", "Search the concordance");
    const grouped = make("label", { className: "concordance-group" }, [
      parts.group,
      " grouped by work",
    ]);
    parts.result = make("div", { className: "concordance-result" }, [
      parts.kinds,
      parts.counts,
      make("div", { className: "concordance-order" }, [
        labelled("Sort by", sort),
        labelled("Section", parts.section),
        grouped,
        parts.save,
        parts.copy,
      ]),
      parts.lines,
    ]);
    parts.box = make("div", {}, [parts.form, parts.status, parts.help, parts.result]);
    return parts;
  }

  function formsInWords(index) {
    const shown = index.listedOnly.map((work) => work.short);
    const limits = shown.length
      ? ` Of ${inWords(shown)} only listed terms can be searched, because these works are not ` +
        "published in full."
      : "";
    const full = index.works.filter((work) => index.full.has(work.id)).map((work) => work.short);
    const any = full.length ? ` Of ${inWords(full)} any word can be searched.` : "";
    return (
      "For example governance, rule of law, democra* (* stands for any letters of a word), or " +
      `value:democracy for a concept.${limits}${any}`
    );
  }

  function makeTermSelect(index) {
    const groups = index.kinds.map((kind) =>
      make(
        "optgroup",
        { label: kind.title },
        ofKind(index, kind).map((term) =>
          make("option", { value: term.id, textContent: `${term.label} (${term.total})` }),
        ),
      ),
    );
    const none = make("option", { value: "", textContent: "choose" });
    return make("select", {}, [none, ...groups]);
  }

  function makeOptions(index) {
    const named = new Set();
    return index.kinds.flatMap((kind) =>
      ofKind(index, kind).map((term) => {
        // What a query without a kind finds needs none.
        const short = kind.id !== VALUE && !named.has(term.query);
        named.add(term.query);
        const value = short ? term.query : `${kind.id}:${term.query}`;
        return make("option", { value, label: `${term.label}: ${kind.label}, ${term.total}` });
      }),
    );
  }

  function ofKind(index, kind) {
    return index.terms.filter((term) => term.kind === kind.id);
  }

  function drawSections(parts, index, lines, state) {
    const counts = new Map();
    for (const line of lines) {
      const key = `${line.work}/${line.section}`;
      counts.set(key, (counts.get(key) || 0) + 1);
    }
    if (state.section && !counts.has(state.section)) counts.set(state.section, 0);
    const groups = index.works.map((work) => {
      const own = [...counts].filter(([key]) => key.startsWith(`${work.id}/`));
      const options = own.map(([value, count]) => {
        const name = index.store.sections[value] || value.slice(work.id.length + 1);
        return make("option", { value, textContent: `${name} (${count})` });
      });
      return options.length ? [make("optgroup", { label: work.label }, options)] : [];
    });
    const all = make("option", { value: "", textContent: "all sections" });
    parts.section.replaceChildren(all, ...groups.flat());
    parts.section.value = state.section;
  }

  // As what the query can be counted, and the terms that it finds.
  function drawKinds(parts, query, found, chosen) {
    const others = found.filter((own) => own !== chosen && isListed(own));
    const names = chosen ? termNames(chosen) : [];
    parts.kinds.replaceChildren(
      ...(chosen ? [`Counted as ${chosen.kind.label}`, names.length ? ": " : "", ...names] : []),
      ...(chosen && others.length ? [". Also listed as ", ...others.flatMap(asLink(query))] : []),
    );
  }

  function termNames(chosen) {
    const forms = [...chosen.forms.values()].flatMap((own) => [...own]);
    const known = new Set();
    const all = [
      ...chosen.terms.map((term) => [term.label, `${term.kind}:${term.query}`]),
      ...forms.map((form) => [form, `${FORM}:${form}`]),
    ].filter(([, key]) => !known.has(key) && known.add(key));
    if (all.length === 1) return [make("strong", { textContent: all[0][0] })];
    return all.flatMap(([label, key], place) => [place ? ", " : "", queryLink(label, key)]);
  }

  function asLink(query) {
    return (own, place) => [
      place ? ", " : "",
      queryLink(own.kind.label, `${own.kind.id}:${query.text}`),
    ];
  }

  function queryLink(text, q) {
    const link = make("a", { href: addressOf({ ...NOTHING, q }), textContent: text });
    link.dataset.query = q;
    return link;
  }

  // Counts are those of the whole query: filters choose lines, they change no rate.
  function drawCounts(parts, index, lines, chosen, state) {
    if (!chosen) {
      parts.counts.replaceChildren();
      return;
    }
    const rows = index.works.map((work) => countOf(index, work, lines, chosen));
    const most = Math.max(...rows.map((row) => row.rate || 0));
    const heads = ["Work", "lines", "words", "per 1,000 words"].map((textContent, place) =>
      make("th", { scope: "col", textContent, className: place ? "number" : "" }),
    );
    parts.counts.replaceChildren(
      make("table", {}, [
        make("caption", { textContent: "Counts and rates; the works ticked are shown below" }),
        make("thead", {}, [make("tr", {}, heads)]),
        make("tbody", {}, rows.map((row) => countRow(row, most, state))),
      ]),
    );
  }

  function countOf(index, work, lines, chosen) {
    const size = chosen.kind.sizes[work.id];
    const row = { work, size, note: "" };
    if (work.publish === "none") {
      row.note = "not published";
      const held = chosen.terms.filter((term) => work.id in (term.withheld || {}));
      // Places of several terms may be the same, and of forms nothing is known.
      if (chosen.terms.length !== 1 || chosen.forms.size) return row;
      row.count = held.length ? held[0].withheld[work.id] : 0;
    } else if (work.publish === "passages" && !isListed(chosen)) {
      row.note = "not listed";
      return row;
    } else {
      row.count = lines.filter((line) => line.work === work.id).length;
    }
    row.rate = size ? (1000 * row.count) / size : 0;
    return row;
  }

  function countRow({ work, size, count, rate, note }, most, state) {
    const box = make("input", { type: "checkbox", value: work.id });
    box.checked = !state.works || state.works.has(work.id);
    box.disabled = work.publish === "none";
    const name = make("label", {}, [box, workMark(work), make("span", { textContent: work.label })]);
    const bar = make("span", { className: "concordance-bar" });
    bar.style.setProperty("--share", rate && most ? rate / most : 0);
    bar.style.setProperty("--work", colourOf(work));
    const known = count !== undefined;
    const cell = (children) => make("td", { className: "number" }, children);
    return make("tr", {}, [
      make("th", { scope: "row" }, [name]),
      cell([known ? count.toLocaleString("en") : "", known && note ? " " : "", note]),
      cell([size.toLocaleString("en")]),
      make("td", { className: "number concordance-rate" }, [
        make("span", { textContent: known ? rate.toFixed(1) : "–" }),
        bar,
      ]),
    ]);
  }

  function workMark(work) {
    const mark = make("span", { className: `concordance-shape ${work.shape}` });
    mark.style.setProperty("--work", colourOf(work));
    return mark;
  }

  function colourOf(work) {
    return `var(--work-${work.id}, currentColor)`;
  }

  // What to search, where nothing was asked for or nothing is listed.
  function drawHelp(parts, index, query, chosen) {
    if (chosen && (isListed(chosen) || !index.listedOnly.length)) {
      parts.help.replaceChildren();
    } else if (!query.words.length || query.bare) {
      const items = index.kinds
        .filter((kind) => ofKind(index, kind).length)
        .map((kind) => make("li", {}, [`${kind.title}: `, ...termLinks(frequent(index, kind))]));
      const text = query.bare
        ? "Each word of a query needs letters: * alone finds nothing. Some terms to begin with:"
        : "Some terms to begin with:";
      parts.help.replaceChildren(make("p", { textContent: text }), make("ul", {}, items));
    } else {
      const own = alike(index, query);
      const near = own.length ? ["Listed terms that begin alike: ", ...termLinks(own, true)] : [];
      parts.help.replaceChildren(
        make("p", { textContent: notListed(index, query) }),
        ...(own.length ? [make("p", {}, near)] : []),
      );
    }
  }

  function notListed(index, query) {
    const works = inWords(index.listedOnly.map((work) => work.short));
    return (
      `“${query.text}” is not listed. That does not say that it does not occur: of ${works} only ` +
      "passages are published, so only the terms of the chapters can be searched in them."
    );
  }

  function frequent(index, kind, most = 5) {
    return ofKind(index, kind)
      .sort((a, b) => b.total - a.total)
      .slice(0, most);
  }

  function termLinks(terms, withKind = false) {
    return terms.flatMap((term, place) => [
      place ? ", " : "",
      queryLink(withKind ? `${term.label} (${term.kind})` : term.label, `${term.kind}:${term.query}`),
    ]);
  }

  function statusOf(index, query, chosen, lines, shown) {
    if (!query.words.length) return "";
    if (!chosen) return query.bare ? "Nothing can be searched." : "No listed term is found.";
    const works = new Set(shown.map((line) => line.work)).size;
    const all = shown.length < lines.length ? ` of ${lines.length}` : "";
    const where = ` in ${works} ${works === 1 ? "work" : "works"}`;
    if (shown.length) return `${shown.length}${all} ${plural(shown.length, "line")}${where}`;
    return lines.length ? `None of ${lines.length} lines fits the filters.` : "No line is found.";
  }

  function plural(number, thing) {
    return number === 1 ? thing : `${thing}s`;
  }

  function lineLists(index, lines, state) {
    if (!lines.length) return [];
    if (!state.group) return [lineList(index, lines)];
    return index.works.flatMap((work) => {
      const own = lines.filter((line) => line.work === work.id);
      if (!own.length) return [];
      const text = `${work.label}: ${own.length} ${plural(own.length, "line")}`;
      const head = make("p", { className: "concordance-head" }, [workMark(work), text]);
      return [head, lineList(index, own)];
    });
  }

  function lineList(index, lines) {
    const works = new Map(index.works.map((work) => [work.id, work]));
    const list = make("ol", {}, lines.map((line) => lineItem(works.get(line.work), line)));
    // A list without numbers is none for some screen readers, unless it says so.
    list.setAttribute("role", "list");
    return list;
  }

  function lineItem(work, line) {
    const link = make("a", { href: `passages.html#${line.id}`, textContent: line.id });
    // The passage is shown with these words marked.
    link.dataset.words = `${line.first}-${line.last}`;
    return make("li", {}, [
      make("span", { className: "left" }, [make("span", { textContent: line.left })]),
      make("span", { className: "rest" }, [make("mark", { textContent: line.keyword }), line.right]),
      " ",
      make("span", { className: "where" }, [
        workMark(work),
        make("span", { className: "name", textContent: `${work.short} ` }),
        link,
        ` § ${line.section}`,
      ]),
    ]);
  }

  // --- Taking away --------------------------------------------------------------------------

  async function copyAddress(parts, state) {
    const here = window.location.href.replace(/[?#].*$/, "") + addressOf(state);
    try {
      await navigator.clipboard.writeText(here);
      parts.status.textContent = "The address is copied.";
    } catch {
      // Not every browser lets a page write to the clipboard.
      parts.status.textContent = `The address: ${here}`;
    }
  }

  function saveLines(index, lines, query) {
    const labels = new Map(index.works.map((work) => [work.id, work.label]));
    // Where a page from disk lies is nobody else's business, and of no use to them.
    const base = /^https?:$/.test(window.location.protocol) ? window.location.href : "";
    const addressOfLine = (line) => {
      const address = `passages.html#${line.id}`;
      return base ? new URL(address, base).href : address;
    };
    const head = ["work", "section", "sentence", "left", "keyword", "right", "address"];
    const rows = lines.map((line) => [
      labels.get(line.work),
      line.section,
      line.id,
      line.left.trim(),
      line.keyword,
      line.right.trim(),
      addressOfLine(line),
    ]);
    const text = [head, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
    // Spreadsheets know by the mark in front that the letters are those of UTF-8.
    const blob = new Blob(["\ufeff", text], { type: "text/csv;charset=utf-8" });
    const name = query.text.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    const link = make("a", { href: URL.createObjectURL(blob), download: `lines-${name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function csvCell(value) {
    // A spreadsheet would run a cell that begins so as a formula.
    const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
    return `"${text.replace(/"/g, '""')}"`;
  }

  // --- Small helpers ------------------------------------------------------------------------

  function make(tag, properties = {}, children = []) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  function labelled(text, control, className = "") {
    return make("label", { className }, [make("span", { textContent: text }), control]);
  }

  function inWords(names) {
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  }
})();
