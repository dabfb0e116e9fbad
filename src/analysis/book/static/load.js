// Loads further scripts of the book when they are needed, each once, and reads anchors.
// Data comes as scripts because a page opened from disk may not fetch files.
(() => {
  "use strict";

  const folder = new URL(".", document.currentScript.src);
  const asked = new Map();

  window.bookData = {};

  /* Resolves when the script has run; rejects when it cannot be had. */
  window.bookLoad = (file) => {
    if (!asked.has(file)) {
      asked.set(
        file,
        new Promise((resolve, reject) => {
          const script = document.createElement("script");
          script.src = new URL(file, folder).href;
          script.onload = () => resolve();
          script.onerror = () => {
            // Another attempt may succeed, once the network is back.
            asked.delete(file);
            script.remove();
            reject(new Error(`${file} could not be loaded`));
          };
          document.head.append(script);
        }),
      );
    }
    return asked.get(file);
  };

  /* The id that the last part of an address names: "#%C3%A9" is "é". */
  window.bookAnchor = (hash) => {
    const written = hash.replace(/^#/, "");
    try {
      return decodeURIComponent(written);
    } catch {
      // Anybody can write an address; "#100%" stands for nothing but itself.
      return written;
    }
  };
})();
