internal import Primitives

/// The media types that a client accepts.
///
/// RFC 9110 §12.5.1, without preferences: a type counts when it is listed, itself or by a range, and not with `q=0`.
package struct Accept {
    package let json: Bool
    package let eventStream: Bool
    /// Whether JSON is listed explicitly, not only by a range.
    package let namesJSON: Bool
    /// Whether event streams are listed explicitly.
    package let namesEventStream: Bool
    /// Whether HTML is listed explicitly, as browsers do and hardly any program.
    package let namesHTML: Bool

    /// Whether a page is preferred to a document.
    package var prefersPage: Bool { namesHTML && !namesJSON }

    /// Reads the field, which may be repeated.
    package init(_ fields: HTTPFields) {
        let ranges = fields["accept"].flatMap { $0.split(separator: ",") }.map(Self.range)
        func accepts(_ type: String, _ wider: String) -> Bool {
            // The most specific range for the type decides.
            [type, wider, "*/*"].lazy.compactMap { name in ranges.first { $0.name == name } }.first?.isAccepted ?? false
        }
        namesHTML = ranges.contains { $0.name == "text/html" && $0.isAccepted }
        namesJSON = ranges.contains { $0.name == "application/json" && $0.isAccepted }
        namesEventStream = ranges.contains { $0.name == "text/event-stream" && $0.isAccepted }
        json = accepts("application/json", "application/*")
        eventStream = accepts("text/event-stream", "text/*")
    }

    /// The range of one element in lower case, and whether it is accepted or excluded.
    private static func range(_ element: Substring) -> (name: String, isAccepted: Bool) {
        let parts = element.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
        let isRuledOut = parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
        return (parts.first ?? "", !isRuledOut)
    }
}
