internal import Primitives
internal import Synchronization

/// The running scenario, which can change while the server runs.
final class ScenarioSwitch: Sendable {
    /// The scenario at the start, if any.
    let first: Scenario?
    private let state: Mutex<RunningScenario?>
    /// Whether one is running, for a check without a lock.
    private let isOn: Atomic<Bool>
    private let switches = Atomic(false)

    init(first: Scenario?) {
        self.first = first
        state = Mutex(first.map(RunningScenario.init))
        isOn = Atomic(first != nil)
    }

    /// The running scenario, if any.
    var running: RunningScenario? { isOn.load(ordering: .acquiring) ? state.withLock(\.self) : nil }

    /// Whether there was a switch since the start.
    var hasSwitched: Bool { switches.load(ordering: .acquiring) }

    /// Switches a scenario on, in place of any other; one that is running starts anew.
    func play(_ scenario: Scenario) {
        set(RunningScenario(scenario))
    }

    /// Restores the scenario at the start.
    func reset() {
        set(first.map(RunningScenario.init))
    }

    private func set(_ running: RunningScenario?) {
        state.withLock { state in
            state = running
            switches.store(true, ordering: .releasing)
            isOn.store(running != nil, ordering: .releasing)
        }
    }
}

/// A running scenario with its own counts.
final class RunningScenario: Sendable {
    let scenario: Scenario
    let faults: FaultQueue

    init(_ scenario: Scenario) {
        self.scenario = scenario
        faults = FaultQueue(scenario.faults, of: (scenario.name, scenario.hint))
    }
}
