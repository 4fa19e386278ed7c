internal import Primitives

/// A tool call that is answered on an event stream: progress notifications, then the response.
///
/// MCP 2026-07-28, basic/transports/streamable-http, "Receiving Messages". When the reader falls behind, the oldest
/// events are dropped, so that the response always arrives.
struct CallStream: Sendable {
    private let events: AsyncStream<StreamEvent>
    private let continuation: AsyncStream<StreamEvent>.Continuation
    private let reporter: ProgressReporter?
    private let executor: (any TaskExecutor)?

    private static let buffer = 64

    init(progressToken: JSONValue?, beginningWith first: StreamEvent? = nil, on executor: (any TaskExecutor)?) {
        let (events, continuation) = AsyncStream.makeStream(
            of: StreamEvent.self, bufferingPolicy: .bufferingNewest(Self.buffer))
        self.events = events
        self.continuation = continuation
        self.executor = executor
        reporter = progressToken.map { token in
            ProgressReporter(token: token) { continuation.yield(.message($0)) }
        }
        if let first { continuation.yield(first) }
    }

    /// Starts the call in a task of its own, which outlives the request.
    ///
    /// - Parameter respond: makes the call.
    /// - Returns: the task; cancelling it and calling ``end()`` suppress the response.
    func start(_ respond: @escaping @Sendable (ProgressReporter?) async -> Response) -> Task<Void, Never> {
        Task(executorPreference: executor) {
            // A client that asked for progress gets at least this notification, however fast the tool is.
            reporter?.report(0, total: nil, message: nil)
            let response = await respond(reporter)
            if !Task.isCancelled { continuation.yield(response.event) }
            continuation.finish()
        }
    }

    /// Cancels the call when the client disconnects, as the modern era demands.
    func cancelOnDisconnect(_ task: Task<Void, Never>) {
        continuation.onTermination = { if case .cancelled = $0 { task.cancel() } }
    }

    /// Ends the stream without a response.
    func end() { continuation.finish() }

    /// The stream for the edge.
    var reply: Reply {
        .stream(ServerStream(events: events, finalMessage: nil, isAlive: { true }))
    }
}

extension Reply {
    /// A response, as JSON or on a stream, as the policy says.
    static func result(
        _ result: [UInt8], to id: RequestID, policy: Policy, beginningWith first: StreamEvent? = nil
    ) -> Reply {
        guard policy.postResponses == .sse else { return .result(result, to: id) }
        let (events, continuation) = AsyncStream.makeStream(of: StreamEvent.self, bufferingPolicy: .bufferingNewest(2))
        if let first { continuation.yield(first) }
        continuation.yield(.message(OutgoingMessage.response(to: id, result: result)))
        continuation.finish()
        return .stream(ServerStream(events: events, finalMessage: nil, isAlive: { true }))
    }
}

extension Policy {
    /// Whether a tool call is answered on an event stream.
    func streams(progressToken: JSONValue?) -> Bool {
        switch postResponses {
        case .json: false
        case .sse: true
        case .auto: progressToken != nil
        }
    }
}
