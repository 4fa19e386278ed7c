/// The part of the timeline's script that shows the steps of a flow, and a whole request where one is opened.
enum TimelineSteps {
    static let text = #"""
        const browser = ["authorization", "login", "callback"];
        const resource = ["message", "challenge", "stream"];

        // What the server does on purpose; a scenario is named where it begins and ends.
        function marks(step, before) {
          const change = step.scenario ? `scenario ${step.scenario} from here on` : "no scenario from here on";
          return [step.fault && `on purpose: ${step.fault}`, step.scenario !== before && change].filter(Boolean);
        }

        function showStep(flow, data, problem, marks) {
          const step = flow.steps.get(data.entry) ?? createStep(flow, data);
          const isFirst = problem !== null && problem.entry === data.entry;
          // The whole of it stands above.
          step.outcome.textContent = isFirst ? `${data.outcome.split(": ")[0]} ← first problem` : data.outcome;
          const times = data.count > 1 ? ` (${data.count} times)` : "";
          step.title.textContent = data.title + times;
          step.marks.textContent = marks.join(" · ");
          step.marks.hidden = marks.length === 0;
          step.text = [data.title, data.outcome, data.kind, data.status, data.verdict, ...marks].join(" ").toLowerCase();
        }

        function createStep(flow, data) {
          const from = browser.includes(data.kind) ? "Browser" : "Client";
          const to = resource.includes(data.kind) ? "MCP server" : "auth server";
          const step = {
            title: element("span", { className: "title" }), outcome: element("span", { className: "outcome" }),
            marks: element("span", { className: "marks" }),
          };
          const time = element("span", { className: "time", textContent: offset(flow, data), title: data.time });
          const summary = element("summary", {}, time,
            element("span", { className: "dim", textContent: `${from} → ${to}` }), step.title, step.outcome, step.marks);
          const details = element("details", {}, summary);
          details.addEventListener("toggle", () => details.open && open(details, data));
          const news = flow.isFresh || flow.steps.size > 0 ? " new" : "";
          step.element = element("li", { className: `step ${data.verdict}${news}` }, details);
          flow.list.append(step.element);
          flow.steps.set(data.entry, step);
          return step;
        }

        async function open(details, data) {
          if (details.childElementCount > 1) return;
          const place = element("div", { className: "entry", textContent: "…" });
          details.append(place);
          try {
            const entry = await (await ask(`/debug/requests/${data.entry}`)).json();
            place.replaceChildren(...request(entry));
          } catch (error) {
            place.textContent = "The journal does not hold this request any more.";
          }
        }

        function request(entry) {
          const facts = `Request ${entry.id} from ${entry.peer}, answered in ${entry.duration_ms.toFixed(1)} ms`;
          return [
            element("p", { className: "dim", textContent: facts }), ...purposes(entry), explanation(entry.explanation),
            element("h4", { textContent: `${entry.method} ${entry.path}` }), ...message(entry.request),
            element("h4", { textContent: `Answer ${entry.status}` }), ...message(entry.response),
          ];
        }

        function purposes(entry) {
          const fault = entry.fault && `The server did this on purpose: ${entry.fault}.`;
          const scenario = entry.scenario && `The scenario ${entry.scenario} was on.`;
          return [fault, scenario].filter(Boolean).map((textContent) => element("p", { className: "marks", textContent }));
        }

        function message(side) {
          const parts = [pairs(side.query), pairs(side.headers)];
          if (side.body && side.body.form) parts.push(pairs(side.body.form));
          if (side.body && side.body.text) parts.push(element("pre", { textContent: pretty(side.body.text) }));
          return parts;
        }

        function pairs(list = []) {
          const made = element("dl");
          for (const { name, value } of list) {
            made.append(element("dt", { textContent: name }),
              element("dd", {}, element("code", { textContent: value })));
          }
          return made;
        }

        function pretty(text) {
          try {
            return JSON.stringify(JSON.parse(text), null, 2);
          } catch {
            return text;
          }
        }

        function offset(flow, data) {
          const milliseconds = Date.parse(data.time) - flow.began;
          return milliseconds < 10000 ? `+${milliseconds} ms` : `+${(milliseconds / 1000).toFixed(1)} s`;
        }

        const clock = (time) => new Date(time).toLocaleTimeString([], { hour12: false });
        const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
        """#
}
