internal import HTTPEdge

/// An error that defines its answer.
///
/// Any other error is a failure of the server: its client gets a reference to the log.
protocol ProblemConvertible: Error {
    /// The answer, before it is written.
    ///
    /// - Parameters:
    ///   - origin: our origin in the client's spelling.
    ///   - wording: what it calls the server's settings.
    func problem(_ request: HTTPRequest, origin: String, _ wording: Wording) -> Problem
}
