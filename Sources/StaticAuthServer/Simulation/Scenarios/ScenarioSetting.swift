extension Settings {
    /// A scenario makes the server misbehave, so it requires debugging.
    var scenarioProblems: [Problem] {
        guard let scenario else { return [] }
        guard Scenario.named(scenario) != nil else {
            return [Problem(.scenario, "'\(scenario)' is not \(Scenario.advice(for: scenario, wording)).")]
        }
        if !debug {
            return [
                Problem(
                    .scenario, "Scenarios are part of what \(wording[.noDebug]) switches off.", isCombination: true)
            ]
        }
        guard debugToken == nil, isOffLoopback else { return [] }
        return [
            Problem(
                .scenario,
                "It makes the server misbehave, and other machines can reach it; give \(wording[.debugToken]) too, or "
                    + "leave it out.",
                isCombination: true)
        ]
    }
}
