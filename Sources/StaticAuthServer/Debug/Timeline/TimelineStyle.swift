/// The look of the timeline: light or dark as the system is, wide or narrow as the window is.
enum TimelineStyle {
    static let sheet: HTML = """
        :root { --ink: #1c2024; --dim: #59626e; --paper: #f3f4f6; --card: #fff; --line: #d9dde2; --code: #f3f5f7;
          --accent: #0b62d6; --fine: #17743b; --note: #8a5a00; --note-paper: #fff4dc; --bad: #b3261e;
          --bad-paper: #fdecea; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #9aa4b0; --paper: #111418; --card: #1a1e24;
          --line: #333a43; --code: #12161b; --accent: #79b0ff; --fine: #6fd08c; --note: #f2c14e; --note-paper: #33290f;
          --bad: #ff9d94; --bad-paper: #3a1d1b; } }
        * { box-sizing: border-box; }
        [hidden] { display: none !important; }
        body { margin: 0 auto; padding: 20px 20px 32px; max-width: 76rem; background: var(--paper); color: var(--ink);
          font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        header { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 14px; }
        h1 { font-size: 1.35rem; margin: 0; }
        #state { margin: 0; color: var(--dim); font-size: 13px; }
        #state::before { content: "● "; color: var(--note); }
        #state.live::before { color: var(--fine); }
        .tools { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-left: auto; }
        input[type=search], input[type=password] { padding: 6px 10px; font: inherit; color: inherit;
          background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
        input[type=search] { width: 15rem; }
        button { padding: 6px 14px; font: inherit; font-weight: 600; color: inherit; background: var(--card);
          border: 1px solid var(--line); border-radius: 8px; cursor: pointer; }
        a { color: var(--accent); }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
        code, pre { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, "Liberation Mono", monospace; }
        #gate, #empty { padding: 24px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
        #gate label { display: block; margin-bottom: 6px; font-weight: 600; }
        .flow { margin-bottom: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 12px;
          overflow: hidden; }
        .flow > summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; padding: 11px 16px; }
        summary { cursor: pointer; }
        .flow > summary b { font-size: 1.05rem; }
        .dim { color: var(--dim); }
        .badge { padding: 0 9px; border: 1px solid currentColor; border-radius: 99px; font-size: 12.5px; }
        .badge.fine { color: var(--fine); } .badge.expected { color: var(--note); } .badge.wrong { color: var(--bad); }
        .flow > summary .badge { margin-left: auto; }
        .says { margin: 0 16px 12px; padding: 9px 14px; border-radius: 8px; }
        .says.wrong { background: var(--bad-paper); border-left: 4px solid var(--bad); }
        .says.silence { background: var(--note-paper); border-left: 4px solid var(--note); }
        .says h3 { margin: 0 0 2px; font-size: 1em; }
        .says p { margin: 0; }
        dl { display: grid; grid-template-columns: minmax(6rem, max-content) 1fr; gap: 2px 14px; margin: 6px 0 0; }
        dt { color: var(--dim); }
        dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
        ol { list-style: none; margin: 0; padding: 0; }
        .step { border-top: 1px solid var(--line); border-left: 4px solid transparent; }
        .step.wrong { border-left-color: var(--bad); }
        .step.expected { border-left-color: var(--note); }
        .step > details > summary { display: grid; grid-template-columns: 5.5rem 11rem minmax(12rem, 1fr) minmax(12rem, 1.3fr);
          gap: 2px 14px; padding: 6px 16px 6px 12px; list-style: none; overflow-wrap: anywhere; }
        .step > details > summary::-webkit-details-marker { display: none; }
        .step > details > summary:hover, .flow > summary:hover { background: var(--code); }
        .step .time { color: var(--dim); font-variant-numeric: tabular-nums; }
        .step .outcome::before { content: "→ "; color: var(--dim); }
        .step.fine .outcome { color: var(--fine); } .step.expected .outcome { color: var(--note); }
        .step.wrong .outcome { color: var(--bad); font-weight: 600; }
        .marks { color: var(--note); font-size: 13px; }
        .step > details > summary .marks { grid-column: 3 / -1; }
        .entry { padding: 4px 16px 14px; background: var(--code); }
        .entry h4 { margin: 10px 0 2px; }
        .entry pre { margin: 6px 0; padding: 8px 10px; background: var(--card); border: 1px solid var(--line);
          border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
        .bad { color: var(--bad); }
        footer { margin-top: 18px; color: var(--dim); font-size: 12.5px; text-align: center; }
        @media (max-width: 48rem) { body { padding: 12px 8px 24px; } .tools { margin-left: 0; }
          input[type=search] { width: 11rem; } .step > details > summary { grid-template-columns: 5.5rem 1fr; }
          .step .title, .step .outcome, .step > details > summary .marks { grid-column: 1 / -1; } .entry dl, .says dl { grid-template-columns: 1fr; gap: 0; }
          .entry dd, .says dd { margin-bottom: 5px; } }
        @media (prefers-reduced-motion: no-preference) { .step.new { animation: arrive 1.2s; }
          @keyframes arrive { from { background: var(--note-paper); } } }
        """
}
