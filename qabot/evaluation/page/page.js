"use strict";
// Filters the table of cases. Without it, all cases are shown and the controls are not.
(() => {
  const controls = document.getElementById("controls");
  const words = document.getElementById("words");
  const outcome = document.getElementById("outcome");
  const tag = document.getElementById("tag");
  const count = document.getElementById("count");
  const rows = [...document.querySelectorAll("#cases tbody tr")].map((row) => ({
    row,
    text: row.textContent.toLowerCase(),
    outcomes: row.dataset.outcomes.split("|"),
    tags: row.dataset.tags.split("|"),
  }));

  function filter() {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const each of rows) {
      const fits =
        (!outcome.value || each.outcomes.includes(outcome.value)) &&
        (!tag.value || each.tags.includes(tag.value)) &&
        wanted.every((word) => each.text.includes(word));
      each.row.hidden = !fits;
      shown += fits;
    }
    count.textContent = `${shown} of ${rows.length} cases`;
  }

  let waiting;
  words.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 120);
  });
  outcome.addEventListener("change", filter);
  tag.addEventListener("change", filter);
  controls.addEventListener("submit", (event) => event.preventDefault());
  controls.addEventListener("reset", () => setTimeout(filter));
  controls.hidden = false;
  filter();
})();
