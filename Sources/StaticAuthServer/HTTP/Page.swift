internal import HTTPEdge

/// The frame of every page: one card, readable on a phone, in the system's light or dark mode.
///
/// It has no external resource, and the style is inline. Its only script is for buttons that copy; every page is whole
/// without it.
enum Page {
    /// The width of the card.
    enum Width {
        case normal
        /// For lists.
        case wide
    }

    /// A page as a response, with header fields against framing, caching and sniffing.
    ///
    /// `Referrer-Policy` is `same-origin`, not `no-referrer`, with which Chromium sends `Origin: null` on the page's
    /// own form; and there is no `form-action`, which Chromium applies to the redirect after the form.
    ///
    /// - Parameter isScripted: whether it has buttons that copy; the script is part of the debug features.
    static func response(
        _ status: HTTPStatus, title: String, width: Width = .normal, isScripted: Bool = false, _ content: HTML
    ) -> HTTPResponse {
        let script = isScripted ? " script-src 'self';" : ""
        let fields = HTTPFields([
            ("Content-Type", "text/html; charset=utf-8"),
            ("Cache-Control", "no-store"),
            (
                "Content-Security-Policy",
                "default-src 'none';\(script) style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
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
            <style>\(style)</style>\(isScripted ? Self.script : "")
            </head>
            <body\(width == .wide ? " class=\"wide\"" : "" as HTML)>
            <main>
            \(content)
            </main>
            <footer>\(Product.name) \(Version.current)</footer>
            </body>
            </html>

            """
        return HTTPResponse(status, fields: fields, body: .bytes(Array(page.markup.utf8)))
    }

    /// A button that copies the text of an element; the script shows it.
    static func copyButton(_ source: String) -> HTML {
        "<button type=\"button\" class=\"copy\" data-copy=\"\(source)\" hidden>Copy</button>"
    }

    private static let script: HTML = "\n<script src=\"\(Path.pageScript)\" defer></script>"
    private static let style = HTML(file: PackageResources.page_css)
}
