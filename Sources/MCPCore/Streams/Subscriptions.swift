internal import Primitives
import Synchronization

/// The open streams for unsolicited messages of the server.
///
/// There are two kinds: a modern `subscriptions/listen` gets everything it asked for, tagged with its id (MCP
/// 2026-07-28, basic/patterns/subscriptions); of the GET streams of a legacy session only the newest gets a message
/// (MCP 2025-11-25, basic/transports, "Multiple Connections"). A stream with a full buffer is ended.
public final class Subscriptions: Sendable {
    /// The maximum number of open streams of a subject.
    public static let maximumPerSubject = 256
    /// The maximum number of open streams.
    public static let maximum = 4096

    /// The kind of a stream.
    enum Purpose: Equatable {
        /// A listen, with the tagged notification; nil when it asked for no supported notification.
        case listen(toolsListChanged: [UInt8]?)
        /// The GET stream of the session with this digest.
        case session([UInt8])
    }

    private struct Stream {
        let subject: String
        let purpose: Purpose
        let events: AsyncStream<StreamEvent>.Continuation
        /// Whether a heartbeat is in the buffer; a second one has no use.
        var hasHeartbeat = false
    }

    /// The parts of an open stream for its reader.
    struct Opened {
        let events: AsyncStream<StreamEvent>
        /// The reader calls it with each event that it takes.
        let onDelivered: @Sendable (StreamEvent) -> Void
        /// Sends a heartbeat to this stream only.
        let wake: @Sendable () -> Void
    }

    private struct State {
        var streams: [Int: Stream] = [:]
        var perSubject: [String: Int] = [:]
        /// The numbers of each session's streams.
        var ofSession: [SessionKey: Set<Int>] = [:]
        var opened = 0
        var isEnded = false
    }

    private static let buffer = 32
    private static let listChanged = NotificationName.toolsChanged
    private let state = Mutex(State())

    /// Makes an empty set of streams.
    public init() {}

    /// The notification that the list of tools has changed, tagged for a listen.
    static func toolsListChanged(taggedWith id: RequestID? = nil) -> [UInt8] {
        OutgoingMessage.notification(
            listChanged, params: id.map { [MetaKey.meta: [MetaKey.subscriptionID: $0.json]] } ?? [:])
    }

    /// Opens a stream that begins with the given messages; nil when too many are open or the server is stopping.
    func open(
        for purpose: Purpose, subject: String, beginningWith first: [StreamEvent] = []
    ) -> Opened? {
        let (events, continuation) = AsyncStream.makeStream(
            of: StreamEvent.self, bufferingPolicy: .bufferingOldest(Self.buffer))
        return state.withLock { state in
            guard !state.isEnded, state.streams.count < Self.maximum,
                state.perSubject[subject, default: 0] < Self.maximumPerSubject
            else { return nil }
            state.opened += 1
            // Set before other code can end the stream, which would otherwise go unnoticed.
            continuation.onTermination = { [weak self, number = state.opened] _ in self?.remove(number) }
            state.perSubject[subject, default: 0] += 1
            for event in first { continuation.yield(event) }
            state.streams[state.opened] = Stream(subject: subject, purpose: purpose, events: continuation)
            if case .session(let digest) = purpose {
                state.ofSession[SessionKey(digest), default: []].insert(state.opened)
            }
            return Opened(
                events: events,
                onDelivered: { [weak self, number = state.opened] event in
                    if event == .heartbeat { self?.state.withLock { $0.streams[number]?.hasHeartbeat = false } }
                }, wake: { [weak self, number = state.opened] in self?.wake(number) })
        }
    }

    /// Notifies every stream that asked for it that the list of tools has changed.
    public func toolsListChanged() {
        var newest: [[UInt8]: Int] = [:]
        let streams = state.withLock(\.streams)
        for (number, stream) in streams {
            switch stream.purpose {
            case .listen(let message):
                if let message { send(.message(message), to: stream) }
            case .session(let digest): newest[digest] = max(number, newest[digest] ?? 0)
            }
        }
        for number in newest.values {
            if let stream = streams[number] { send(.message(Self.toolsListChanged()), to: stream) }
        }
    }

    /// Makes the edge write to every stream, which keeps connections open, and check the tokens again.
    ///
    /// A stream buffers at most one heartbeat, so that heartbeats displace no messages.
    @Sendable public func heartbeat() {
        let streams = state.withLock { state in
            let waiting = state.streams.filter { !$0.value.hasHeartbeat }
            for number in waiting.keys { state.streams[number]?.hasHeartbeat = true }
            return waiting.values
        }
        for stream in streams { send(.heartbeat, to: stream) }
    }

    private func wake(_ number: Int) {
        let stream = state.withLock { state -> Stream? in
            guard let stream = state.streams[number], !stream.hasHeartbeat else { return nil }
            state.streams[number]?.hasHeartbeat = true
            return stream
        }
        if let stream { send(.heartbeat, to: stream) }
    }

    /// Ends all streams, and refuses new ones.
    public func endAll() {
        let streams = state.withLock { state in
            state.isEnded = true
            return state.streams
        }
        for stream in streams.values { stream.events.finish() }
    }

    /// Whether new streams are refused.
    var isEnded: Bool { state.withLock(\.isEnded) }

    /// The number of open streams.
    public var count: Int { state.withLock { $0.streams.count } }

    /// Ends the streams of the session with this digest.
    @Sendable public func end(session digest: [UInt8]) {
        let streams = state.withLock { state in
            state.ofSession[SessionKey(digest), default: []].compactMap { state.streams[$0] }
        }
        for stream in streams { stream.events.finish() }
    }

    // Never under the lock: finishing calls `remove`.
    private func send(_ event: StreamEvent, to stream: Stream) {
        if case .dropped = stream.events.yield(event) { stream.events.finish() }
    }

    private func remove(_ number: Int) {
        state.withLock { state in
            guard let stream = state.streams.removeValue(forKey: number) else { return }
            if case .session(let digest) = stream.purpose {
                let key = SessionKey(digest)
                state.ofSession[key]?.remove(number)
                if state.ofSession[key]?.isEmpty == true { state.ofSession[key] = nil }
            }
            let remaining = state.perSubject[stream.subject, default: 1] - 1
            state.perSubject[stream.subject] = remaining == 0 ? nil : remaining
        }
    }
}
