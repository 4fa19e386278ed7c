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

    private static let style = HTML(file: PackageResources.page_css)
}
