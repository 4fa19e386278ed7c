internal import HTTPEdge
internal import Primitives

/// The additions of debugging to errors.
protocol ErrorDebugging: Sendable {
    /// The explanation of a problem, with a better hint where earlier requests show the cause.
    func explanation(of problem: Problem, _ request: HTTPRequest) -> Explanation?

    /// The details for a refused request beside the standard members; nil for none.
    ///
    /// - Parameters:
    ///   - origin: our origin in the client's spelling; nil when it named another host.
    ///   - here: the origin of our URLs.
    ///   - entry: the number of the request's entry in the journal, if it gets one.
    func details(
        of explanation: Explanation?, _ request: HTTPRequest, _ origin: Origin?, _ here: String, _ entry: Int?
    ) -> ErrorDetails?

    /// Whether a peer may learn why its input is not a request.
    func mayKnowReasons(peer: String) -> Bool

    /// Records an error on the event stream that answers the request with an entry.
    func recordStreamError(entry: Int, _ explanation: Explanation?, isOfTool: Bool)
}
