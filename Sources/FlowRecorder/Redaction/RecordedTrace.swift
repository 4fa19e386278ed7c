internal import HTTPEdge
internal import MCPCore
internal import OAuth
package import Primitives

/// The trace context of a request: that of its header fields, and that of its message.
///
/// W3C Trace Context and W3C Baggage; for `_meta` MCP SEP-414. The two may differ, since what forwards a request may
/// write the header fields anew and leaves the message as it is: both are kept, and the message decides which trace the
/// request belongs to. An invalid `traceparent` is ignored, as the specification demands, and explained by a note.
package final class RecordedTrace: Sendable {
    /// The context in one of the two places.
    private struct Context {
        var parent: TraceContext?
        /// Vendors' parts of the context, cut off where they are long; without a valid parent there are none.
        var state: SafeText?
        var baggage: SafeText?

        var json: JSONObject {
            var object: JSONObject = [:]
            object["traceparent"] = parent.map { .string($0.text) }
            object["trace_id"] = parent.map { .string($0.id.text) }
            object["parent_id"] = parent.map { .string($0.parentText) }
            object["sampled"] = parent.map { .bool($0.isSampled) }
            object["tracestate"] = state.map { .string($0.text) }
            object["baggage"] = baggage.map { .string($0.text) }
            return object
        }

        var size: Int { (state?.size ?? 0) + (baggage?.size ?? 0) }
    }

    private let header: Context?
    private let meta: Context?
    /// What was ignored, and why.
    package let notes: [SafeText]

    /// Reads the context of a request; nil when it has none.
    ///
    /// - Parameter messages: its messages; the context of the first one that has any is kept.
    init?(_ fields: HTTPFields, _ messages: [JSONObject], session: Digest?, _ secrets: SecretScanner) {
        var notes: [SafeText] = []
        func context(
            _ place: SafeText, parent: SafeText?, value: String?, state: String?, baggage: String?
        ) -> Context {
            var context = Context(baggage: baggage.map(secrets.excerpt))
            do throws(TraceContext.Invalid) {
                if let parent { throw TraceContext.Invalid(parent) }
                guard let value else { return context }
                context.parent = try secrets.traceContext(value, session: session)
                context.state = state.map(secrets.excerpt)
            } catch {
                notes.append("traceparent in \(place) is ignored: \(error.reason).")
            }
            return context
        }
        var header: Context?
        if Self.names.contains(where: fields.contains) {
            let parents = fields[TraceName.parent]
            header = context(
                "the header", parent: parents.count > 1 ? "there are \(parents.count) of them" : nil,
                value: parents.first, state: Self.list(fields[TraceName.state]),
                baggage: Self.list(fields[TraceName.baggage]))
        }
        var meta: Context?
        let all = messages.lazy.compactMap { $0["params"]?.object?[MetaKey.meta]?.object }
        if let found = all.first(where: { meta in Self.names.contains { meta[$0] != nil } }) {
            let parent = found[TraceName.parent]
            meta = context(
                "_meta", parent: parent.flatMap { $0.string == nil ? "it is \($0.kind), not text" : nil },
                value: parent?.string, state: found[TraceName.state]?.string,
                baggage: found[TraceName.baggage]?.string)
        }
        guard header != nil || meta != nil else { return nil }
        (self.header, self.meta, self.notes) = (header, meta, notes)
    }

    private static let names = [TraceName.parent, TraceName.state, TraceName.baggage]

    /// The values of a field that is a list (RFC 9110 §5.3).
    private static func list(_ values: [String]) -> String? { values.isEmpty ? nil : values.joined(separator: ",") }

    /// The trace that the request belongs to.
    var id: TraceContext.ID? { (meta?.parent ?? header?.parent)?.id }

    /// Whether one of its contexts is of a trace.
    package func isOf(_ trace: TraceContext.ID) -> Bool { header?.parent?.id == trace || meta?.parent?.id == trace }

    /// The `traceparent` values for a person, each with its place.
    package var lines: [(place: String, value: String)] {
        [("header", header), ("_meta", meta)].flatMap { place, context in
            [
                ("traceparent", context?.parent?.text), ("tracestate", context?.state?.text),
                ("baggage", context?.baggage?.text),
            ].compactMap { name, value in value.map { ("\(name) in \(place)", $0) } }
        }
    }

    /// The contexts and the notes as JSON.
    package var json: JSONObject {
        var object: JSONObject = [:]
        object["trace_id"] = id.map { .string($0.text) }
        object["header"] = header.map { .object($0.json) }
        object["_meta"] = meta.map { .object($0.json) }
        if !notes.isEmpty { object["notes"] = .array(notes.map { .string($0.text) }) }
        return object
    }

    /// The approximate memory, in bytes.
    var size: Int {
        MemoryLayout<Context?>.size * 2 + 48 + (header?.size ?? 0) + (meta?.size ?? 0)
            + notes.reduce(0) { $0 + $1.size + MemoryLayout<SafeText>.size }
    }
}
