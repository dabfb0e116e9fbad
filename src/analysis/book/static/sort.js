// Tables of the class "sortable": a click on a heading sorts the rows by its column.
// Without this script the table is whole, in the order in which it was written.
(function () {
  "use strict";

  const order = (row, column) => {
    const cell = row.cells[column];
    const number = cell.dataset.sort;
    return number === undefined ? cell.textContent.trim() : Number(number);
  };

  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));

  const sort = (table, column, falling) => {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    rows.sort((one, other) => {
      const difference = compare(order(one, column), order(other, column));
      return falling ? -difference : difference;
    });
    body.append(...rows);
  };

  const prepare = (table) => {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => {
        const falling = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", falling ? "descending" : "ascending");
        sort(table, column, falling);
      });
      head.replaceChildren(button);
    });
  };

  const start = () => document.querySelectorAll("table.sortable").forEach(prepare);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
