internal import HTTPEdge
internal import Primitives
internal import StaticAuthServer

/// The page at the end of a login, which tells the page that opened it and closes itself.
struct CallbackPage {
    /// Why the login failed; nil when it succeeded.
    let failure: GatewayError?
    /// The origin of the page that began the login, to which alone it is told.
    let origin: String?

    var response: HTTPResponse {
        let title = failure == nil ? "You are logged in" : "The login failed"
        let words = failure?.words ?? "You can close this window."
        let page: HTML = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <link rel="stylesheet" href="\(GatewayPath.style)">
            <script src="\(GatewayPath.callbackScript)" defer></script>
            </head>
            <body data-origin="\(origin ?? "")" data-message="\(message)">
            <main>
            <h1>\(title)</h1>
            <p>\(words)</p>
            </main>
            </body>
            </html>

            """
        return HTTPResponse(
            failure?.status ?? .ok, fields: PageFields.fields, body: .bytes(Array(page.markup.utf8)))
    }

    /// The message for the opener.
    private var message: String {
        var message: JSONObject = ["type": "mcp-auth", "success": .bool(failure == nil)]
        if let failure {
            message["error"] = .string(failure.words)
            message["code"] = .string(failure.code.rawValue)
        }
        return String(decoding: JSONWriter.bytes(of: message), as: UTF8.self)
    }
}

/// The header fields of pages: nothing from elsewhere, no framing, no caching.
enum PageFields {
    static let fields = HTTPFields([
        ("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store"),
        (
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
                + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
        ),
        ("X-Frame-Options", "DENY"), ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "no-referrer"),
    ])
}
