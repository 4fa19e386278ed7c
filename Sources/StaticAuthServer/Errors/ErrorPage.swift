internal import HTTPEdge
internal import Primitives

/// A page that tells a person why the login cannot continue.
enum ErrorPage {
    static func response(
        _ status: HTTPStatus, title: String, _ message: String, details: [(String, String)] = [],
        isForPeople: Bool = true, disclosure: ErrorDetails? = nil
    ) -> HTTPResponse {
        let rows = details.map { name, value -> HTML in "<dt>\(name)</dt><dd><code>\(value)</code></dd>" }
        return Page.response(
            status, title: title,
            """
            <h1>\(title)</h1>
            <p class="bad">\(message)</p>
            \(rows.isEmpty ? "" : "<dl>\(rows)</dl>" as HTML)
            \(disclosure?.explanation?.html ?? "")
            \(disclosure?.url.map { "<p><a href=\"\($0)\">This request in the journal</a></p>" } ?? "" as HTML)
            \(isForPeople ? next : "")
            """)
    }

    private static let next: HTML = """
        <p class="dim">Nothing was sent to the client. Close this page, and start again from the client once its request
        is right.</p>
        """
}

extension Explanation {
    /// The parts as a list for a page.
    var html: HTML {
        let rows = [("Expected", expected), ("Received", received)].compactMap { name, text in
            text.map { "<dt>\(name)</dt><dd>\($0.text)</dd>" as HTML }
        }
        let list: HTML = rows.isEmpty ? "" : "<dl>\(rows)</dl>"
        return hint.map { "\(list)<p class=\"note\">\($0.text)</p>" } ?? list
    }
}
