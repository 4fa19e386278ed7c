internal import OAuth
package import Primitives

/// The names of trace context, which header fields and `_meta` have in common (MCP SEP-414).
package enum TraceName {
    package static let parent = "traceparent"
    package static let state = "tracestate"
    package static let baggage = "baggage"
}

extension SecretScanner {
    /// Reads a `traceparent`, which may be shown although its form is that of a secret.
    ///
    /// - Parameter session: the id of the request's session.
    /// - Throws: what is wrong with it, also when a secret of the settings or the session's id is in it.
    package func traceContext(_ text: String, session: String?) throws(TraceContext.Invalid) -> TraceContext {
        let context = try TraceContext(text)
        guard session != context.id.text else {
            throw TraceContext.Invalid("its trace id is the id of the session, which is a secret")
        }
        guard !holdsConfigured(context.text) else { throw TraceContext.Invalid("a secret of the settings is in it") }
        return context
    }

    /// The same for a session whose id is no longer there.
    func traceContext(_ text: String, session: Digest?) throws(TraceContext.Invalid) -> TraceContext {
        let context = try traceContext(text, session: String?.none)
        guard session == nil || session != Digest(of: context.id.text) else {
            throw TraceContext.Invalid("its trace id is the id of the session, which is a secret")
        }
        return context
    }
}
