// Opens the panel that an address names, and the folds around it.
// Without this script a reader opens panels by hand; nothing is lost.
(function () {
  "use strict";

  function openTarget() {
    const id = decodeURIComponent(window.location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (!target) return;
    let opened = false;
    for (let box = target; box; box = box.parentElement) {
      if (box.tagName === "DETAILS" && !box.open) {
        box.open = true;
        opened = true;
      }
    }
    if (opened) target.scrollIntoView();
  }

  window.addEventListener("hashchange", openTarget);
  document.addEventListener("DOMContentLoaded", openTarget);
})();
