internal import Primitives

/// An error that came on an event stream, after the request that it answers had its entry and its step.
struct StreamError: Sendable {
    /// The number of the request in the journal.
    let entry: Int
    /// When it came.
    let time: Instant
    /// What is known about it.
    let explanation: Explanation?
    /// Whether a tool says that it failed; otherwise it is an error of the protocol.
    let isOfTool: Bool
}
