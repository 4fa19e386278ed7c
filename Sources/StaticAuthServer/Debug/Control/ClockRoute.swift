internal import HTTPEdge
internal import Primitives

/// `/debug/clock`: returns the server's time, moves it, and resets it.
struct ClockRoute: Route {
    let clock: DebugClock
    /// Records the new offset.
    let moved: @Sendable (Duration) -> Void
    /// Reports that tokens and sessions may have expired, so that open streams end at once.
    let expiriesMoved: @Sendable () -> Void
    /// Tells the store that the clock was set back.
    let wentBack: @Sendable () async -> Void

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        let before = clock.offset
        switch request.method {
        case .post: try move(DebugDocument(request))
        case .delete: clock.reset()
        default: break
        }
        if clock.offset != before {
            moved(clock.offset)
            expiriesMoved()
        }
        if clock.offset < before { await wentBack() }
        let (now, offset) = (clock.now(), clock.offset)
        return Responses.json(
            .ok,
            [
                "now": .string(UTC.string(now.components.seconds, "%Y-%m-%dT%H:%M:%SZ")),
                "epoch_seconds": Self.seconds(now), "offset_seconds": Self.seconds(offset),
            ])
    }

    private func move(_ document: DebugDocument) throws(DebugDocument.Invalid) {
        try document.allowOnly(["advance", "set"])
        let (advance, set) = (document.object["advance"], document.object["set"])
        let member = advance == nil ? "set" : "advance"
        let tooFar = document.problem(member, "a time at most ten years from the real one")
        guard (advance == nil) != (set == nil) else {
            throw document.problem(member, "either advance, in seconds, or set, a time, and not both")
        }
        do {
            if let advance {
                guard let seconds = advance.number?.doubleValue else {
                    throw document.problem(member, "a number of seconds")
                }
                // Beyond every instant, and still a valid duration.
                guard seconds.magnitude < 1e12 else { throw tooFar }
                try clock.advance(by: .seconds(seconds))
            } else if let seconds = set?.number?.doubleValue {
                guard seconds.magnitude < 1e12 else { throw tooFar }
                try clock.set(to: .seconds(seconds))
            } else if let instant = set?.string.flatMap(Timestamp.instant) {
                try clock.set(to: instant)
            } else {
                throw document.problem(member, "a time like 2026-07-28T12:00:00Z, or seconds since the Unix epoch")
            }
        } catch let problem as DebugDocument.Invalid {
            throw problem
        } catch {
            throw tooFar
        }
    }

    /// Seconds, with a fraction where there is one.
    private static func seconds(_ duration: Duration) -> JSONValue {
        let (seconds, attoseconds) = duration.components
        return attoseconds == 0 ? JSONValue(Int(seconds)) : JSONValue(duration / .seconds(1))
    }
}
