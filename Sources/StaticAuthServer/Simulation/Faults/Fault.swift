internal import Primitives
internal import HTTPEdge
internal import OAuth

/// What faults need of the server that they strike.
struct FaultTarget: Sendable {
    /// The scope that every request to `/mcp` needs.
    let baseScope: Scope
    /// Forgets a session of MCP by its id.
    let endSession: @Sendable (String) async -> Void
}

/// What goes wrong with one answer, on purpose.
struct Fault: Sendable {
    /// What takes the place of the answer, or is done to it.
    enum Effect: Sendable {
        /// This answer; the request is not carried out.
        case answer(HTTPResponse)
        /// The connection ends where an answer should begin; the request is not carried out.
        case silence
        /// The request is carried out, and the connection ends in the middle of the answer's body.
        case tear
        case preset(FaultPreset)
        case mcp(MCPFault)
    }

    /// How long nothing happens first.
    var delay: Duration?
    /// Nil: the request is answered as always, only later.
    var effect: Effect?

    /// What the journal says when it has struck.
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

    /// Answers a request wrongly.
    ///
    /// - Parameter route: answers rightly.
    func strike(
        _ request: HTTPRequest, origin: Origin, on target: FaultTarget, route: () async -> Answer
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
        case .preset(let preset): return await preset.strike(request, route: route)
        case .mcp(let fault): return await fault.strike(request, origin: origin, on: target, route: route)
        }
    }
}

extension HTTPResponse {
    /// Keeps the first half of the body, and announces all of it.
    fileprivate mutating func tear() {
        switch body {
        case .bytes(let bytes) where bytes.isEmpty: body = .silence
        case .bytes(let bytes): body = .torn(Array(bytes[..<(bytes.count / 2)]), announced: bytes.count)
        case .events: body = .torn([], announced: 1)
        case .torn, .silence: break
        }
    }
}
