internal import HTTPEdge

/// An error that says what it is answered with.
///
/// An error that does not is a failure of the server: its client learns a reference to the log.
protocol ProblemConvertible: Error {
    /// The answer, before it is written.
    ///
    /// - Parameter origin: our origin as the client spelt it.
    func problem(_ request: HTTPRequest, origin: String) -> Problem
}
