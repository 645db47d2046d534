// The tellers' page: draws the tokens of the cards and keeps them from the server, prints the cards, sends the tellers' commands.
"use strict";
(() => {
  const TURNOUT_MS = 2000; // the urn's own tick
  const PER_SHEET = 10;
  const root = document.getElementById("counter");
  const { register, ballot, language } = root.dataset;
  const animals = JSON.parse(root.dataset.animals);
  const kept = `ruche-cards-${ballot}`; // until they are printed: a page loaded again must not lose them
  const trouble = document.getElementById("trouble");

  const complain = (words) => {
    trouble.hidden = false;
    trouble.querySelector("[data-words]").textContent = words;
    trouble.scrollIntoView({ block: "nearest" });
  };

  const ask = async (name, body, key) => {
    trouble.hidden = true;
    let answer;
    try {
      answer = await fetch(`/v1/registers/${register}/governance/${name}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": key },
        body: JSON.stringify({ ballot, ...body }),
      });
    } catch {
      complain(root.dataset.away);
      return null;
    }
    const told = await answer.json();
    if (answer.ok) return told;
    const details = Object.entries(told.details ?? {}).map(([what, value]) => `${what} : ${value}`);
    complain([told[language] ?? told.title, ...details].join(" · "));
    return null;
  };

  const codesIn = (text) =>
    [...text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().matchAll(/([a-z]+(?:-[a-z]+)*)[\s-]*([1-9][0-9]{1,2})/g)].map(
      ([, word, number]) => `${word}-${number}`,
    );

  root.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.command) return;
    event.preventDefault();
    form.dataset.key ??= crypto.randomUUID(); // sent again after a lost answer it is the same command
    const body = {};
    for (const field of form.elements) {
      if (!field.name) continue;
      if (field.dataset.kind === "codes") body[field.name] = codesIn(field.value);
      else if (field.dataset.kind === "code") body[field.name] = codesIn(field.value)[0] ?? field.value;
      else if (field.type === "number") body[field.name] = Number(field.value);
      else body[field.name] = field.value;
    }
    form.setAttribute("aria-busy", "true");
    const told = await ask(form.dataset.command, body, form.dataset.key);
    form.removeAttribute("aria-busy");
    if (!told) return;
    for (const warning of told.warnings) sessionStorage.setItem(`ruche-said-${ballot}`, warning[language]);
    location.reload();
  });

  const said = sessionStorage.getItem(`ruche-said-${ballot}`);
  if (said) {
    sessionStorage.removeItem(`ruche-said-${ballot}`);
    complain(said);
  }

  // Cards

  const drawn = async (count, known) => {
    const total = count + known.size;
    const found = new Map(); // key → token: in the order of the keys nothing says which card was drawn first
    const codes = new Set(known);
    while (found.size < count) {
      const token = cards.draw();
      const key = await cards.keyOf(ballot, token);
      const code = cards.codeOf(key, total, animals);
      if (codes.has(code)) continue;
      codes.add(code);
      found.set(key, token);
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, token]) => ({ key, token, code: cards.codeOf(key, total, animals) }));
  };

  const named = (code) => {
    const cut = code.lastIndexOf("-");
    const animal = animals.find(([word]) => word === code.slice(0, cut));
    return `${animal[language === "en" ? 2 : 1]} ${code.slice(cut + 1)}`;
  };

  const card = ({ token, code }) => {
    const link = `${root.dataset.origin || location.origin}/vote/${ballot}#${token}`;
    const made = document.getElementById("card").content.firstElementChild.cloneNode(true);
    made.prepend(qr.svg(link, named(code)));
    made.querySelector(".code").textContent = named(code);
    made.querySelector(".link").textContent = link;
    made.dataset.code = code;
    made.dataset.link = link;
    return made;
  };

  const show = (batch) => {
    const sheets = document.getElementById("sheets");
    sheets.replaceChildren();
    for (let first = 0; first < batch.length; first += PER_SHEET) {
      const sheet = document.createElement("section");
      sheet.className = "sheet";
      sheet.append(...batch.slice(first, first + PER_SHEET).map(card));
      sheets.append(sheet);
    }
    document.getElementById("printing").hidden = false;
  };

  document.getElementById("make")?.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    form.setAttribute("aria-busy", "true");
    const batch = await drawn(Number(form.elements.voters.value), new Set(JSON.parse(root.dataset.codes)));
    sessionStorage.setItem(kept, JSON.stringify(batch));
    const told = await ask("issue-cards", { keys: batch.map(({ key }) => key) }, crypto.randomUUID());
    form.removeAttribute("aria-busy");
    if (told) location.reload();
    else sessionStorage.removeItem(kept);
  });
  document.getElementById("print")?.addEventListener("click", () => print());
  document.getElementById("printed")?.addEventListener("click", () => {
    sessionStorage.removeItem(kept);
    location.reload();
  });
  const waiting = sessionStorage.getItem(kept);
  if (waiting && root.dataset.phase === "cards-issued") show(JSON.parse(waiting));
  else sessionStorage.removeItem(kept);

  // Turnout

  const turnout = document.getElementById("turnout");
  const look = async () => {
    try {
      const answer = await fetch(`/urn/${ballot}`, { credentials: "omit", cache: "no-store" });
      document.getElementById("lost").hidden = answer.status !== 404;
      if (answer.ok) {
        const { papers } = await answer.json();
        const words = papers < 2 ? turnout.dataset.one : turnout.dataset.many;
        turnout.textContent = words.replace("{n}", papers);
      }
    } catch {
      // the next tick asks again
    }
  };
  if (turnout) {
    look();
    setInterval(look, TURNOUT_MS);
  }
})();
