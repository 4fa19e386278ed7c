internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The parts of the server that faults need.
struct FaultTarget: Sendable {
    /// The scope that every request to `/mcp` needs.
    let baseScope: Scope
    /// Ends an MCP session by its id, and records what ended it.
    let endSession: @Sendable (_ id: String, _ cause: SafeText) async -> Void
}

/// A deliberate error in one answer.
struct Fault: Sendable {
    /// The replacement of the answer, or the damage to it.
    enum Effect: Sendable {
        /// This answer; the request is not processed.
        case answer(HTTPResponse)
        /// The connection closes instead of an answer; the request is not processed.
        case silence
        /// The request is processed, and the connection closes in the middle of the answer's body.
        case tear
        case preset(FaultPreset)
        case mcp(MCPFault)
    }

    /// The delay before the answer.
    var delay: Duration?
    /// Nil for the correct answer, only delayed.
    var effect: Effect?

    /// The description in the journal.
    var description: SafeText {
        let wait = delay.map { delay -> SafeText in
            let (seconds, attoseconds) = delay.components
            return "a delay of \(seconds * 1000 + attoseconds / 1_000_000_000_000_000) ms"
        }
        let what: SafeText? =
            switch effect {
            case nil: nil
            case .answer(let response): "status \(response.status.code)"
            case .silence: "the connection ended before the head"
            case .tear: "the connection ended in the middle of the body"
            case .preset(let preset): "\(public: preset.rawValue)"
            case .mcp(let fault): "\(public: fault.rawValue)"
            }
        return switch (wait, what) {
        case (let wait?, let what?): "\(wait), then \(what)"
        case (let one?, nil), (nil, let one?): one
        case (nil, nil): "nothing"
        }
    }

    /// Answers a request with the fault applied.
    ///
    /// - Parameters:
    ///   - cause: what hints call this fault.
    ///   - route: returns the correct answer.
    func apply(
        _ request: HTTPRequest, origin: Origin, on target: FaultTarget, as cause: SafeText, route: () async -> Answer
    ) async -> Answer {
        do {
            if let delay { try await request.connection?.pause(for: delay) }
        } catch {
            return Answer(response: HTTPResponse(.none, body: .silence))
        }
        switch effect {
        case nil: return await route()
        case .answer(let response): return Answer(response: response)
        case .silence: return Answer(response: HTTPResponse(.none, body: .silence))
        case .tear:
            var answer = await route()
            answer.response.tear()
            return answer
        case .preset(let preset): return await preset.apply(request, as: cause, route: route)
        case .mcp(let fault): return await fault.apply(request, origin: origin, on: target, as: cause, route: route)
        }
    }
}

extension HTTPResponse {
    /// Keeps the first half of the body, but announces all of it.
    fileprivate mutating func tear() {
        switch body {
        case .bytes(let bytes) where bytes.isEmpty: body = .silence
        case .bytes(let bytes): body = .torn(Array(bytes[..<(bytes.count / 2)]), announced: bytes.count)
        case .events: body = .torn([], announced: 1)
        case .torn, .silence: break
        }
    }
}
