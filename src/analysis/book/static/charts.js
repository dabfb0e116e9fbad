/* Draws the live charts, each when the reader comes near it; on a screen that is touched, not
 * before the reader has touched it, scrolled, or pressed a key. Until then the static drawings
 * say the same, and a phone has the text sooner.
 *
 * Each chart of a page is a <div class="book-chart"> with a static drawing and
 * an empty box. Its specification is a script of its own, which data-chart
 * names, or stands in the page (see analysis.charts and analysis.figures.show).
 * When the live chart stands, the box gets data-live="yes" and the static
 * drawing is hidden. When anything fails, the static drawing stays and
 * data-error says why.
 */
(() => {
  "use strict";

  const BUNDLE = "vega-bundle.js";
  // So far below the window a chart is drawn, to be there when it comes into view.
  const AHEAD = "600px";

  async function specOf(chart) {
    const inside = chart.querySelector(".book-chart-spec");
    if (inside) return JSON.parse(inside.textContent);
    const name = chart.dataset.chart;
    await window.bookLoad(`figures/${name}.js`);
    // A copy: drawing changes it.
    return structuredClone(window.bookData.figures[name]);
  }

  /* The theme writes "auto" until its own script has run. */
  function pageTheme() {
    const theme = document.documentElement.dataset.theme;
    if (theme === "light" || theme === "dark") return theme;
    return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function overlay(base, change) {
    const result = { ...base };
    for (const [key, value] of Object.entries(change)) {
      const nested = value && typeof value === "object" && !Array.isArray(value);
      result[key] = nested ? overlay(base?.[key] ?? {}, value) : value;
    }
    return result;
  }

  function fitted(spec, theme, columnWidth) {
    if (theme === "dark" && spec.usermeta?.darkConfig) {
      spec.config = overlay(spec.config ?? {}, spec.usermeta.darkConfig);
    }
    // On a narrow screen a chart with one view is drawn narrower, so that its
    // text keeps its size. Others (facets, rows of charts) are scaled by CSS.
    const oneView = "mark" in spec || "layer" in spec;
    if (oneView && typeof spec.width === "number" && spec.width > columnWidth) {
      spec.width = "container";
    }
    return spec;
  }

  const linkOf = (element) => element.__data__?.href;

  // What a mark says of itself and no listener needs: links of the page, and what is empty.
  const UNSPOKEN = /: (#\S*|\S+\.html(#\S*)?|null|undefined)$/;

  function spoken(label) {
    const parts = label.split("; ").filter((part) => !UNSPOKEN.test(part));
    return parts.join("; ").replace(/-?\d+\.\d{3,}/g, (n) => String(Number(Number(n).toPrecision(3))));
  }

  /* Vega follows links on click only: let the keyboard reach them too. A chart is one stop
     of the Tab key, whatever number of marks it has; arrow keys go from mark to mark, row by
     row as they are seen. */
  function makeLinksReachable(figure) {
    const marks = [...figure.querySelectorAll(".book-chart-live svg [aria-label]")].filter(linkOf);
    const place = new Map(marks.map((mark) => [mark, mark.getBoundingClientRect()]));
    const row = (mark) => Math.round((place.get(mark).top + place.get(mark).bottom) / 8);
    marks.sort((a, b) => row(a) - row(b) || place.get(a).left - place.get(b).left);
    for (const [number, mark] of marks.entries()) {
      mark.setAttribute("tabindex", number === 0 ? "0" : "-1");
      mark.setAttribute("role", "link");
      mark.setAttribute("aria-label", spoken(mark.getAttribute("aria-label")));
    }
    figure.linkedMarks = marks;
  }

  const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  function goOn(figure, event) {
    const marks = figure.linkedMarks ?? [];
    const now = marks.indexOf(event.target);
    if (now < 0) return;
    const ends = { Home: 0, End: marks.length - 1 };
    const next = ends[event.key] ?? now + (STEPS[event.key] ?? 0);
    if (next === now || !marks[next]) return;
    event.preventDefault();
    marks[now].setAttribute("tabindex", "-1");
    marks[next].setAttribute("tabindex", "0");
    marks[next].focus();
  }

  function followLink(event) {
    if (event.key !== "Enter" || !linkOf(event.target)) return;
    event.preventDefault();
    event.target.dispatchEvent(new MouseEvent("click", { bubbles: true }));
  }

  /* A tooltip would stay over its neighbours while a reader reads what it led to. */
  function hideTooltip() {
    document.querySelector("#vg-tooltip-element")?.classList.remove("visible");
  }

  async function draw(figure) {
    const theme = pageTheme();
    if (figure.dataset.drawn === theme) return;
    const live = figure.querySelector(".book-chart-live");
    try {
      const [given] = await Promise.all([specOf(figure), window.bookLoad(BUNDLE)]);
      figure.finalizeChart?.();
      const spec = fitted(given, theme, live.clientWidth);
      const { view, finalize } = await window.vegaEmbed(live, spec, {
        renderer: "svg",
        actions: false,
        tooltip: { theme },
      });
      figure.finalizeChart = finalize;
      figure.isFluid = spec.width === "container";
      figure.redoLinks = () => view.runAsync().then(() => makeLinksReachable(figure));
      makeLinksReachable(figure);
      figure.querySelector(".book-chart-static").hidden = true;
      figure.dataset.drawn = theme;
      figure.dataset.live = "yes";
      delete figure.dataset.error;
    } catch (error) {
      figure.querySelector(".book-chart-static").hidden = false;
      delete figure.dataset.live;
      delete figure.dataset.drawn;
      figure.dataset.error = String(error);
    }
  }

  /* One drawing at a time for each chart, also when the theme changes fast. */
  const queues = new WeakMap();
  function queueDrawing(figure) {
    const last = queues.get(figure) ?? Promise.resolve();
    queues.set(figure, last.then(() => draw(figure)));
  }

  /* A chart as wide as the column measures it when the window changes. The page
     may not have settled by then (the side bar folds), so it is asked again. */
  function fitsColumn(figure) {
    const live = figure.querySelector(".book-chart-live");
    const drawing = live.querySelector("svg");
    if (!figure.isFluid || !drawing) return true;
    return Math.abs(drawing.width.baseVal.value - live.clientWidth) <= 1;
  }

  let settling = 0;
  let asked = 0;
  function askAgain(figures) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      if (figures.every(fitsColumn) || asked >= 3) {
        asked = 0;
        return;
      }
      asked += 1;
      window.dispatchEvent(new Event("resize"));
    }, 200);
  }

  const SIGNS = ["pointerdown", "touchstart", "wheel", "scroll", "keydown", "focusin"];

  function onceTheReaderIsThere(begin) {
    if (!matchMedia("(hover: none)").matches) {
      begin();
      return;
    }
    const first = (event) => {
      // The theme scrolls the side bar by itself.
      if (event.type === "scroll" && event.target !== document) return;
      for (const sign of SIGNS) window.removeEventListener(sign, first, true);
      begin();
    };
    for (const sign of SIGNS) window.addEventListener(sign, first, { capture: true, passive: true });
  }

  document.addEventListener("DOMContentLoaded", () => {
    const figures = [...document.querySelectorAll(".book-chart")];
    if (figures.length === 0) return;
    const reached = new Set();
    const watch = new IntersectionObserver(
      (entries) => {
        for (const { target } of entries.filter((entry) => entry.isIntersecting)) {
          watch.unobserve(target);
          reached.add(target);
          queueDrawing(target);
        }
      },
      { rootMargin: `${AHEAD} 0px` },
    );
    for (const figure of figures) {
      figure.addEventListener("keydown", followLink);
      figure.addEventListener("keydown", (event) => goOn(figure, event));
      figure.addEventListener("click", hideTooltip);
      // Menus and sliders of a chart may bring new marks, some time after the event.
      for (const kind of ["input", "change"]) {
        figure.addEventListener(kind, () => setTimeout(() => figure.redoLinks?.(), 100));
      }
    }
    onceTheReaderIsThere(() => figures.forEach((figure) => watch.observe(figure)));
    window.addEventListener("resize", () => askAgain([...reached]));
    new MutationObserver(() => reached.forEach(queueDrawing)).observe(
      document.documentElement,
      { attributes: true, attributeFilter: ["data-theme"] },
    );
  });
})();
