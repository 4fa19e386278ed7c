internal import HTTPEdge

/// The frame around every page: one card, readable on a phone, light or dark as the system is.
///
/// No script, no outside resource; the style is inline because the content security policy allows nothing else.
enum Page {
    /// A page as a response, with the header fields that keep it from being framed, cached or sniffed.
    ///
    /// `Referrer-Policy` is `same-origin` and not `no-referrer`, with which Chromium sends `Origin: null` on the page's
    /// own form; and there is no `form-action`, which Chromium applies to the redirect that follows the form.
    static func response(_ status: HTTPStatus, title: String, _ content: HTML) -> HTTPResponse {
        let fields = HTTPFields([
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            (
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
            ),
            ("X-Frame-Options", "DENY"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "same-origin"),
        ])
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title) · static-auth-server</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            \(content)
            </main>
            <footer>static-auth-server \(Version.current)</footer>
            </body>
            </html>

            """
        return HTTPResponse(status, fields: fields, body: .bytes(Array(page.markup.utf8)))
    }

    private static let style: HTML = """
        :root { --ink: #1c2024; --dim: #5b6470; --paper: #f3f4f6; --card: #fff; --line: #d9dde2; --code: #f3f5f7;
          --accent: #0b62d6; --on-accent: #fff; --bad: #b3261e; --bad-paper: #fdecea; --note-paper: #eaf2fe; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e8eaed; --dim: #9aa4b0; --paper: #111418; --card: #1a1e24;
          --line: #333a43; --code: #12161b; --accent: #79b0ff; --on-accent: #08213f; --bad: #ff9d94;
          --bad-paper: #3a1d1b; --note-paper: #16283f; } }
        * { box-sizing: border-box; }
        body { margin: 0; padding: 6vh 16px 24px; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        main { max-width: 44rem; margin: 0 auto; padding: 28px; background: var(--card); border: 1px solid var(--line);
          border-radius: 12px; }
        main:has(form) { max-width: 27rem; }
        footer { max-width: 44rem; margin: 14px auto 0; text-align: center; color: var(--dim); font-size: 13px; }
        h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 8px; }
        h2 { font-size: 1.05rem; margin: 26px 0 8px; }
        p { margin: 8px 0; }
        .dim { color: var(--dim); }
        a { color: var(--accent); }
        code, pre { font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, "Liberation Mono", monospace; }
        code { overflow-wrap: anywhere; }
        code.line { white-space: nowrap; }
        pre { margin: 8px 0; padding: 12px; background: var(--code); border: 1px solid var(--line); border-radius: 8px;
          white-space: pre-wrap; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 6px 16px; margin: 14px 0; }
        dt { color: var(--dim); }
        dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
        label { display: block; margin: 14px 0 4px; font-weight: 600; }
        input { width: 100%; padding: 10px 12px; font: inherit; color: inherit; background: var(--paper);
          border: 1px solid var(--line); border-radius: 8px; }
        input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--accent);
          outline-offset: 2px; }
        .actions { display: flex; gap: 12px; margin-top: 20px; }
        button { flex: 1; padding: 11px; font: inherit; font-weight: 600; border-radius: 8px; cursor: pointer;
          border: 1px solid var(--line); background: transparent; color: inherit; }
        button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
        .bad, .note { margin: 14px 0; padding: 10px 14px; border-radius: 8px; }
        .bad { background: var(--bad-paper); color: var(--bad); }
        .note { background: var(--note-paper); }
        @media (max-width: 30rem) { body { padding: 0 0 16px; } main { border-width: 0 0 1px; border-radius: 0;
          padding: 22px 18px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 10px; } }
        """
}
