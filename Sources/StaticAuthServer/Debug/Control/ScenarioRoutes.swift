internal import HTTPEdge
internal import Primitives

/// `/debug/scenario`: returns the running scenario, switches to one, or restores that of the start.
struct ScenarioRoute: Route {
    let scenarios: ScenarioSwitch
    let log: Log
    let wording: Wording

    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        switch request.method {
        case .put:
            let document = try DebugDocument(request)
            try document.allowOnly(["name"])
            guard let name = try document.text("name", "the name of a scenario") else {
                throw document.problem("name", "the name of a scenario")
            }
            guard let scenario = Scenario.named(name) else {
                throw document.problem("name", Scenario.advice(for: name, wording))
            }
            scenarios.play(scenario)
        case .delete: scenarios.reset()
        default: return answer
        }
        log(.warning, "scenario", ["name": scenarios.running?.scenario.name ?? "none"])
        return answer
    }

    private var answer: HTTPResponse {
        Responses.json(.ok, ["scenario": scenarios.running.map { .object($0.scenario.json) } ?? .null])
    }
}

/// `/debug/scenarios`: lists all scenarios.
struct ScenariosRoute: Route {
    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Responses.json(.ok, Scenario.listing)
    }
}
