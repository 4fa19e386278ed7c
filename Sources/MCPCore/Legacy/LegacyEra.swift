internal import Primitives

/// Serves the revisions from 2025-03-26 to 2025-11-25: in sessions, opened by `initialize`.
final class LegacyEra: Sendable {
    private let environment: Environment
    private let sessions: LegacySessions
    private let runningCalls = RunningCalls()
    /// The list of tools in the form of each revision, as JSON text.
    private let toolsLists: [ProtocolVersion: [UInt8]]

    /// The maximum number of messages in a batch.
    static let longestBatch = 100

    init(_ environment: Environment, sessions: any SessionStore) {
        self.environment = environment
        self.sessions = LegacySessions(store: sessions, environment: environment)
        toolsLists = Dictionary(
            uniqueKeysWithValues: ProtocolVersion.allCases.filter { $0.era == .legacy }.map { version in
                let list = ToolsList.result(environment.tools, for: version, description: environment.description)
                return (version, JSONWriter.bytes(of: list))
            })
    }

    // MARK: POST

    /// Answers one message.
    @inline(never)  // hot path
    func answer(_ message: Message, headers: TransportHeaders, caller: Caller) async throws -> Reply {
        let request = if case .request(let request) = message { request } else { nil as Message.Request? }
        if let request, request.method == Method.initialize.rawValue {
            return try await initialize(request, headers: headers, caller: caller)
        }
        if !headers.isInSession, let refusal = message.refusalWithoutSession { return refusal }
        let mayBeModern = if case .response = message { false } else { true }
        switch try await sessions.find(
            headers.session, for: caller, answering: request?.id, mayBeModern: mayBeModern)
        {
        case .refused(let reply): return reply
        case .found(let session):
            if let request { return await answer(request, in: session, caller: caller) }
            observe(message, in: session)
            return .accepted
        }
    }

    /// Answers a batch, which only 2025-03-26 has; nothing runs unless all of it is allowed.
    @inline(never)  // hot path
    func answer(_ batch: [JSONValue], headers: TransportHeaders, caller: Caller) async throws -> Reply {
        if headers.session == nil, batch.contains(where: \.isInitialize) {
            return .refusal(Self.initializeInBatch, to: nil, status: 400)
        }
        let session: Session
        switch try await sessions.find(headers.session, for: caller) {
        case .refused(let reply): return reply
        case .found(let found): session = found
        }
        let messages: [Message]
        do {
            messages = try Self.messages(of: batch, version: session.version)
        } catch {
            return .refusal(error, to: nil, status: 400)
        }
        let requests = messages.compactMap { if case .request(let request) = $0 { request } else { nil } }
        for request in requests {
            if let refusal = refusal(of: request, caller: caller) { return refusal }
        }
        for message in messages { observe(message, in: session) }
        if requests.isEmpty { return .accepted }
        var responses: [Response] = []
        for request in requests { responses.append(await response(to: request, in: session, caller: caller)) }
        return .batch(responses)
    }

    private static func messages(
        of batch: [JSONValue], version: ProtocolVersion
    ) throws(JSONRPCError) -> [Message] {
        guard version.hasBatches else {
            throw JSONRPCError(
                .invalidRequest, "Batches are not supported in \(version.rawValue): send one message per POST",
                EraDecision.noBatches)
        }
        guard batch.count <= longestBatch else {
            throw JSONRPCError(
                .invalidRequest, "The batch has more than \(longestBatch) messages: split it",
                Explanation(expected: "at most \(longestBatch) messages", received: "\(batch.count) messages"))
        }
        var messages: [Message] = []
        for element in batch {
            do {
                messages.append(try Message(element))
            } catch {
                throw error.error
            }
            if case .request(let request) = messages.last, request.method == Method.initialize.rawValue {
                throw initializeInBatch
            }
        }
        return messages
    }

    private static let initializeInBatch = JSONRPCError(
        .invalidRequest, "initialize may not be part of a batch: send it alone",
        Explanation(expected: "initialize in a POST of its own", received: "a batch with initialize"))

    /// Opens a session; refuses one within a live session, which would be lost.
    @inline(never)  // hot path
    private func initialize(_ request: Message.Request, headers: TransportHeaders, caller: Caller) async throws -> Reply
    {
        if let id = headers.session {
            return try await sessions.refusal(ofOpening: id, for: caller, answering: request.id)
        }
        let initialize: Initialize
        do {
            initialize = try Initialize(request.params)
        } catch {
            return .refusal(error, to: request.id, status: 200)
        }
        let body = OutgoingMessage.response(
            to: request.id, result: JSONWriter.bytes(of: initialize.result(environment.description)))
        return .json(body: body, sessionID: try await sessions.open(initialize.version, for: caller))
    }

    /// Handles a notification or response; only a cancellation has an effect.
    private func observe(_ message: Message, in session: Session) {
        guard case .notification(let notification) = message, notification.method == Method.cancelled.rawValue,
            let id = notification.params["requestId"].flatMap(RequestID.init)
        else { return }
        runningCalls.cancel(RunningCalls.Key(session: session.digest, id: id))
    }

    // MARK: Requests

    @inline(never)  // hot path
    private func answer(_ request: Message.Request, in session: Session, caller: Caller) async -> Reply {
        switch decide(request, in: session, caller: caller) {
        case .reply(let reply): reply
        case .call(let call):
            Reply(await response(to: request.id, callingApart: call, in: session, caller: caller))
        }
    }

    @inline(never)  // hot path
    private func decide(_ request: Message.Request, in session: Session, caller: Caller) -> Decision {
        if let refusal = refusal(of: request, caller: caller) { return .reply(refusal) }
        do {
            switch try work(of: request, in: session) {
            case .result(let result):
                let prime = session.version.primesStreams ? prime() : nil
                return .reply(.result(result, to: request.id, policy: environment.policy, beginningWith: prime))
            case .call(let call):
                let token = request.progressToken
                guard environment.policy.streams(progressToken: token) else { return .call(call) }
                return .reply(stream(call, id: request.id, token: token, session: session, caller: caller))
            }
        } catch {
            return .reply(.refusal(error, to: request.id, status: 200))
        }
    }

    /// The refusal of a request by policy, or nil.
    private func refusal(of request: Message.Request, caller: Caller) -> Reply? {
        guard request.method == Method.callTool.rawValue, let name = request.params["name"]?.string,
            let tool = environment.tools[name]
        else { return nil }
        return environment.policy.refusal(of: tool.tool.name, to: caller)
    }

    /// The response to a request.
    private func response(to request: Message.Request, in session: Session, caller: Caller) async -> Response {
        do {
            switch try work(of: request, in: session) {
            case .result(let result): return .result(OutgoingMessage.response(to: request.id, result: result))
            case .call(let call):
                return await response(to: request.id, callingApart: call, in: session, caller: caller)
            }
        } catch {
            return .error(error, to: request.id)
        }
    }

    /// The response to a call that runs in a task of its own, because a dropped connection does not cancel a legacy
    /// call.
    private func response(
        to id: RequestID, callingApart call: ToolCall, in session: Session, caller: Caller
    ) async -> Response {
        await Task.immediate(executorPreference: environment.executor) {
            await response(to: id, call: call, in: session, caller: caller, reporter: nil)
        }.value
    }

    /// A result that is there, or a call that has to run.
    private enum Work {
        case result([UInt8])
        case call(ToolCall)
    }

    private func work(of request: Message.Request, in session: Session) throws(JSONRPCError) -> Work {
        switch Method(rawValue: request.method) {
        case .callTool: return .call(try toolCall(request, version: session.version))
        case .ping: return .result(Array("{}".utf8))
        case .listTools:
            try ToolsList.checkCursor(request.params)
            return .result(toolsLists[session.version, default: []])
        default: throw JSONRPCError.unknownMethod(request.method, in: .legacy)
        }
    }

    // MARK: Tool calls

    private func toolCall(
        _ request: Message.Request, version: ProtocolVersion
    ) throws(JSONRPCError) -> ToolCall {
        let call = try ToolCall(request.params, tools: environment.tools)
        if !version.reportsWrongArgumentsAsResult, let wrongArguments = call.wrongArguments {
            throw JSONRPCError(.invalidParams, wrongArguments, call.explanationOfArguments)
        }
        return call
    }

    private func response(
        to id: RequestID, call: ToolCall, in session: Session, caller: Caller, reporter: ProgressReporter?
    ) async -> Response {
        let context = ToolContext(caller: caller, clock: environment.now, reporter: reporter)
        do {
            return try await call.run(in: context)
                .response(to: id, for: session.version, environment.description)
        } catch {
            return .error(error, to: id)
        }
    }

    private func stream(
        _ call: ToolCall, id: RequestID, token: JSONValue?, session: Session, caller: Caller
    ) -> Reply {
        let stream = CallStream(
            progressToken: token, beginningWith: session.version.primesStreams ? prime() : nil,
            on: environment.executor)
        runningCalls.run(RunningCalls.Key(session: session.digest, id: id), on: stream) { reporter in
            await self.response(to: id, call: call, in: session, caller: caller, reporter: reporter)
        }
        return stream.reply
    }

    /// A priming event with an id that no other stream of the session has.
    private func prime() -> StreamEvent { .prime(environment.randomHex(bytes: 8)) }

    // MARK: GET and DELETE

    /// Opens the session's event stream.
    func get(_ headers: TransportHeaders, caller: Caller) async throws -> Reply {
        switch try await sessions.find(headers.session, for: caller) {
        case .refused(let reply): return reply
        case .found(let session):
            guard headers.acceptsEventStream else { return .notAcceptable }
            guard let opened = environment.subscriptions.open(for: .session(session.digest), subject: caller.subject)
            else {
                return .refusal(
                    .noStream("Too many open streams: close one and try again", environment.subscriptions), to: nil,
                    status: 503)
            }
            return .stream(
                ServerStream(
                    events: opened.events, finalMessage: nil,
                    isAlive: { [sessions] in try await sessions.isAlive(session) }, onDelivered: opened.onDelivered,
                    wake: opened.wake))
        }
    }

    /// Ends the session and its streams.
    func delete(_ headers: TransportHeaders, caller: Caller) async throws -> Reply {
        switch try await sessions.find(headers.session, for: caller) {
        case .refused(let reply): return reply
        case .found(let session):
            try await sessions.store.end(session.digest)
            environment.subscriptions.end(session: session.digest)
            return .noContent
        }
    }
}

extension Message.Request {
    /// The progress token, if the client sent one; an invalid one of a legacy client is ignored.
    fileprivate var progressToken: JSONValue? {
        meta?[MetaKey.progressToken].flatMap { RequestID($0)?.json }
    }
}
