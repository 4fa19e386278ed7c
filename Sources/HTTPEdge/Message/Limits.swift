/// The limits of size and time for peers.
///
/// None of these is a flag: they protect the process, and no normal client reaches them.
public struct Limits: Sendable {
    /// The maximum size of a request body in bytes; 413 beyond it.
    public var bodyBytes = 1 << 20
    /// The buffered bytes of each connection that do not count in the budget.
    ///
    /// A body up to this size is read before the head is judged; for a larger one the head is judged first.
    public var smallBodyBytes = 16 << 10
    /// The time after which the head is judged without the rest of a small body.
    public var verdictDelay = Duration.milliseconds(250)
    /// The budget in bytes for unanswered requests of all connections, beyond ``smallBodyBytes`` each; a body that does
    /// not fit is answered with 503.
    public var heldBytes = 32 << 20
    /// The maximum size of a header field, in bytes of name and value; 431 beyond it.
    public var fieldBytes = 16 << 10
    /// The maximum size of the header block, in bytes of names and values; 431 beyond it.
    public var fieldBlockBytes = 64 << 10
    /// The maximum number of header fields; 431 beyond it.
    public var fieldCount = 128
    /// The maximum number of connections, or three quarters of ``sockets``; further ones are answered with 503 and
    /// closed.
    public var connections = 4096
    /// The maximum number of sockets: those of connections, and of refused ones until they are closed.
    ///
    /// Further connections wait in the system's queue. It is lower where the process may not open so many files, with a
    /// reserve for files that are not connections.
    public var sockets = 8192
    /// The timeout for the first head on a connection, and for a later one once it has begun; then 408.
    public var headTimeout = Duration.seconds(10)
    /// The timeout for the body of a request; then 408.
    public var bodyTimeout = Duration.seconds(30)
    /// The timeout of an idle connection.
    public var idleTimeout = Duration.seconds(75)
    /// The timeout for a client that does not read an answer or the events of a stream.
    public var unreadTimeout = Duration.seconds(30)
    /// How long a closed connection still reads input, so that the client can read the last answer.
    public var lingerTimeout = Duration.seconds(1)
    /// How long a graceful stop waits for answers.
    public var stopGrace = Duration.seconds(5)

    /// Makes the default limits.
    public init() {}
}
