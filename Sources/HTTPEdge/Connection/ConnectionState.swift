/// The state of a connection.
enum ConnectionState {
    /// Between two requests.
    ///
    /// - Parameter isTimed: whether the timeout of a head that has begun to arrive is running.
    case idle(isTimed: Bool)
    /// The head is read, and a small body is arriving before the handler judges the head.
    ///
    /// - Parameter isTimed: whether the delay is running after which the head is judged without the rest of the body.
    case receiving(isTimed: Bool)
    /// The handler judges the head; the body is whole already, or nil, and then none of it is read meanwhile.
    case judging(RequestHead, body: [UInt8]?)
    /// The handler has accepted the head, with a maximum size of its body, and the body is arriving.
    case uploading(maximum: Int)
    /// The handler works on the answer.
    case answering(RequestHead)
    /// The head of the answer is written, and the task of the event stream writes events.
    case streaming
    /// The handler has given the whole answer, and its last bytes are being written.
    case writing
    /// The whole answer is written, and the client has not read enough of it for another one.
    case unread
    /// The last answer is written, or nothing can be written any more.
    case closing

    /// Whether requests are taken from the input.
    var takesRequests: Bool {
        switch self {
        case .idle, .receiving, .uploading: true
        case .judging, .answering, .streaming, .writing, .unread, .closing: false
        }
    }

    var isAnswering: Bool { if case .answering = self { true } else { false } }

    var isStreaming: Bool { if case .streaming = self { true } else { false } }
}
