internal import HTTPEdge

/// A page that tells a person why the browser cannot go on.
enum ErrorPage {
    static func response(_ status: HTTPStatus, title: String, _ message: String, details: [(String, String)] = [])
        -> HTTPResponse
    {
        let rows = details.map { name, value -> HTML in "<dt>\(name)</dt><dd><code>\(value)</code></dd>" }
        return Page.response(
            status, title: title,
            """
            <h1>\(title)</h1>
            <p class="bad">\(message)</p>
            \(rows.isEmpty ? "" : "<dl>\(rows)</dl>" as HTML)
            <p class="dim">Nothing was sent to the client. Close this page, and start again from the client once its request
            is right.</p>
            """)
    }
}
