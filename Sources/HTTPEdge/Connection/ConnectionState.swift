/// The state of a connection.
enum ConnectionState {
    /// Between two requests.
    case idle
    /// The head is read, the body is arriving.
    case receiving
    /// The handler judges the head; the body is whole already, or none of it is read meanwhile.
    case judging(isWhole: Bool)
    /// The handler works on the answer, or the client has not read it yet.
    case answering(RequestHead)
    /// The head of the answer is written and the task writes events.
    case streaming(Task<Void, Never>?)
    /// The last answer is written, or nothing can be written any more.
    case closing

    /// Whether the next bytes are the next request.
    var takesRequests: Bool {
        switch self {
        case .idle, .receiving: true
        case .judging, .answering, .streaming, .closing: false
        }
    }
}
