internal import Primitives

/// Serves MCP 2026-07-28: each request on its own, without sessions.
final class ModernEra: Sendable {
    private let environment: Environment
    /// Constant results as JSON text.
    private let discovery: [UInt8]
    private let toolsList: [UInt8]

    private static let version = ProtocolVersion.july2026

    init(_ environment: Environment) {
        self.environment = environment
        discovery = JSONWriter.bytes(of: Discover.result(environment.description))
        toolsList = JSONWriter.bytes(
            of: ToolsList.result(environment.tools, for: Self.version, description: environment.description))
    }

    /// Answers a request; the first check that fails decides.
    @inline(never)  // hot path
    func answer(_ request: Message.Request, headers: TransportHeaders, caller: Caller) async -> Reply {
        switch decide(request, headers: headers, caller: caller) {
        case .reply(let reply): return reply
        case .call(let call): return await response(to: request.id, call: call, caller: caller)
        }
    }

    @inline(never)  // hot path
    private func decide(_ request: Message.Request, headers: TransportHeaders, caller: Caller) -> Decision {
        let metadata: RequestMetadata
        do throws(JSONRPCError) {
            metadata = try RequestMetadata(of: request, isInSession: headers.isInSession)
            let check = HeaderCheck(headers: headers)
            try check.version(metadata.version)
            guard ProtocolVersion(rawValue: metadata.version) == Self.version else {
                throw JSONRPCError.unsupportedVersion(metadata.version)
            }
            try check.method(of: request)
        } catch {
            return .reply(.refusal(error, to: request.id, status: 400))
        }
        do throws(JSONRPCError) {
            switch Method(rawValue: request.method) {
            case .discover: return .reply(.result(discovery, to: request.id, policy: environment.policy))
            case .listTools:
                try ToolsList.checkCursor(request.params)
                return .reply(.result(toolsList, to: request.id, policy: environment.policy))
            case .callTool: return try callTool(request, metadata: metadata, headers: headers, caller: caller)
            case .listen: return .reply(try listen(request, headers: headers, caller: caller))
            case .initialize, .ping, .cancelled, nil: throw JSONRPCError.unknownMethod(request.method, in: .modern)
            }
        } catch {
            return .reply(Self.refusal(error, to: request.id))
        }
    }

    /// Accepts a notification unless it contradicts itself; none has a meaning over HTTP in this revision.
    func answer(_ notification: Message.Notification, headers: TransportHeaders) -> Reply {
        do throws(JSONRPCError) {
            let claim = notification.params.meta?.versionClaim
            if let claim, claim.string == nil {
                throw JSONRPCError(
                    .invalidParams, "Invalid params: '\(MetaKey.protocolVersion)' must be a string",
                    Explanation(
                        expected: "a string as '\(public: MetaKey.protocolVersion)'",
                        received: claim.kind))
            }
            try HeaderCheck(headers: headers).notification(notification, version: claim?.string)
            let version = claim?.string ?? headers.version ?? ""
            guard ProtocolVersion(rawValue: version) == Self.version else {
                throw JSONRPCError.unsupportedVersion(version)
            }
            return .accepted
        } catch {
            return .refusal(error, to: nil, status: 400)
        }
    }

    private func callTool(
        _ request: Message.Request, metadata: RequestMetadata, headers: TransportHeaders, caller: Caller
    ) throws(JSONRPCError) -> Decision {
        let call = try ToolCall(request.params, tools: environment.tools)
        for parameter in call.tool.headerParameters { try parameter.check(headers, arguments: call.arguments) }
        if let refusal = environment.policy.refusal(of: call.tool.tool.name, to: caller) { return .reply(refusal) }
        try metadata.checkCapabilities(call.tool.tool.requiredClientCapabilities)
        guard environment.policy.streams(progressToken: metadata.progressToken) else { return .call(call) }
        let stream = CallStream(progressToken: metadata.progressToken, on: environment.executor)
        let task = stream.start { reporter in
            do throws(JSONRPCError) {
                let result = try await call.run(in: self.context(caller, reporter))
                return self.response(to: request.id, result)
            } catch {
                return .error(error, to: request.id)
            }
        }
        stream.cancelOnDisconnect(task)
        return .reply(stream.reply)
    }

    private func response(to id: RequestID, call: ToolCall, caller: Caller) async -> Reply {
        do throws(JSONRPCError) {
            return Reply(response(to: id, try await call.run(in: context(caller, nil))))
        } catch {
            return Self.refusal(error, to: id)
        }
    }

    private func context(_ caller: Caller, _ reporter: ProgressReporter?) -> ToolContext {
        ToolContext(caller: caller, clock: environment.now, reporter: reporter)
    }

    @inline(never)  // hot path
    private func response(to id: RequestID, _ result: ToolResult) -> Response {
        result.response(to: id, for: Self.version, environment.description)
    }

    private func listen(
        _ request: Message.Request, headers: TransportHeaders, caller: Caller
    ) throws(JSONRPCError) -> Reply {
        guard headers.acceptsEventStream else { return .notAcceptable }
        let listen = try Listen(request)
        guard
            let opened = environment.subscriptions.open(
                for: listen.purpose, subject: caller.subject, beginningWith: [.message(listen.acknowledgement)])
        else {
            throw JSONRPCError.noStream("Too many open streams: close one and listen again", environment.subscriptions)
        }
        return .stream(
            ServerStream(
                events: opened.events, finalMessage: listen.finalMessage(environment.description), isAlive: { true },
                onDelivered: opened.onDelivered,
                wake: opened.wake))
    }

    private static func refusal(_ error: JSONRPCError, to id: RequestID) -> Reply {
        .refusal(error, to: id, status: status(of: error.code))
    }

    /// The status of an error that a method itself reports.
    ///
    /// For wrong parameters it is 200: the specification leaves it open there, and a 400 would send clients of both
    /// eras back to `initialize`.
    private static func status(of code: JSONRPCError.Code) -> Int {
        switch code {
        case .invalidParams, .internalError: 200
        case .methodNotFound: 404
        case .parseError, .invalidRequest, .headerMismatch, .missingRequiredClientCapability,
            .unsupportedProtocolVersion:
            400
        }
    }
}

extension RequestMetadata {
    /// Refuses a request whose client has not declared the required capabilities.
    fileprivate func checkCapabilities(_ required: JSONObject) throws(JSONRPCError) {
        guard JSONValue.object(clientCapabilities).provides(.object(required)) else {
            throw JSONRPCError(
                .missingRequiredClientCapability,
                "This tool needs client capabilities that '\(MetaKey.clientCapabilities)' does not declare",
                data: ["requiredCapabilities": .object(required)],
                Explanation(
                    expected:
                        "the capabilities of data.requiredCapabilities in '\(public: MetaKey.clientCapabilities)'",
                    received: clientCapabilities.isEmpty
                        ? "none" : SafeText(list: clientCapabilities.members.map(\.name))
                ))
        }
    }
}

extension JSONValue {
    /// Whether each required object is present, at every depth.
    fileprivate func provides(_ required: JSONValue) -> Bool {
        guard let required = required.object else { return self == required }
        guard let object else { return false }
        return required.members.allSatisfy { object[$0.name]?.provides($0.value) ?? false }
    }
}
