internal import FlowRecorder
internal import HTTPEdge
internal import Logging
internal import Primitives

/// Passes each request through the guard to its route, and logs the answer.
struct Router: RequestHandler {
    let hostAndOrigin: HostAndOriginGuard
    let current: CurrentRoutes
    let errors: ErrorResponses
    let logger: Logger
    /// Nil with debugging off.
    let debug: DebugFeatures?
    let faultTarget: FaultTarget

    /// Answers a request.
    ///
    /// Split so that each async frame stays under 1 KiB, the size that a task gets without `malloc`; see
    /// docs/architecture.md, Hot path.
    func respond(to request: HTTPRequest) async -> HTTPResponse {
        let context = begin(request)
        let answer = context.fault == nil ? await routed(context) : await faulted(context)
        return end(context, answer)
    }

    /// Refuses a request by its head, when it would be refused whatever its body is.
    ///
    /// Not while a queued fault may match: the fault may depend on the body, and the order of answers must not depend
    /// on the body's size.
    func verdict(on head: HTTPRequest) async -> HeadVerdict {
        let running = debug?.scenarios.running
        let (place, endpoint) = lookUp(head, running, isObserved: debug != nil && !Path.isDebug(head.path))
        if !Path.isDebug(head.path), let debug,
            debug.faults.mayTrigger(head, at: endpoint) || running?.faults.mayTrigger(head, at: endpoint) == true
        {
            return .takeBody(atMost: place?.maximumBody ?? 0)
        }
        do {
            let origin = try hostAndOrigin.origin(of: head)
            let context = RequestContext(
                head, start: ContinuousClock.now, entry: nil, endpoint: endpoint, origin: .success(origin),
                place: place)
            try await admit(context).1?.judge(head)
            return .takeBody(atMost: place?.maximumBody ?? 0)
        } catch {
            let context = begin(head)
            return .answer(end(context, answer(to: error, context)))
        }
    }

    /// Answers input that is not a request; it gets no entry in the journal.
    func respond(to refusal: Refusal, peer: String) -> HTTPResponse {
        errors.response(to: refusal, peer: peer)
    }

    /// Determines the route.
    ///
    /// Requests for the debug features are not recorded and get no faults.
    @inline(never)  // hot path
    private func begin(_ request: HTTPRequest) -> RequestContext {
        let start = ContinuousClock.now
        let observer = Path.isDebug(request.path) ? nil : debug
        let entry = observer.map { (number: $0.recorder.journal.begin(), time: $0.clock.now()) }
        let running = debug?.scenarios.running
        let (place, endpoint) = lookUp(request, running, isObserved: observer != nil)
        let origin: Origin
        do throws(HostAndOriginGuard.Refusal) {
            origin = try hostAndOrigin.origin(of: request)
        } catch {
            return RequestContext(request, start: start, entry: entry, endpoint: endpoint, origin: .failure(error))
        }
        guard let observer else {
            return RequestContext(
                request, start: start, entry: nil, endpoint: endpoint, origin: .success(origin), place: place)
        }
        let fault =
            observer.faults.trigger(request, at: endpoint) ?? running?.faults.trigger(request, at: endpoint)
        return RequestContext(
            request, start: start, entry: entry, endpoint: endpoint, origin: .success(origin), place: place,
            running: running, fault: fault)
    }

    /// The routes entry of a request's path, or of the path that a scenario substitutes, and the endpoint's name.
    private func lookUp(
        _ request: HTTPRequest, _ running: RunningScenario?, isObserved: Bool
    ) -> (Routes.Entry?, EndpointName) {
        let routes = current.routes(in: running)
        let entry = routes[request.path]
        let name = entry?.name ?? EndpointName(unservedPath: request.path)
        guard isObserved, let running else { return (entry, name) }
        return (running.scenario.path(request.path).flatMap { routes[$0] }, name)
    }

    /// Answers with a fault applied.
    private func faulted(_ context: RequestContext) async -> Answer {
        guard let triggered = context.fault, case .success(let origin) = context.origin else {
            return await routed(context)
        }
        var intended: HTTPResponse?
        var answer = await triggered.fault.apply(context.request, origin: origin, on: faultTarget, as: triggered.cause)
        {
            let answer = await routed(context)
            intended = answer.response
            return answer
        }
        answer.fault = triggered.description
        if intended == nil, let hint = triggered.hint, answer.response.status.code >= 400 {
            answer.explanation = answer.explanation ?? Explanation(hint: hint)
            let (request, entry) = (context.request, context.entry?.number)
            if let details = debug?.details(of: answer.explanation, request, origin, origin.text, entry) {
                answer.response.add(details)
            }
        }
        answer.intended = intended.map(Answer.Intended.init)
        return answer
    }

    /// Answers without a fault.
    private func routed(_ context: RequestContext) async -> Answer {
        do {
            let (origin, route) = try admit(context)
            guard let route else { return preflight(context) }
            return try await route.answer(context.request, origin: origin, entry: context.entry?.number)
        } catch {
            return answer(to: error, context)
        }
    }

    /// The route for an admitted request; nil for a CORS preflight.
    @inline(never)  // hot path
    private func admit(_ context: RequestContext) throws -> (Origin, (any Responder)?) {
        let (origin, request) = (try context.origin.get(), context.request)
        if request.method == .options, context.page != nil { return (origin, nil) }
        guard let place = context.place else { throw RequestRefusal.notFound }
        if let access = place.access {
            try access.admit(request, origin: origin)
            debug?.recorder.catchUp()
        }
        if let methods = place.methods, !methods.contains(request.method) {
            throw RequestRefusal.methodNotAllowed(methods)
        }
        return (origin, place.route)
    }

    private func preflight(_ context: RequestContext) -> Answer {
        let methods = context.place?.methods ?? [.get, .post]
        return Answer(response: CORS.preflight(context.request, origin: context.page ?? "", methods: methods))
    }

    @inline(never)  // hot path
    private func answer(to error: any Error, _ context: RequestContext) -> Answer {
        errors.answer(
            to: error, context.request, origin: try? context.origin.get(), entry: context.entry?.number)
    }

    /// Adds CORS fields, lets the scenario change the answer, and records and logs it.
    @inline(never)  // hot path
    private func end(_ context: RequestContext, _ answer: consuming Answer) -> HTTPResponse {
        let request = context.request
        if let page = context.page, request.method != .options { CORS.expose(&answer.response, to: page) }
        if let scenario = context.running?.scenario, let origin = try? context.origin.get() {
            let before = answer.response
            scenario.rewrite(&answer.response, request, origin)
            (answer.scenario, answer.isRewritten) = (scenario.name, !answer.response.equals(before))
        }
        if let debug, let (number, time) = context.entry {
            debug.observe(number, request, context.endpoint, answer, time: time, since: context.start)
        }
        if logger.logLevel <= .info { write(context, answer) }
        return answer.response
    }

    @inline(never)  // hot path
    private func write(_ context: RequestContext, _ answer: Answer) {
        logger.info("request", metadata: LoggedRequest(context, answer, errors).metadata)
    }
}
