internal import HTTPEdge
internal import Primitives

/// What debugging adds to errors, where it is on.
protocol ErrorDebugging: Sendable {
    /// The explanation of a problem, with a better hint where earlier requests show the cause.
    func explanation(of problem: Problem, _ request: HTTPRequest) -> Explanation?

    /// What a refused request is told beside the standard members; nil: nothing.
    ///
    /// - Parameters:
    ///   - origin: our origin as the client spelt it; nil when it named another host.
    ///   - here: the origin of our URLs.
    ///   - entry: the number of the request's entry in the journal, if it gets one.
    func details(
        of explanation: Explanation?, _ request: HTTPRequest, _ origin: Origin?, _ here: String, _ entry: Int?
    ) -> ErrorDetails?

    /// Whether a peer may be told why what it sent is no request.
    func mayKnowReasons(peer: String) -> Bool

    /// Records an error on the event stream that answers the request with an entry.
    func recordStreamError(entry: Int, _ explanation: Explanation?, isOfTool: Bool)
}
