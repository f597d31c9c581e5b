"use strict";
for (const box of document.querySelectorAll("[data-filter]")) {
  const rows = [...box.querySelectorAll(box.dataset.filter)];
  if (rows.length < 9) continue;
  const line = document.createElement("div"), label = document.createElement("label");
  const input = document.createElement("input"), told = document.createElement("output");
  line.className = "filter"; input.type = "search"; input.autocomplete = "off";
  label.append("Filter ", input); line.append(label, told); box.before(line);
  const text = rows.map(row => row.textContent.toLowerCase());
  input.setAttribute("aria-label", "Filter: " + box.dataset.name);
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => { row.hidden = !words.every(w => text[i].includes(w)); shown += !row.hidden; });
    told.value = words.length ? shown + " of " + rows.length : "";
  });
}
