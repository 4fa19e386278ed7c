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
        let plan: FaultRule
        /// The posted document, in a form that may be shown.
        let document: JSONObject
        var struck = 0

        fileprivate var isSpent: Bool { plan.times.map { struck >= $0 } ?? false }
    }

    /// The fault that is applied to a request.
    final class TriggeredFault: Sendable {
        let fault: Fault
        /// The description in the journal.
        let description: SafeText

        init(fault: Fault, description: SafeText) {
            self.fault = fault
            self.description = description
        }
    }

    /// The refusal of a fault beyond the maximum.
    struct Full: Error {}

    private struct State {
        var last = 0
        var planted: [QueuedFault] = []
    }

    private let state = Mutex(State())
    /// The number of queued faults; when it is zero, no lock is needed.
    private let count = Atomic(0)
    /// The name of this queue's faults in the journal, before their number.
    private let name: SafeText

    /// Makes a queue, with initial faults.
    init(_ name: SafeText, _ plans: [FaultRule] = []) {
        self.name = name
        for plan in plans { _ = try? plant(plan, document: [:]) }
    }

    /// Appends a fault.
    func plant(_ plan: FaultRule, document: JSONObject) throws(Full) -> QueuedFault {
        let planted = change { state -> QueuedFault? in
            guard state.planted.count < Self.capacity else { return nil }
            state.last += 1
            let planted = QueuedFault(id: state.last, plan: plan, document: document)
            state.planted.append(planted)
            return planted
        }
        guard let planted else { throw Full() }
        return planted
    }

    /// The first fault that matches a request, which uses it once.
    func strike(_ request: HTTPRequest, at endpoint: EndpointName) -> TriggeredFault? {
        guard count.load(ordering: .acquiring) > 0 else { return nil }
        return change { state in
            guard let index = state.planted.firstIndex(where: { $0.plan.match.matches(request, at: endpoint) }) else {
                return nil
            }
            state.planted[index].struck += 1
            let planted = state.planted[index]
            if planted.isSpent { state.planted.remove(at: index) }
            let fault = planted.plan.fault
            return TriggeredFault(fault: fault, description: "\(name) \(planted.id): \(fault.description)")
        }
    }

    /// Whether a fault may match a request, as far as its head shows.
    func mayStrike(_ head: HTTPRequest, at endpoint: EndpointName) -> Bool {
        count.load(ordering: .acquiring) > 0
            && state.withLock { $0.planted.contains { $0.plan.match.matchesHead(head, at: endpoint) } }
    }

    /// The queued faults, in order.
    var all: [QueuedFault] { state.withLock(\.planted) }

    /// Removes one fault, or all of them; returns how many.
    func remove(_ id: Int? = nil) -> Int {
        change { state in
            let before = state.planted.count
            state.planted.removeAll { id == nil || $0.id == id }
            return before - state.planted.count
        }
    }

    private func change<Result: Sendable>(_ change: (inout State) -> Result) -> Result {
        state.withLock { state in
            defer { count.store(state.planted.count, ordering: .releasing) }
            return change(&state)
        }
    }
}
