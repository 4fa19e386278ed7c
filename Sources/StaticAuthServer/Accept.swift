internal import HTTPEdge

/// The media types that a client says it can read.
///
/// RFC 9110 §12.5.1, without preferences: a type counts when it is listed, itself or by a range, and not with `q=0`.
struct Accept {
    let json: Bool
    let eventStream: Bool
    /// Whether JSON is listed itself, and not only covered by a range.
    let namesJSON: Bool

    init(_ fields: HTTPFields) {
        let values = fields["accept"]
        // What nearly every client sends needs no reading.
        if values == [Self.usual] {
            (json, eventStream, namesJSON) = (true, true, true)
            return
        }
        let ranges = values.flatMap { $0.split(separator: ",") }.compactMap(Self.acceptable)
        namesJSON = ranges.contains("application/json")
        json = namesJSON || ["application/*", "*/*"].contains(where: ranges.contains)
        eventStream = ["text/event-stream", "text/*", "*/*"].contains(where: ranges.contains)
    }

    /// The range of one element of the list, in lower case; nil when it is ruled out.
    private static func acceptable(_ element: Substring) -> String? {
        let parts = element.split(separator: ";").map { $0.trimmingSpaces().lowercased() }
        return parts.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) } ? nil : parts.first
    }

    private static let usual = "application/json, text/event-stream"
}
