"use strict";
// The case that a person's mark makes of one: what `qabot eval` reads, corrected.
// mark: "right", "wrong" or "decline" (the articles do not say); typed: the right answer, where one was typed.
function markedCase(asked, given, abstained, wasRight, mark, typed) {
  const { answers = [], abstain, wrong = [], ...rest } = asked;
  const others = wrong.filter((each) => each !== given);
  const keep = (fields) => ({ ...rest, ...fields });
  if (mark === "decline" || (mark === "right" && abstained)) return keep({ abstain: true });
  if (mark === "right") {
    const known = wasRight && answers.length ? answers : answers.length === 1 ? [[...answers[0], given]] : [[given]];
    return keep({ answers: known, ...(others.length ? { wrong: others } : {}) });
  }
  if (typed) return keep({ answers: [[typed]], ...(wrong.length ? { wrong } : {}) });
  const never = abstained ? wrong : [...others, given];
  const fields = never.length ? { wrong: never } : {};
  if (answers.length) return keep({ answers, ...fields });
  return keep({ abstain: abstain === true && !abstained ? true : null, ...fields });
}
