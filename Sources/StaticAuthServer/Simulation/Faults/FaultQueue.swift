internal import FlowRecorder
internal import HTTPEdge
internal import MCPCore
internal import OAuth
internal import Primitives
internal import Synchronization

/// A fault with the requests that it applies to, and how often.
struct FaultRule: Sendable {
    var match: FaultMatch
    /// Nil for always.
    var times: Int?
    let fault: Fault
}

/// The queued faults, first in, first out.
final class FaultQueue: Sendable {
    /// The maximum number of queued faults.
    static let capacity = 100

    /// A queued fault.
    struct QueuedFault: Sendable {
        let id: Int
        let rule: FaultRule
        /// The posted document, in a form that may be shown.
        let document: JSONObject
        var applied = 0

        fileprivate var isSpent: Bool { rule.times.map { applied >= $0 } ?? false }
    }

    /// The fault that is applied to a request.
    final class TriggeredFault: Sendable {
        let fault: Fault
        /// The name at the beginning of a hint: `Fault 1`, or the scenario that it belongs to.
        let cause: SafeText
        /// The description in the journal.
        let description: SafeText
        /// The hint about a refusal by the fault; nil for one that was queued, which the description names.
        let hint: SafeText?

        init(fault: Fault, cause: SafeText, description: SafeText, hint: SafeText?) {
            self.fault = fault
            self.cause = cause
            self.description = description
            self.hint = hint
        }
    }

    /// The refusal of a fault beyond the maximum.
    struct Full: Error {}

    private struct State {
        var last = 0
        var queued: [QueuedFault] = []
    }

    private let state = Mutex(State())
    /// The number of queued faults; when it is zero, no lock is needed.
    private let count = Atomic(0)
    /// The name of the scenario that the faults belong to, and the hint about refusals that are due to it, if any.
    private let scenario: (name: String, hint: SafeText)?

    /// Makes a queue, with initial faults.
    init(_ rules: [FaultRule] = [], of scenario: (name: String, hint: SafeText)? = nil) {
        self.scenario = scenario
        for rule in rules { _ = try? enqueue(rule, document: [:]) }
    }

    /// Appends a fault.
    func enqueue(_ rule: FaultRule, document: JSONObject) throws(Full) -> QueuedFault {
        let queued = change { state -> QueuedFault? in
            guard state.queued.count < Self.capacity else { return nil }
            state.last += 1
            let queued = QueuedFault(id: state.last, rule: rule, document: document)
            state.queued.append(queued)
            return queued
        }
        guard let queued else { throw Full() }
        return queued
    }

    /// The first fault that matches a request, which uses it once.
    func trigger(_ request: HTTPRequest, at endpoint: EndpointName) -> TriggeredFault? {
        guard count.load(ordering: .acquiring) > 0 else { return nil }
        return change { state -> TriggeredFault? in
            guard let index = state.queued.firstIndex(where: { $0.rule.match.matches(request, at: endpoint) }) else {
                return nil
            }
            state.queued[index].applied += 1
            let queued = state.queued[index]
            if queued.isSpent { state.queued.remove(at: index) }
            let fault = queued.rule.fault
            guard let scenario else {
                return TriggeredFault(
                    fault: fault, cause: "Fault \(queued.id)", description: "fault \(queued.id): \(fault.description)",
                    hint: nil)
            }
            return TriggeredFault(
                fault: fault, cause: "The scenario '\(public: scenario.name)'",
                description: "the scenario '\(public: scenario.name)': \(fault.description)", hint: scenario.hint)
        }
    }

    /// Whether a fault may match a request, as far as its head shows.
    func mayTrigger(_ head: HTTPRequest, at endpoint: EndpointName) -> Bool {
        count.load(ordering: .acquiring) > 0
            && state.withLock { $0.queued.contains { $0.rule.match.matchesHead(head, at: endpoint) } }
    }

    /// The queued faults, in order.
    var all: [QueuedFault] { state.withLock(\.queued) }

    /// Removes one fault, or all of them; returns how many.
    func remove(_ id: Int? = nil) -> Int {
        change { state in
            let before = state.queued.count
            state.queued.removeAll { id == nil || $0.id == id }
            return before - state.queued.count
        }
    }

    private func change<Result: Sendable>(_ change: (inout State) -> Result) -> Result {
        state.withLock { state in
            defer { count.store(state.queued.count, ordering: .releasing) }
            return change(&state)
        }
    }
}
