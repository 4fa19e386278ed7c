package import Primitives

/// An error that came on an event stream, after the request that it answers had its entry and its step.
package struct StreamError: Sendable {
    /// The number of the request in the journal.
    let entry: Int
    /// When it came.
    let time: Instant
    /// The reason, where it is known.
    let explanation: Explanation?
    /// Whether a tool says that it failed; otherwise it is an error of the protocol.
    let isOfTool: Bool

    /// Describes an error of an event.
    package init(entry: Int, time: Instant, explanation: Explanation?, isOfTool: Bool) {
        (self.entry, self.time, self.explanation, self.isOfTool) = (entry, time, explanation, isOfTool)
    }
}
