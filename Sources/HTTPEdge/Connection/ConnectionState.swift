/// What a connection is doing.
enum ConnectionState {
    /// Between two requests.
    case idle
    /// The head is here, the body is coming.
    case receiving
    /// The handler judges the head; the body is whole already, or nothing more of it is taken meanwhile.
    case judging(isWhole: Bool)
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
        case .judging, .answering, .streaming, .closing: false
        }
    }
}
