// The server's verdict: which rules the clients followed.

// From the weakest to the strongest, which wins when reports are combined.
const strength = ["NOT SEEN", "PASS", "NOTE", "FAIL"];

/** Reads the JSON of /debug/report. */
export function readReport(document) {
  return new Report(document.rules.map(({ id, rule, reference, level, verdict, problems }) => ({
    id, text: rule, reference, level, verdict,
    // A required rule that was not seen has no request.
    problems: problems.map(({ entry, problem }) => (entry === null ? problem : `request ${entry}: ${problem}`)),
  })));
}

export class Report {
  constructor(rules = []) {
    this.rules = rules;
  }

  get failed() {
    return this.rules.filter(({ verdict }) => verdict === "FAIL");
  }

  get passed() {
    return this.rules.filter(({ verdict }) => verdict === "PASS");
  }

  toString() {
    const count = (verdict) => this.rules.filter((rule) => rule.verdict === verdict).length;
    const summary = [...strength].reverse().map((verdict) => `${count(verdict)} ${verdict}`).join(", ");
    return [...this.failed.map(ruleText), summary].join("\n");
  }

  /** Takes over the verdicts of another report; `place` says in front of each problem where it was seen. */
  add(other, place) {
    for (const rule of other.rules) {
      const problems = rule.problems.map((problem) => (place ? `${place}, ${problem}` : problem));
      const ours = this.rules.find(({ id }) => id === rule.id);
      if (!ours) {
        this.rules.push({ ...rule, problems });
        continue;
      }
      if (strength.indexOf(rule.verdict) > strength.indexOf(ours.verdict)) ours.verdict = rule.verdict;
      ours.problems.push(...problems.filter((problem) => !ours.problems.includes(problem)));
    }
  }

  /** The report as JUnit's XML: one suite for all tests. */
  toJUnit() {
    const skipped = this.rules.filter(({ verdict }) => verdict === "NOT SEEN").length;
    const lines = this.rules.map(({ id, text, reference, verdict, problems }) => {
      const start = `<testcase classname="client" name="${escaped(`${id}: ${text} (${reference})`)}"`;
      if (verdict === "PASS") return `${start}/>`;
      if (verdict === "NOTE") return `${start}><system-out>${escaped(problems.join("\n"))}</system-out></testcase>`;
      if (verdict === "NOT SEEN") return `${start}><skipped/></testcase>`;
      const message = escaped(problems[0] ?? text);
      return `${start}><failure message="${message}">${escaped(problems.join("\n"))}</failure></testcase>`;
    });
    return [
      '<?xml version="1.0" encoding="UTF-8"?>',
      `<testsuite name="static-auth-server report" tests="${this.rules.length}" failures="${this.failed.length}" ` +
        `errors="0" skipped="${skipped}">`,
      ...lines, "</testsuite>", "",
    ].join("\n");
  }
}

/** A rule and its problems. */
export function ruleText({ verdict, id, text, reference, problems }) {
  return [`${verdict} ${id}: ${text} (${reference})`, ...problems.map((problem) => `  ${problem}`)].join("\n");
}

function escaped(text) {
  const names = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  // XML cannot contain these.
  return text.replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, "\ufffd").replace(/[&<>"]/g, (one) => names[one]);
}
