// A count played again: forward and back, at a chosen speed, by buttons or keys; every frame is in the page already.
"use strict";
(() => {
  const root = document.getElementById("playback");
  if (!root) return;
  const { reads, steps } = JSON.parse(root.dataset.frames);
  const words = root.dataset;
  const part = (name) => document.getElementById(name);
  const papers = reads.reduce((sum, one) => sum + one.papers, 0);
  const frames = papers + steps.length;
  const SECOND_MS = 1000;
  let at = Number(words.at);
  let timer = 0;

  // What stands on the board once so many papers are read, and what the last of them says.
  const boardAt = (count) => {
    const found = {};
    let left = count;
    let said = "";
    for (const one of reads) {
      const taken = Math.min(left, one.papers);
      if (taken > 0) said = one.said;
      left -= taken;
      for (const [option, number] of Object.entries(one.adds)) found[option] = (found[option] ?? 0) + number * taken;
    }
    return { found, said };
  };
  const counted = (pattern, number, all) => pattern.replace("{n}", number).replace("{all}", all);
  const where = () => {
    if (at === 0) return words.start;
    return at <= papers ? counted(words.paper, at, papers) : counted(words.step, at - papers, frames - papers);
  };

  const draw = () => {
    const { found, said } = boardAt(Math.min(at, papers));
    part("where").textContent = where();
    part("paper-said").firstElementChild.textContent = at > papers ? steps[at - papers - 1] : said;
    part("position").value = at;
    root.querySelectorAll("[data-count]").forEach((cell) => (cell.textContent = found[cell.dataset.count] ?? 0));
    root.querySelectorAll("[data-bar]").forEach((bar) => (bar.value = found[bar.dataset.bar] ?? 0));
    part("end").hidden = at < frames;
    part("back").setAttribute("href", `?pas=${Math.max(at - 1, 0)}#playback`);
    part("on").setAttribute("href", `?pas=${Math.min(at + 1, frames)}#playback`);
    history.replaceState(null, "", `?pas=${at}#playback`);
  };
  const go = (to) => {
    at = Math.min(Math.max(to, 0), frames);
    draw();
  };
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    part("play").textContent = words.play;
    part("paper-said").setAttribute("aria-live", "polite");
  };
  const tick = () => {
    go(at + 1);
    if (at === frames) stop();
  };
  const play = () => {
    if (at === frames) go(0);
    part("paper-said").setAttribute("aria-live", "off"); // nobody can listen as fast as it plays
    timer = setInterval(tick, SECOND_MS / Number(part("speed").value));
    part("play").textContent = words.pause;
  };
  const toggle = () => (timer ? stop() : play());
  const by = (to) => {
    stop();
    go(to());
  };

  const MOVES = { first: () => 0, back: () => at - 1, on: () => at + 1, last: () => frames };
  const KEYS = { Home: MOVES.first, ArrowLeft: MOVES.back, ArrowRight: MOVES.on, End: MOVES.last };
  for (const [name, to] of Object.entries(MOVES)) {
    part(name).addEventListener("click", (event) => {
      event.preventDefault();
      by(to);
    });
  }
  part("play").addEventListener("click", toggle);
  part("speed").addEventListener("change", () => {
    if (timer) {
      stop();
      play();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("select, input, textarea")) return;
    if (KEYS[event.key]) by(KEYS[event.key]);
    else if (event.key === " " && !event.target.closest("button, a, summary")) toggle();
    else return;
    event.preventDefault();
  });
  ["play", "speeds", "keys"].forEach((name) => (part(name).hidden = false));
})();
