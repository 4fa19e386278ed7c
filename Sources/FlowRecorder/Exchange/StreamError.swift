package import Primitives

/// An error on an event stream, after the request that it answers was recorded.
package struct StreamError: Sendable {
    /// The number of the request in the journal.
    let entry: Int
    /// The time of the error.
    let time: Instant
    /// The explanation, if there is one.
    let explanation: Explanation?
    /// Whether it is a tool's own failure, not an error of the protocol.
    let isOfTool: Bool

    /// Makes an error of an event.
    package init(entry: Int, time: Instant, explanation: Explanation?, isOfTool: Bool) {
        (self.entry, self.time, self.explanation, self.isOfTool) = (entry, time, explanation, isOfTool)
    }
}
