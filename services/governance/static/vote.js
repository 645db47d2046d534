// A voter's page: reads the card's token from the link, shows the question, puts the paper in the urn, and forgets who held the card.
"use strict";
(() => {
  const LOOK_MS = 3000; // between two looks at the urn while this device keeps papers
  const SHOWN_MS = 20000; // how long a voter's success stays on a tablet that many use
  const root = document.getElementById("vote");
  const { ballot, language } = root.dataset;
  const part = (name) => document.getElementById(name);
  const PARTS = ["wait", "no-card", "not-open", "over", "choose", "confirm", "done", "trouble"];
  const show = (...names) => PARTS.forEach((name) => (part(name).hidden = !names.includes(name)));
  const store = `ruche-papers-${ballot}`;
  let token = null;
  let asked = null; // what is voted on, as the urn says it
  let paper = null;
  let leaving = 0;

  const urn = (path, body) =>
    fetch(`/urn/${ballot}${path}`, {
      credentials: "omit",
      cache: "no-store",
      ...(body ? { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {}),
    });

  // The choice, as canonical JSON: keys and codes sorted, so that nothing but the choice can be read from a paper.

  const METHODS = {
    "yes-no": "one", plurality: "one", "two-rounds": "one", approval: "some", knapsack: "some", "equal-shares": "some",
    "max-welfare": "some", borda: "order", schulze: "order", irv: "order", stv: "order", score: "points",
    "majority-judgment": "points", dots: "points",
  };
  const WORDS = { yes: root.dataset.yes, no: root.dataset.no, abstain: root.dataset.abstain };
  const words = (option) => option.label ?? WORDS[option.option] ?? option.option;
  const labelled = (code) => words(asked.options.find(({ option }) => option === code));
  const kind = () => METHODS[asked.method];

  const line = (...inside) => {
    const made = document.createElement("label");
    made.className = "option";
    made.append(...inside);
    return made;
  };
  const text = (said) => {
    const made = document.createElement("span");
    made.className = "words";
    made.textContent = said;
    return made;
  };
  const input = (attributes) => Object.assign(document.createElement("input"), attributes);
  const euros = (cents) => new Intl.NumberFormat(language, { style: "currency", currency: "EUR" }).format(cents / 100);

  const ranking = []; // the options in the order in which they were chosen

  const drawRanking = (place) => {
    const free = asked.options.map(({ option }) => option).filter((code) => !ranking.includes(code));
    const button = (sign, said, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "quiet";
      made.textContent = sign;
      made.setAttribute("aria-label", said);
      made.addEventListener("click", () => {
        act();
        drawRanking(place);
        place.querySelector(`[data-option="${CSS.escape(made.dataset.of)}"] button`)?.focus();
      });
      return made;
    };
    const row = (code, rank) => {
      const made = document.createElement("div");
      made.className = "option";
      made.dataset.option = code;
      const move = (by) => () => {
        ranking.splice(rank, 1);
        ranking.splice(rank + by, 0, code);
      };
      const name = labelled(code);
      const acts =
        rank < 0
          ? [button("+", `${root.dataset.rank} : ${name}`, () => ranking.push(code))]
          : [
              ...(rank > 0 ? [button("↑", `${root.dataset.up} : ${name}`, move(-1))] : []),
              ...(rank < ranking.length - 1 ? [button("↓", `${root.dataset.down} : ${name}`, move(1))] : []),
              button("×", `${root.dataset.unrank} : ${name}`, () => ranking.splice(rank, 1)),
            ];
      for (const one of acts) one.dataset.of = code;
      made.append(text(rank < 0 ? name : `${rank + 1}. ${name}`), ...acts);
      return made;
    };
    const legend = place.querySelector("legend");
    place.replaceChildren(legend, ...ranking.map((code, rank) => row(code, rank)), ...free.map((code) => row(code, -1)));
  };

  const drawPaper = () => {
    const place = part("paper");
    const legend = document.createElement("legend");
    legend.textContent = root.dataset[kind() === "one" ? "choose" : kind()];
    place.replaceChildren(legend);
    const { grades, top, dots, dots_each: each, costs, budget } = asked.parameters;
    if (kind() === "one" || kind() === "some") {
      const type = kind() === "one" ? "radio" : "checkbox";
      for (const option of asked.options) {
        const cost = costs?.find((one) => one.option === option.option);
        place.append(line(input({ type, name: "mark", value: option.option }), text(cost ? `${words(option)} (${euros(cost.amount)})` : words(option))));
      }
    } else if (kind() === "order") {
      ranking.length = 0;
      drawRanking(place);
    } else {
      for (const option of asked.options) {
        if (grades) {
          const chosen = Object.assign(document.createElement("select"), { name: option.option });
          chosen.append(new Option("–", ""));
          grades.forEach((grade, value) => chosen.append(new Option(grade, value)));
          place.append(line(text(words(option)), chosen));
        } else {
          const most = dots ? each ?? dots : top;
          place.append(line(text(words(option)), input({ type: "number", name: option.option, min: 0, max: most, step: 1, inputMode: "numeric" })));
        }
      }
    }
    if (budget && asked.method === "knapsack") part("limit").textContent = root.dataset.budget.replace("{n}", euros(budget));
    else part("limit").textContent = dots ? root.dataset.dots.replace("{n}", dots) : "";
    part("question").textContent = asked.question;
    part("blank").checked = false;
  };

  const chosen = () => {
    if (part("blank").checked) return {};
    const fields = [...part("paper").querySelectorAll("input, select")];
    if (kind() === "order") return ranking.length ? { ranks: ranking.map((code) => [code]) } : null;
    if (kind() === "points") {
      const points = fields.filter(({ value }) => value !== "").map(({ name, value }) => ({ option: name, points: Number(value) }));
      points.sort((a, b) => (a.option < b.option ? -1 : 1));
      return points.length ? { points } : null;
    }
    const marks = fields.filter(({ checked }) => checked).map(({ value }) => value);
    return marks.length ? { marks: marks.sort() } : null;
  };

  const fault = (choice) => {
    if (choice === null) return root.dataset.nothing;
    const { dots, costs, budget } = asked.parameters;
    if (dots && (choice.points ?? []).reduce((sum, one) => sum + one.points, 0) > dots) return part("limit").textContent;
    const spent = (choice.marks ?? []).reduce((sum, code) => sum + (costs?.find(({ option }) => option === code)?.amount ?? 0), 0);
    if (asked.method === "knapsack" && spent > budget) return part("limit").textContent;
    return part("form").checkValidity() ? null : root.dataset.nothing;
  };

  const told = (choice) => {
    if (choice.marks) return choice.marks.map(labelled);
    if (choice.ranks) return choice.ranks.map(([code], rank) => `${rank + 1}. ${labelled(code)}`);
    const { grades } = asked.parameters;
    if (choice.points) return choice.points.map(({ option, points }) => `${labelled(option)} : ${grades ? grades[points] : points}`);
    return [root.dataset.blank];
  };

  // One length for all papers, in bytes.
  const written = (choice) => {
    const said = JSON.stringify(choice);
    return said + " ".repeat(asked.length - cards.letters.encode(said).length);
  };

  // The device keeps what it gave until closing, in the order of the keys: should the urn restart, it gives it again.

  const held = () => JSON.parse(sessionStorage.getItem(store) ?? '{"mark":"","papers":{}}');
  const hold = ({ mark, papers }) =>
    sessionStorage.setItem(store, JSON.stringify({ mark, papers: Object.fromEntries(Object.entries(papers).sort(([a], [b]) => (a < b ? -1 : 1))) }));

  const giveAgain = async () => {
    const { mark, papers } = held();
    if (!Object.keys(papers).length) return;
    const answer = await urn("");
    if (!answer.ok) return; // not opened again yet
    const now = await answer.json();
    if (now.closed) {
      sessionStorage.removeItem(store);
      return;
    }
    if (now.mark === mark) return;
    for (const given of Object.values(papers)) if (!(await urn("/cast", given)).ok) return;
    hold({ mark: now.mark, papers: held().papers });
  };
  setInterval(() => giveAgain().catch(() => {}), LOOK_MS);

  const turnout = async () => {
    const answer = await urn("");
    if (!answer.ok) return;
    const { papers } = await answer.json();
    part("turnout").textContent = (papers < 2 ? root.dataset.one : root.dataset.many).replace("{n}", papers);
  };

  const complain = async (answer) => {
    const problem = await answer.json().catch(() => ({}));
    part("trouble").querySelector("[data-words]").textContent = problem[language] ?? root.dataset.away;
  };

  const forget = () => {
    clearTimeout(leaving);
    token = paper = null;
    ranking.length = 0;
    part("form").reset();
    part("paper").replaceChildren();
    part("my-paper").replaceChildren();
    show("no-card");
  };

  const cast = async () => {
    const given = { t: token, paper };
    part("cast").disabled = true;
    try {
      const answer = await urn("/cast", given);
      if (!answer.ok) {
        await complain(answer);
        show("confirm", "trouble");
        return;
      }
      const { key, mark } = await answer.json();
      const before = held();
      hold({ mark: before.mark || mark, papers: { ...before.papers, [key]: given } });
      token = paper = null;
      part("form").reset();
      part("paper").replaceChildren();
      part("my-paper").replaceChildren();
      show("done");
      part("done").querySelector("h2").focus();
      leaving = setTimeout(forget, SHOWN_MS);
      turnout().catch(() => {});
    } catch {
      part("trouble").querySelector("[data-words]").textContent = root.dataset.away;
      show("confirm", "trouble");
    } finally {
      part("cast").disabled = false;
    }
  };

  const begin = async () => {
    const read = location.hash.slice(1);
    history.replaceState(null, "", location.pathname + location.search);
    clearTimeout(leaving);
    if (/^[0-9a-f]{32}$/.test(read)) token = read;
    if (!token) return show("no-card");
    show("wait");
    try {
      const answer = await urn("");
      if (answer.status === 404) return show("not-open");
      if (!answer.ok) throw new Error("away");
      const seen = await answer.json();
      if (seen.closed) return show("over");
      asked = seen.ballot;
      drawPaper();
      show("choose");
    } catch {
      part("trouble").querySelector("[data-words]").textContent = root.dataset.away;
      show("not-open", "trouble");
    }
  };

  part("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const choice = chosen();
    const wrong = fault(choice);
    if (wrong) {
      part("trouble").querySelector("[data-words]").textContent = wrong;
      return show("choose", "trouble");
    }
    paper = written(choice);
    part("my-paper").replaceChildren(...told(choice).map((words) => Object.assign(document.createElement("li"), { textContent: words })));
    show("confirm");
    part("confirm").querySelector("h2").focus();
  });
  part("blank").addEventListener("change", () => {
    if (part("blank").checked) for (const field of part("paper").querySelectorAll("input")) field.checked = false;
  });
  part("paper").addEventListener("input", () => (part("blank").checked = false));
  part("cast").addEventListener("click", cast);
  part("change").addEventListener("click", () => show("choose"));
  part("again").addEventListener("click", begin);
  part("next").addEventListener("click", forget);
  addEventListener("hashchange", begin);
  begin();
})();
