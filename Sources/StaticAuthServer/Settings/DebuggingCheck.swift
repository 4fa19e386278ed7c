internal import OAuth

extension Settings {
    /// What is wrong with the debug features and the scenario.
    var debuggingProblems: [Settings.Problem] { token + scenarios }

    private var token: [Settings.Problem] {
        guard let debugToken else { return [] }
        let text = debugToken.reveal()
        guard text.utf8.count >= 16, Set(text.utf8).count >= 8, BearerToken.isWellFormed(text) else {
            return [
                .init(
                    "debug-token",
                    "Give 16 or more characters of the alphabet of bearer tokens (letters, digits and -._~+/), at least 8 "
                        + "of them different, that nobody can guess: openssl rand -hex 16 prints some.")
            ]
        }
        return []
    }

    /// A scenario makes the server misbehave, so it is only for where debugging is.
    private var scenarios: [Settings.Problem] {
        guard let scenario else { return [] }
        guard Scenario.named(scenario) != nil else {
            return [.init("scenario", "'\(scenario)' is not \(Scenario.advice(for: scenario)).")]
        }
        if !debug {
            return [.init("scenario", "Scenarios are part of what --no-debug switches off.", isCombination: true)]
        }
        guard debugToken == nil, isOffLoopback else { return [] }
        return [
            .init(
                "scenario",
                "It makes the server misbehave, and other machines can reach it; give --debug-token too, or leave it out.",
                isCombination: true)
        ]
    }
}
