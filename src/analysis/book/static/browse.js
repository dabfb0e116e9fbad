// Puts filters above the table of all coded items and keeps them in the address.
// Without this script the table shows every row; nothing is lost.
(function () {
  "use strict";

  // The filters: name in the address, which is also the data attribute in which a row
  // carries its codes, and what the filter is called.
  const FIELDS = {
    work: "Paper",
    item: "Problem or remedy",
    level: "Level",
    theme: "Theme of problem",
    instrument: "Instrument of remedy",
    actor: "Actor of remedy",
    stance: "Stance",
    voice: "Voice",
    value: "Value mentioned",
    link: "Link",
    coders: "Codings",
  };
  const TEXT = "text";
  const LINKED = { yes: "with a link", no: "without a link" };

  document.addEventListener("DOMContentLoaded", () => {
    const box = document.querySelector(".coding-items");
    if (box) addFilters(box);
  });

  function addFilters(box) {
    const rows = [...box.querySelectorAll("tbody tr")].map(readRow);
    const selects = makeSelects(rows);
    const search = make("input", { type: "search", autocomplete: "off" });
    const status = make("p");
    status.setAttribute("role", "status");
    const reset = make("button", { type: "button", textContent: "Reset the filters" });
    // The row that the address names is shown whatever the filters say.
    let named = null;

    const fits = (row, exceptField) =>
      plain(row.text).includes(plain(search.value)) &&
      Object.entries(selects).every(
        ([field, select]) =>
          field === exceptField || !select.value || row.codes[field].has(select.value)
      );

    function show() {
      const found = rows.filter((row) => fits(row));
      const shown = new Set(found).add(named);
      for (const row of rows) row.element.hidden = !shown.has(row);
      for (const [field, select] of Object.entries(selects)) {
        countOptions(select, field, rows.filter((row) => fits(row, field)));
      }
      const more = named && !found.includes(named) ? `, and ${named.name} by its address` : "";
      status.textContent = `${found.length} of ${rows.length} rows${more}`;
    }

    function change() {
      named = null;
      show();
      writeAddress(selects, search);
    }

    function showNamed() {
      named = rows.find((row) => row.hash === window.location.hash) || null;
      show();
      if (!named) return;
      named.element.querySelector("details").open = true;
      named.element.scrollIntoView();
    }

    reset.addEventListener("click", () => {
      for (const select of Object.values(selects)) select.value = "";
      search.value = "";
      change();
    });
    const fold = make("details", {}, [
      make("summary", { textContent: "Filters" }),
      make(
        "div",
        {},
        Object.entries(selects).map(([field, select]) => labelled(FIELDS[field], field, select)),
      ),
    ]);
    const form = make("form", {}, [
      labelled("Words of label or quotation", TEXT, search),
      ...(Object.keys(selects).length ? [fold] : []),
      make("div", { className: "coding-status" }, [status, reset]),
    ]);
    form.setAttribute("role", "search");
    form.setAttribute("aria-label", "Filter the rows");
    form.addEventListener("input", change);
    form.addEventListener("submit", (event) => event.preventDefault());
    readAddress(selects, search);
    // On a phone the filters would fill the window.
    const filtered = Object.values(selects).some((select) => select.value);
    fold.open = filtered || matchMedia("(min-width: 48em)").matches;
    box.querySelector(".coding-filters").replaceWith(form);
    showNamed();
    // Who comes with a question wants its answer.
    if (window.location.search && !named) status.parentElement.scrollIntoView();
    window.addEventListener("hashchange", showNamed);
  }

  // Rows

  function readRow(element) {
    const codes = {};
    const names = {};
    for (const field of Object.keys(FIELDS)) {
      const carriers = element.querySelectorAll(`[data-${field}]`);
      names[field] = new Map([...carriers].map((el) => [el.dataset[field], el.textContent]));
      codes[field] = new Set(names[field].keys());
    }
    for (const code of codes.link) names.link.set(code, LINKED[code]);
    const link = element.querySelector("th a");
    const words = element.querySelectorAll("summary, mark");
    return {
      element,
      codes,
      names,
      name: link.textContent,
      hash: link.hash,
      // Parted by a line end, which nobody types, so that no hit runs over both.
      text: [...words].map((el) => el.textContent).join("\n"),
    };
  }

  // Case, kinds of quotation marks and the number of blanks make no difference.
  function plain(text) {
    return text
      .toLowerCase()
      .replace(/[“”„]/g, '"')
      .replace(/[‘’]/g, "'")
      .replace(/[^\S\n]+/g, " ");
  }

  // Filters

  // One for each field whose codes tell rows apart.
  function makeSelects(rows) {
    const selects = {};
    for (const field of Object.keys(FIELDS)) {
      const names = new Map(rows.flatMap((row) => [...row.names[field]]));
      const codes = [...names.keys()].sort((a, b) => names.get(a).localeCompare(names.get(b), "en"));
      if (codes.every((code) => rows.every((row) => row.codes[field].has(code)))) continue;
      const options = codes.map((code) => {
        const option = make("option", { value: code });
        option.dataset.name = names.get(code);
        return option;
      });
      const all = make("option", { value: "", textContent: "all" });
      selects[field] = make("select", {}, [all, ...options]);
    }
    return selects;
  }

  // Says of each option how many rows it would leave, given the other filters.
  function countOptions(select, field, rows) {
    for (const option of select.options) {
      if (!option.value) continue;
      const count = rows.filter((row) => row.codes[field].has(option.value)).length;
      option.textContent = `${option.dataset.name} (${count})`;
    }
  }

  function labelled(text, name, control) {
    control.id = `coding-filter-${name}`;
    return make("div", {}, [make("label", { htmlFor: control.id, textContent: text }), control]);
  }

  function make(tag, properties = {}, children = []) {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  }

  // Address

  function readAddress(selects, search) {
    const parameters = new URLSearchParams(window.location.search);
    search.value = parameters.get(TEXT) || "";
    for (const [field, select] of Object.entries(selects)) {
      const code = parameters.get(field);
      if ([...select.options].some((option) => option.value === code)) select.value = code;
    }
  }

  function writeAddress(selects, search) {
    const address = new URL(window.location.href);
    const controls = { ...selects, [TEXT]: search };
    for (const [name, control] of Object.entries(controls)) {
      if (control.value) address.searchParams.set(name, control.value);
      else address.searchParams.delete(name);
    }
    address.hash = "";
    try {
      window.history.replaceState(window.history.state, "", address);
    } catch (error) {
      // A browser may forbid this for files from disk, or so often in a short time. The
      // filters work all the same; only the address does not keep them.
      if (error.name !== "SecurityError") throw error;
    }
  }
})();
