// Filters the table of cases, and takes a person's marks. Without it, all cases are shown and the controls are not.
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

  const save = document.getElementById("save");
  const marks = [...document.querySelectorAll("#cases .mark")];
  let unsaved = false;

  function told() {
    const count = marks.filter((each) => each.dataset.mark).length;
    save.disabled = !count;
    save.textContent = count ? `Save ${count} marked as cases` : "Save the marked as cases";
  }

  for (const each of marks) {
    const answer = each.querySelector("input");
    for (const button of each.querySelectorAll("button")) {
      button.addEventListener("click", () => {
        const lifted = each.dataset.mark === button.value;
        each.dataset.mark = lifted ? "" : button.value;
        for (const other of each.querySelectorAll("button"))
          other.setAttribute("aria-pressed", String(!lifted && other === button));
        answer.hidden = each.dataset.mark !== "wrong";
        unsaved = true;
        told();
      });
    }
    each.hidden = false;
  }

  save.addEventListener("click", () => {
    const lines = marks.filter((each) => each.dataset.mark).map((each) => {
      const { asked, given, abstained, right } = JSON.parse(each.dataset.said);
      const typed = each.querySelector("input").value.trim();
      return JSON.stringify(markedCase(asked, given, abstained, right, each.dataset.mark, typed)) + "\n";
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(lines, { type: "application/jsonl" }));
    link.download = "marked.jsonl";
    link.click();
    URL.revokeObjectURL(link.href);
    unsaved = false;
  });
  addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  told();
})();
