internal import Primitives
internal import FlowRecorder
internal import HTTPEdge

/// A request, and what was found out about it before a route answers it; an object, because the whole way takes it
/// along.
final class RequestContext: Sendable {
    let request: HTTPRequest
    /// When it came, by a clock that nobody moves.
    let start: ContinuousClock.Instant
    /// Its number in the journal and when it came by the clock of debugging; nil where it gets no entry.
    let entry: (number: Int, time: Instant)?
    /// The spelling of our own origin that counts for it, or why it is refused.
    let origin: Result<Origin, HostAndOriginGuard.Refusal>
    /// The part of the server that it is for.
    let endpoint: EndpointName
    /// What there is at its path.
    let place: Routes.Entry?
    /// What plays, if it is to have a hand in the answer.
    let running: RunningScenario?
    /// The fault that strikes it, if one does.
    let strike: FaultQueue.TriggeredFault?

    init(
        _ request: HTTPRequest, start: ContinuousClock.Instant, entry: (number: Int, time: Instant)?,
        endpoint: EndpointName, origin: Result<Origin, HostAndOriginGuard.Refusal>, place: Routes.Entry? = nil,
        running: RunningScenario? = nil,
        strike: FaultQueue.TriggeredFault? = nil
    ) {
        self.request = request
        self.start = start
        self.entry = entry
        self.endpoint = endpoint
        self.origin = origin
        self.place = place
        self.running = running
        self.strike = strike
    }

    /// The allowed origin of a page that may read the answer, for a request that such a page sent.
    var page: String? { place?.isForPrograms == true ? request.fields.first("origin") : nil }
}
