internal import NIOCore

/// The work that an event of a connection leads to.
///
/// It is not copyable, so that it moves from the machine to the handler without counting references.
struct ConnectionAction: ~Copyable {
    /// A change of the connection's timeout.
    enum Timeout: Equatable {
        case keep
        /// Starts it anew.
        case set(Duration)
        case clear
    }

    /// The work, after the change of the timeout.
    enum Step: ~Copyable {
        case none
        /// Asks the handler for its verdict on a head.
        case judge(RequestHead)
        /// Asks the handler for its answer to a whole request.
        case respond(RequestHead, body: [UInt8])
        /// Sends `100 Continue`.
        case sendContinue
        /// Writes an answer, or the end of one; then the machine is told that it is written.
        case write(ByteBuffer)
        /// Writes the head of an answer, and starts the task that writes its events.
        case stream(ByteBuffer, EventStream)
        /// Ends a pause before the answer, if there is one.
        case endPause
        /// Answers input that is not a request, and closes.
        case refuse(Refusal, hasBody: Bool)
        /// Closes when the written bytes are sent.
        ///
        /// - Parameter lingers: whether the client gets time to read them.
        case close(lingers: Bool)
        /// Closes at once, and ends the stream, the pause and the writers that wait.
        case abort
    }

    var timeout = Timeout.keep
    var step = Step.none
}
