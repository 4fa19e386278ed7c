internal import HTTPEdge

/// An error that defines its answer.
///
/// Any other error is a failure of the server: its client gets a reference to the log.
protocol ProblemConvertible: Error {
    /// The answer, before it is written.
    ///
    /// - Parameter origin: our origin in the client's spelling.
    func problem(_ request: HTTPRequest, origin: String) -> Problem
}
