internal import HTTPEdge
internal import Logging
internal import Primitives

/// `/debug/scenario`: returns the running scenario, switches to one, or restores that of the start.
struct ScenarioRoute: Route {
    let scenarios: ScenarioSwitch
    let logger: Logger
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
        logger.warning(
            "scenario", metadata: ["name": .string(scenarios.running?.scenario.name ?? "none")])
        return answer
    }

    private var answer: HTTPResponse {
        Responses.json(.ok, ["scenario": scenarios.running.map { .object($0.scenario.json) } ?? .null])
    }
}

/// `/debug/scenarios`: lists all scenarios; a page for a browser.
struct ScenariosRoute: Route {
    func respond(to request: HTTPRequest, origin: Origin) async throws -> HTTPResponse {
        Accept(request.fields).prefersPage ? page : Responses.json(.ok, Scenario.listing)
    }

    private var page: HTTPResponse {
        let items = Scenario.all.map { scenario -> HTML in
            """
            <h2 id="\(scenario.name)"><code>\(scenario.name)</code></h2>
            <p>\(scenario.effect)</p>
            <dl>
            <dt>Specification</dt><dd>\(scenario.reference): \(scenario.reason)</dd>
            <dt>Affected</dt><dd>\(scenario.affected.isEmpty ? "no report is known" : scenario.affected.joined(separator: ", "))</dd>
            <dt>A correct client</dt><dd>\(scenario.correctClient)</dd>
            </dl>

            """
        }
        return Page.response(
            .ok, title: "Scenarios", width: .wide,
            """
            <p class="crumbs"><a href="\(Path.debug)">Timeline</a></p>
            <h1>Scenarios</h1>
            <p>Users of real clients reported each of these behaviours. The drawer of the
            <a href="\(Path.debug)">timeline</a> switches one on.</p>
            \(items)
            """)
    }
}
