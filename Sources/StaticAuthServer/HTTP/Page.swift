internal import HTTPEdge

/// The frame of every page: one card, readable on a phone, in the system's light or dark mode.
///
/// It has no script and no external resource; the style is inline because the content security policy allows nothing
/// else.
enum Page {
    /// A page as a response, with header fields against framing, caching and sniffing.
    ///
    /// `Referrer-Policy` is `same-origin`, not `no-referrer`, with which Chromium sends `Origin: null` on the page's
    /// own form; and there is no `form-action`, which Chromium applies to the redirect after the form.
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
            <title>\(title) · \(Product.name)</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            \(content)
            </main>
            <footer>\(Product.name) \(Version.current)</footer>
            </body>
            </html>

            """
        return HTTPResponse(status, fields: fields, body: .bytes(Array(page.markup.utf8)))
    }

    private static let style = HTML(file: PackageResources.page_css)
}
