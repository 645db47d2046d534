// What a page does beyond its HTML: one tap is one sending, and a polite line says when a live region has changed.
"use strict";
(() => {
  const SAY_EVERY_MS = 5000; // a voice that reads each change of a vote would never fall silent

  addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method === "get") return;
    form.dataset.sent = "1";
    form.setAttribute("aria-busy", "true");
  });
  // Back from the next page: the browser shows this one as it was left, and the form may be sent again.
  addEventListener("pageshow", () => {
    for (const form of document.forms) {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    }
  });

  const line = document.getElementById("said");
  let saidAt = -SAY_EVERY_MS;
  let waiting = 0;
  const say = (words) => {
    clearTimeout(waiting);
    const wait = Math.max(0, saidAt + SAY_EVERY_MS - performance.now());
    waiting = setTimeout(() => {
      saidAt = performance.now();
      line.textContent = words;
    }, wait);
  };

  let first = true; // the snapshot is what the page shows already
  let lost = false;
  addEventListener("htmx:sse:after:message", () => {
    if (lost) say(line.dataset.again);
    else if (!first) say(line.dataset.changed);
    first = lost = false;
    line.classList.remove("shown");
  });
  addEventListener("htmx:sse:error", (event) => {
    lost = true;
    line.classList.add("shown");
    line.textContent = event.detail.status === 401 ? line.dataset.enter : line.dataset.lost;
  });
})();
