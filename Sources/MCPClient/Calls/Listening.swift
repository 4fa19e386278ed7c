internal import MCPCore
public import Primitives

extension MCPConnection {
    /// Receives notifications until the server ends the stream for good or the task is cancelled.
    ///
    /// MCP 2026-07-28, basic/patterns/subscriptions; before that, MCP 2025-11-25, basic/transports, "Listening for
    /// Messages from the Server". A stream that breaks is reopened, each time after a longer wait and never before the
    /// server's own `retry`, from where it broke; one that ends with a result is over.
    ///
    /// - Parameter take: gets each notification, beginning with the acknowledgement where there is one.
    /// - Throws: ``ClientError``, with the code `tells_nothing` for a server without notifications; ``RemoteError``;
    ///   `CancellationError`.
    public func listen(_ take: @escaping @Sendable (JSONObject) async -> Void) async throws {
        var wait = Duration.milliseconds(500)
        var resumption = EventParser.Resumption()
        var wasOpen = false
        while true {
            let start = ContinuousClock.now
            do {
                let isOver =
                    switch try await dialect() {
                    case .modern(let version): try await subscribe(version, &wasOpen, take)
                    case .legacy(let session): try await open(session, &resumption, &wasOpen, take)
                    }
                if isOver { return }
            } catch let error as ClientError where error.kind == .network && wasOpen {
                // The next attempt shows whether the server is back.
            }
            if ContinuousClock.now - start > .seconds(30) { wait = .milliseconds(500) }
            try await Task.sleep(for: max(wait, .milliseconds(resumption.retry ?? 0)))
            wait = min(wait * 2, .seconds(30))
        }
    }

    /// The failure of a server that offers no stream, or acknowledges nothing of the request.
    private static let tellsNothing = ClientError(
        .protocolViolation, "The server tells nothing on its own.",
        advice: "There is nothing to listen to; ask with tools instead.", code: tellsNothingCode)

    /// The code of that failure.
    static let tellsNothingCode = "tells_nothing"

    /// - Returns: whether the server has ended the subscription.
    private func subscribe(
        _ version: ProtocolVersion, _ wasOpen: inout Bool, _ take: @Sendable (JSONObject) async -> Void
    ) async throws -> Bool {
        let id = nextID()
        let message = ModernMessage(
            id: id, method: .listen, params: ["notifications": ["toolsListChanged": true]], version: version)
        let stream = try await endpoint.open(
            .post, fields: message.fields, body: message.body, operation: message.method)
        wasOpen = wasOpen || stream.head.isSuccess
        var isOver = false
        var isAcknowledged = false
        try await reader.messages(of: stream) { message in
            if AnswerReader.answers(message, id) {
                if let error = message.given(Member.error) { throw RemoteError(error, status: stream.head.status) }
                isOver = true
                return false
            }
            if message[Member.method]?.string == NotificationName.acknowledged {
                let granted = message[Member.params]?.object?["notifications"]?.object
                guard granted?["toolsListChanged"]?.bool == true else { throw Self.tellsNothing }
                isAcknowledged = true
            } else if !isAcknowledged {
                throw ClientError(.protocolViolation, "The server sends notifications before it has said which.")
            }
            await received(message)
            await take(message)
            return true
        }
        return isOver
    }

    private func open(
        _ session: LegacyMessage.Session, _ resumption: inout EventParser.Resumption, _ wasOpen: inout Bool,
        _ take: @Sendable (JSONObject) async -> Void
    ) async throws -> Bool {
        let stream = try await continued(resumption, in: session)
        wasOpen = wasOpen || stream.head.isSuccess
        guard stream.head.status != 405 else {
            await stream.discard()
            throw Self.tellsNothing
        }
        try await reader.messages(of: stream, resumption: &resumption) { message in
            await received(message)
            if message.given(Member.id) == nil { await take(message) }
            return true
        }
        return false
    }
}
