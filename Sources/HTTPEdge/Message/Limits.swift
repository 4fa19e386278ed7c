/// What the edge takes from a peer before it refuses, and how long it waits.
///
/// None of these is a flag: they protect the process, and no honest client meets them.
public struct Limits: Sendable {
    /// The largest request body, in bytes; a larger one is answered with 413.
    public var bodyBytes = 1 << 20
    /// What a connection may hold of its requests without being counted, in bytes; a body of this size at most is taken
    /// as it comes, and for a larger one the head is judged first.
    public var smallBodyBytes = 16 << 10
    /// How long the rest of a small body may take before the head is judged without it.
    public var verdictDelay = Duration.milliseconds(250)
    /// What all connections together may hold of requests that are not answered yet, beyond ``smallBodyBytes`` each; a
    /// body that does not fit is answered with 503.
    public var heldBytes = 32 << 20
    /// The largest header field, in bytes of name and value; a larger one is answered with 431.
    public var fieldBytes = 16 << 10
    /// The largest header block, in bytes of names and values; a larger one is answered with 431.
    public var fieldBlockBytes = 64 << 10
    /// The most header fields of a request; one more is answered with 431.
    public var fieldCount = 128
    /// The most connections at a time, or three quarters of ``sockets``; a further one is answered with 503 and closed.
    public var connections = 4096
    /// The most sockets at a time: those of connections, and of refused ones until they are closed.
    ///
    /// More wait in the system's queue. It is less where the process may not open so many files, with a reserve for
    /// what is no connection.
    public var sockets = 8192
    /// How long a new connection may take to send its first head, and a used one its next once it has begun; then 408.
    public var headTimeout = Duration.seconds(10)
    /// How long a request may take to send its body; then 408.
    public var bodyTimeout = Duration.seconds(30)
    /// How long a connection may lie unused between two requests.
    public var idleTimeout = Duration.seconds(75)
    /// How long the other end may leave an answer, or the events of a stream, unread.
    public var unreadTimeout = Duration.seconds(30)
    /// How long a closed connection still takes what the other end sends, so that it can read the last answer.
    public var lingerTimeout = Duration.seconds(1)
    /// How long a graceful stop waits for answers under way.
    public var stopGrace = Duration.seconds(5)

    /// The limits of a normal server.
    public init() {}
}
