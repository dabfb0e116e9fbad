// Opens the data of a figure below it, as tables. Without this script the link leads to the
// page of the figure, where the same tables stand.
(() => {
  "use strict";

  const DIGITS = 4; // as on the page of the figure

  // --- What is shown ------------------------------------------------------------------------

  /* What the script of a figure says of its tables: for each the name of the data in the
     specification, and the columns. Null if it cannot be had or says nothing. */
  async function tablesOf(name) {
    try {
      await window.bookLoad(`figures/${name}.js`);
    } catch {
      return null;
    }
    const { figures, figureTables } = window.bookData;
    const tables = figureTables?.[name]?.map(({ data, columns }) => ({
      columns,
      rows: rowsOf(figures[name].datasets[data], columns),
    }));
    return tables ?? null;
  }

  /* The cells of the columns; rows that say the same are one. */
  function rowsOf(rows, columns) {
    const cells = rows.map((row) => columns.map((column) => plain(row[column])));
    return [...new Map(cells.map((row) => [JSON.stringify(row), row])).values()];
  }

  /* The lines of a label stand in a list. */
  function plain(value) {
    return Array.isArray(value) ? value.join(" ") : (value ?? null);
  }

  function inWords(value) {
    if (value === null) return "–";
    if (typeof value === "boolean") return value ? "True" : "False"; // as in the files
    if (typeof value !== "number" || Number.isInteger(value)) return String(value);
    return String(Number(value.toPrecision(DIGITS)));
  }

  // --- Drawing ------------------------------------------------------------------------------

  function make(tag, properties, children = []) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  }

  /* One box that scrolls, with the tables one below the other. */
  function boxOf(tables, caption) {
    const captions = tables.map(({ rows }, place) => {
      const count = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
      if (tables.length === 1) return `${caption} ${count}.`;
      return `${place ? "" : `${caption} `}Table ${place + 1} of ${tables.length}: ${count}.`;
    });
    const box = make(
      "div",
      { className: "table-box figure-drawer figure-table", tabIndex: 0 },
      tables.map((table, place) => drawTable(table, captions[place])),
    );
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", `Data: ${caption}`);
    return box;
  }

  function drawTable({ columns, rows }, caption) {
    const kinds = columns.map((_, place) => (isNumeric(rows, place) ? "n" : ""));
    const head = columns.map((textContent, place) =>
      make("th", { scope: "col", textContent, className: kinds[place] }),
    );
    const body = rows.map((row) => {
      const cells = row.map((value, place) =>
        make("td", { textContent: inWords(value), className: kinds[place] }),
      );
      return make("tr", {}, cells);
    });
    return make("table", {}, [
      make("caption", { textContent: caption }),
      make("thead", {}, [make("tr", {}, head)]),
      make("tbody", {}, body),
    ]);
  }

  function isNumeric(rows, place) {
    const values = rows.map((row) => row[place]).filter((value) => value !== null);
    return values.length > 0 && values.every((value) => typeof value === "number");
  }

  // --- Opening and closing ------------------------------------------------------------------

  async function toggle(link) {
    const figure = link.closest("figure");
    const open = figure.querySelector(".figure-table");
    if (open) {
      open.remove();
      link.setAttribute("aria-expanded", "false");
      return;
    }
    const tables = await tablesOf(figure.querySelector("[data-chart]").dataset.chart);
    if (!tables) {
      window.location.href = link.href;
      return;
    }
    // Another click may have opened them while the script was on its way.
    if (figure.querySelector(".figure-table")) return;
    figure.append(boxOf(tables, figure.querySelector("figcaption").textContent));
    link.setAttribute("aria-expanded", "true");
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("figure .figure-data")) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-expanded", "false");
      link.addEventListener("click", (event) => {
        // With a key held down a reader asks for the page in another tab, or to be kept.
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
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
