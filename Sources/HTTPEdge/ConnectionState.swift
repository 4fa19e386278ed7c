/// What a connection is doing.
enum ConnectionState {
    /// Between two requests.
    case idle
    /// The head is here, the body is coming.
    case receiving
    /// The handler works on the answer, or the other end has yet to read it.
    case answering(RequestHead)
    /// The answer's head is written and the task writes events.
    case streaming(Task<Void, Never>?)
    /// The last answer is written, or nothing can be written any more.
    case closing

    /// Whether what comes is the next request.
    var takesRequests: Bool {
        switch self {
        case .idle, .receiving: true
        case .answering, .streaming, .closing: false
        }
    }
}
