internal import OAuth
internal import Synchronization

/// Which scenario is on; that can change while the server runs.
final class ScenarioSwitch: Sendable {
    /// The one that the server was started with, if any.
    private let first: Scenario?
    private let state: Mutex<RunningScenario?>

    init(first: Scenario?) {
        self.first = first
        state = Mutex(first.map(RunningScenario.init))
    }

    /// The scenario that is on, if any.
    var running: RunningScenario? { state.withLock(\.self) }

    /// Switches a scenario on, in place of any other; one that is on begins anew.
    func play(_ scenario: Scenario) {
        state.withLock { $0 = RunningScenario(scenario) }
    }

    /// Goes back to how the server was started.
    func reset() {
        state.withLock { $0 = first.map(RunningScenario.init) }
    }
}

/// A scenario since it was switched on: what it counts begins then.
final class RunningScenario: Sendable {
    let scenario: Scenario
    let faults: FaultQueue

    init(_ scenario: Scenario) {
        self.scenario = scenario
        faults = FaultQueue("fault of the scenario", scenario.faults)
    }
}
