internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The token by which our own pages show that they send a request, and no page of another site (CSRF).
///
/// Only a page of this origin can read it, and only such a page can send a header field of its own without being asked
/// first. Programs that are no browsers need none.
struct PageToken: Sendable {
    /// The header field that carries it.
    static let field = "Debug-Page-Token"

    /// The value in the page.
    let text = Random.bytes(24)[...].hexadecimal

    /// Whether a request shows it; compared in constant time.
    func isShown(by request: HTTPRequest) -> Bool {
        let values = request.fields[Self.field.lowercased()]
        return values.count == 1 && Secret(values[0]) == Secret(text)
    }
}
