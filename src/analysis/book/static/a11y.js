/* Mends what the theme and the writer of bibliographies leave for screen readers. */
document.addEventListener("DOMContentLoaded", () => {
  "use strict";

  // The logo stands outside every landmark.
  for (const item of document.querySelectorAll(".sidebar-primary-item")) {
    const logo = item.querySelector(":scope > .navbar-brand");
    if (!logo) continue;
    item.setAttribute("role", "navigation");
    item.setAttribute("aria-label", "Home");
  }

  // An empty cell heads nothing (the corner of a table of pandas).
  for (const corner of document.querySelectorAll("th:empty")) {
    corner.replaceWith(document.createElement("td"));
  }

  // What can be scrolled must be within reach of the keyboard.
  const formulas = document.querySelectorAll("div.math");
  const markScrollable = () => {
    for (const formula of formulas) {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    }
  };
  markScrollable();
  addEventListener("resize", markScrollable);

  // Entries of a list must be list items; the roles they come with are obsolete.
  for (const list of document.querySelectorAll(".citation-list")) {
    for (const entry of list.querySelectorAll(":scope > .citation")) {
      entry.setAttribute("role", "listitem");
    }
  }
});
