"use strict";
(() => {
  const at = id => document.getElementById(id);
  const CHUNK = 16000, SETTLE = 300;
  const SIDES = ["left", "right"];
  let pair = null, busy = false, paused = false, marked = false, finished = false;
  let spent = 0, since = null, shownAt = 0;

  // The token leaves the address bar and stays with this tab.
  const given = new URLSearchParams(location.search).get("token");
  if (given) {
    sessionStorage.setItem("weightlaw-token", given);
    history.replaceState(null, "", "/");
  }
  const token = sessionStorage.getItem("weightlaw-token") || "";

  const ask = async (path, data) => {
    const options = {headers: {"X-Weightlaw-Token": token}, cache: "no-store"};
    if (data !== undefined) {
      options.method = "POST";
      options.headers["Content-Type"] = "application/json";
      options.body = JSON.stringify(data);
    }
    const response = await fetch(path, options);
    if (response.status === 403) throw new Error("This page needs the address that the command printed. Open it from there.");
    return response.json();
  };
  const say = text => { at("live").textContent = text; };
  const tell = text => { at("message").textContent = text; at("message").hidden = !text; };
  const GONE = "The program does not answer. What you have chosen so far is stored: start `weightlaw trial judge` again, and it goes on here.";
  const guarded = async work => {
    if (busy) return;
    busy = true;
    try { await work(); }
    catch (error) { tell(error instanceof TypeError ? GONE : error.message); say(at("message").textContent); }
    finally { busy = false; }
  };

  // the clock: only while the pair is in sight
  const run = () => { if (since === null) since = performance.now(); };
  const hold = () => { if (since !== null) { spent += performance.now() - since; since = null; } };
  const seconds = () => (spent + (since === null ? 0 : performance.now() - since)) / 1000;
  const clock = () => (pair && !paused && !document.hidden ? run() : hold());
  document.addEventListener("visibilitychange", clock);

  // what is shown: text nodes only
  const element = (tag, name, text) => {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  };
  const put = (box, block) => {
    const name = block.kind === "code" ? "code" : "text";
    if (block.text.length <= CHUNK) { box.append(element("div", name, block.text)); return; }
    const whole = element("div", name);
    for (let start = 0; start < block.text.length;) {
      const line = block.text.lastIndexOf("\n", start + CHUNK);
      const end = line > start ? line + 1 : start + CHUNK;
      whole.append(element("div", "long", block.text.slice(start, line > start ? line : end)));
      start = end;
    }
    box.append(whole);
  };
  const fill = side => {
    const box = at(side), part = pair[side];
    box.replaceChildren();
    for (const block of part.blocks) put(box, block);
    if (!part.total) box.append(element("p", "none", "An empty answer."));
    more(side, part.next, part.total);
  };
  const more = (side, next, total) => {
    const box = at(side + "-more");
    box.replaceChildren();
    box.hidden = next >= total;
    if (box.hidden) return;
    const number = n => n.toLocaleString("en");
    const some = element("button", "", "Show more"), all = element("button", "", "Show all");
    some.type = all.type = "button";
    some.addEventListener("click", () => guarded(() => rest(side, next, false)));
    all.addEventListener("click", () => guarded(() => rest(side, next, true)));
    box.append(element("span", "", `${number(next)} of ${number(total)} characters are shown.`), some, all);
  };
  const rest = async (side, next, all) => {
    const id = pair.id;
    do {
      const part = await ask(`/api/rest?id=${id}&side=${side}&from=${next}`);
      if (part.error || !pair || pair.id !== id) return;
      for (const block of part.blocks) put(at(side), block);
      more(side, next = part.next, part.total);
      await new Promise(requestAnimationFrame);
      if (next >= part.total) return;
    } while (all && !marked);
  };
  const showPrompt = () => {
    const box = at("prompt"), only = pair.prompt.length === 1;
    box.replaceChildren();
    for (const turn of pair.prompt) {
      const made = element("div", "turn");
      if (!only || turn.role !== "user") made.append(element("p", "role", turn.role));
      put(made, {kind: "text", text: turn.text});
      box.append(made);
    }
    if (pair.tools) {
      const made = element("div", "turn");
      made.append(element("p", "role", "tools that the answers may call"));
      put(made, {kind: "code", text: pair.tools});
      box.append(made);
    }
    box.classList.remove("cut");
    const long = box.scrollHeight > 260;
    box.classList.toggle("cut", long);
    at("whole").hidden = !long;
    at("whole").setAttribute("aria-expanded", "false");
    at("whole").textContent = "Show the whole prompt";
  };
  const unmark = () => {
    marked = false;
    at("difference").setAttribute("aria-pressed", "false");
  };
  const show = state => {
    pair = state.pair;
    spent = 0; since = null; shownAt = performance.now();
    unmark();
    at("who").textContent = state.rater;
    at("bar").max = Math.max(1, state.total);
    at("bar").value = state.done;
    at("count").textContent = `${state.done} of ${state.total} judged`;
    at("undo").disabled = !state.done;
    at("note").value = state.note || "";
    note(Boolean(state.note), false);
    at("end").hidden = Boolean(pair);
    at("finish").hidden = !state.total;
    view();
    if (pair) {
      tell("");
      at("title").textContent = `Pair ${state.done + 1} of ${state.total}`;
      showPrompt();
      SIDES.forEach(fill);
      say(`Pair ${state.done + 1} of ${state.total}`);
      scrollTo(0, 0);
      at("title").focus({preventScroll: true});
    } else {
      at("title").textContent = "Judging";
      tell(end(state));
      say(at("message").textContent);
    }
    clock();
  };
  const pairs = n => (n === 1 ? "1 pair was" : `${n} pairs were`);
  const end = state => {
    const parts = [state.total ? "All pairs are judged. Thank you." : "There is nothing to judge."];
    if (state.unanswered) parts.push(`${pairs(state.unanswered)} left out: an answer of one side is missing.`);
    if (state.identical) parts.push(`${pairs(state.identical)} left out: both answers read the same.`);
    return parts.join("\n");
  };
  const view = () => {
    at("pair").hidden = !pair || paused;
    at("dock").hidden = (!pair && at("undo").disabled) || paused || finished;
    for (const id of ["choose-left", "choose-tie", "choose-right", "difference", "add-note"]) at(id).hidden = !pair;
    at("paused").hidden = !paused;
    at("pause").hidden = !pair;
    at("pause").textContent = paused ? "Continue" : "Pause";
    clock();
  };

  // what can be done
  const choose = choice => guarded(async () => {
    if (!pair || paused || performance.now() - shownAt < SETTLE) return;
    const state = await ask("/api/choice", {id: pair.id, choice, seconds: seconds(), note: at("note").value});
    if (state.error) throw new Error(state.error);
    show(state);
    if (!state.stored) say("That pair was judged elsewhere; this is the next one.");
  });
  const undo = () => guarded(async () => {
    if (paused) return;
    const state = await ask("/api/undo", {});
    if (state.error) throw new Error(state.error);
    show(state);
    say(state.undone ? "The last choice is taken back: judge this pair again." : "There is nothing to take back.");
  });
  const difference = () => guarded(async () => {
    if (!pair || paused) return;
    if (marked) { unmark(); SIDES.forEach(fill); say("Differences are no longer marked."); return; }
    const found = await ask(`/api/difference?id=${pair.id}`);
    if (found.error) throw new Error(found.error);
    if (!found.left) { say("These answers are too long to compare."); at("title").textContent = "These answers are too long to compare"; return; }
    for (const side of SIDES) {
      const box = at(side);
      box.replaceChildren();
      for (const block of found[side]) {
        const made = element("div", block.kind === "code" ? "code" : "text");
        for (const [text, own] of block.runs) made.append(own ? element("mark", "", text) : text);
        box.append(made);
      }
      if (!found[side].length) box.append(element("p", "none", "An empty answer."));
      at(side + "-more").hidden = true;
    }
    marked = true;
    at("difference").setAttribute("aria-pressed", "true");
    say("Words that only one answer has are marked.");
  });
  const note = (open, focus) => {
    at("note-box").hidden = !open;
    at("add-note").setAttribute("aria-expanded", String(open));
    if (focus) (open ? at("note") : at("add-note")).focus();
  };
  const pause = () => {
    if (!pair) return;
    paused = !paused;
    view();
    if (paused) at("continue").focus();
    else { shownAt = performance.now(); at("title").focus({preventScroll: true}); }
    say(paused ? "Paused." : "Going on.");
  };
  const finish = () => guarded(async () => {
    await ask("/api/finish", {});
    finished = true;
    at("end").hidden = true;
    tell("Everything is stored. You can close this window.");
    say(at("message").textContent);
    view();
  });
  const keys = () => (at("keys").open ? at("keys").close() : at("keys").showModal());

  at("choose-left").addEventListener("click", () => choose("left"));
  at("choose-right").addEventListener("click", () => choose("right"));
  at("choose-tie").addEventListener("click", () => choose("tie"));
  at("difference").addEventListener("click", difference);
  at("add-note").addEventListener("click", () => note(at("note-box").hidden, true));
  at("undo").addEventListener("click", undo);
  at("pause").addEventListener("click", pause);
  at("continue").addEventListener("click", pause);
  at("help").addEventListener("click", keys);
  at("close-keys").addEventListener("click", keys);
  at("finish").addEventListener("click", finish);
  at("whole").addEventListener("click", () => {
    const cut = at("prompt").classList.toggle("cut");
    at("whole").setAttribute("aria-expanded", String(!cut));
    at("whole").textContent = cut ? "Show the whole prompt" : "Show less of the prompt";
  });
  at("single").checked = localStorage.getItem("weightlaw-single-keys") !== "off";
  at("single").addEventListener("change", () => localStorage.setItem("weightlaw-single-keys", at("single").checked ? "on" : "off"));

  const KEYS = {
    "1": () => choose("left"), ArrowLeft: () => choose("left"),
    "2": () => choose("right"), ArrowRight: () => choose("right"),
    "0": () => choose("tie"), " ": () => choose("tie"), t: () => choose("tie"),
    d: difference, n: () => { if (pair && !paused) note(true, true); }, u: undo, p: pause, "?": keys,
  };
  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.target === at("note")) {
      if (event.key === "Escape") { event.preventDefault(); at("title").focus({preventScroll: true}); }
      return;
    }
    if (at("keys").open) { if (event.key === "?") { event.preventDefault(); keys(); } return; }
    if (!at("single").checked || event.repeat) return;
    if (event.key === " " && event.target instanceof HTMLElement && event.target.closest("button, summary, a, input")) return;
    const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act) { event.preventDefault(); act(); }
  });

  guarded(async () => show(await ask("/api/state")));
})();
