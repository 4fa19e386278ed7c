internal import FlowRecorder
internal import HTTPEdge
internal import Primitives

/// A request, and the facts about it that are determined before a route answers it.
final class RequestContext: Sendable {
    let request: HTTPRequest
    /// The start, by a monotonic clock.
    let start: ContinuousClock.Instant
    /// Its number in the journal and its time by the debug clock; nil where it gets no entry.
    let entry: (number: Int, time: Instant)?
    /// The origin under which it reached this server, or the reason for its refusal.
    let origin: Result<Origin, HostAndOriginGuard.Refusal>
    /// The endpoint of the request.
    let endpoint: EndpointName
    /// The routes entry of its path.
    let place: Routes.Entry?
    /// The running scenario, if it may change the answer.
    let running: RunningScenario?
    /// The fault to apply, if one matches.
    let fault: FaultQueue.TriggeredFault?

    init(
        _ request: HTTPRequest, start: ContinuousClock.Instant, entry: (number: Int, time: Instant)?,
        endpoint: EndpointName, origin: Result<Origin, HostAndOriginGuard.Refusal>, place: Routes.Entry? = nil,
        running: RunningScenario? = nil,
        fault: FaultQueue.TriggeredFault? = nil
    ) {
        self.request = request
        self.start = start
        self.entry = entry
        self.endpoint = endpoint
        self.origin = origin
        self.place = place
        self.running = running
        self.fault = fault
    }

    /// Whether it reads a page about this server, or asks whether the server is well.
    var isOwnPage: Bool {
        [.get, .head].contains(request.method) && (Path.isDebug(request.path) || endpoint == .health)
    }

    /// The allowed origin of the page that sent the request, if it may read the answer.
    var page: String? { place?.isForPrograms == true ? request.fields.first("origin") : nil }
}
