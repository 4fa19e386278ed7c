internal import Primitives
internal import Synchronization

/// Which scenario is on; that can change while the server runs.
final class ScenarioSwitch: Sendable {
    /// The one that the server was started with, if any.
    private let first: Scenario?
    private let state: Mutex<RunningScenario?>
    /// Whether there is one; each request asks, and mostly there is none.
    private let isOn: Atomic<Bool>

    init(first: Scenario?) {
        self.first = first
        state = Mutex(first.map(RunningScenario.init))
        isOn = Atomic(first != nil)
    }

    /// The scenario that is on, if any.
    var running: RunningScenario? { isOn.load(ordering: .acquiring) ? state.withLock(\.self) : nil }

    /// Switches a scenario on, in place of any other; one that is on begins anew.
    func play(_ scenario: Scenario) {
        set(RunningScenario(scenario))
    }

    /// Goes back to how the server was started.
    func reset() {
        set(first.map(RunningScenario.init))
    }

    private func set(_ running: RunningScenario?) {
        state.withLock { state in
            state = running
            isOn.store(running != nil, ordering: .releasing)
        }
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
