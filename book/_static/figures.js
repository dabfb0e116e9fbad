// Opens the data of a figure below it, as a table. Without this script the link
// leads to the page of the figure, where the same table stands.
(() => {
  "use strict";

  // Links of the page, which are no data (see ADDRESSES in analysis.figures.showing).
  const NOT_DATA = new Set(["panel", "address", "href"]);

  /* The longest set of rows: what the marks of the figure stand for. */
  function rowsOf(spec) {
    const [longest] = Object.values(spec.datasets ?? {}).sort((a, b) => b.length - a.length);
    const bare = (longest ?? []).map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !NOT_DATA.has(name))),
    );
    return [...new Map(bare.map((row) => [JSON.stringify(row), row])).values()];
  }

  function shown(value) {
    if (value === null || value === undefined) return "–";
    // The lines of a label stand in a list.
    if (Array.isArray(value)) return value.join(" ");
    return typeof value === "number" ? String(Number(value.toPrecision(4))) : String(value);
  }

  function make(tag, properties, children = []) {
    const element = document.createElement(tag);
    Object.assign(element, properties);
    element.append(...children);
    return element;
  }

  function tableOf(rows, caption) {
    const columns = Object.keys(rows[0] ?? {}).filter((c) => rows.some((r) => r[c] !== null));
    const numeric = (c) => typeof rows.find((r) => r[c] !== null)[c] === "number";
    const cell = (row, c) =>
      make("td", { textContent: shown(row[c]), className: numeric(c) ? "n" : "" });
    const head = columns.map((c) =>
      make("th", { scope: "col", textContent: c, className: numeric(c) ? "n" : "" }),
    );
    const body = rows.map((row) => make("tr", {}, columns.map((c) => cell(row, c))));
    const table = make("table", {}, [
      make("caption", { textContent: `${caption} ${rows.length} rows.` }),
      make("thead", {}, [make("tr", {}, head)]),
      make("tbody", {}, body),
    ]);
    const box = make("div", { className: "table-box figure-drawer figure-table", tabIndex: 0 }, [table]);
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `Data: ${caption}`);
    return box;
  }

  async function toggle(link) {
    const figure = link.closest("figure");
    const open = figure.querySelector(".figure-table");
    if (open) {
      open.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    const name = figure.querySelector("[data-chart]").dataset.chart;
    try {
      await window.bookLoad(`figures/${name}.js`);
    } catch {
      window.location.href = link.href;
      return;
    }
    const caption = figure.querySelector("figcaption").textContent;
    figure.append(tableOf(rowsOf(window.bookData.figures[name]), caption));
    link.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("figure .figure-data")) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-expanded", "false");
      link.addEventListener("click", (event) => {
        // With a key held down a reader asks for the page in another tab.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        toggle(link);
      });
      link.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        toggle(link);
      });
    }
  });
})();
