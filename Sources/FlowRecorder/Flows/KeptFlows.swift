/// Flows by their numbers, in order.
///
/// A flow is large: those that are only looked at are not copied.
struct KeptFlows: Sendable {
    private final class Box: Sendable {
        let flow: Flow

        init(_ flow: Flow) { self.flow = flow }
    }

    private var numbers: [Int] = []
    /// In the order of ``numbers``; nil while a flow is taken out to be changed.
    private var boxes: [Box?] = []

    var count: Int { numbers.count }

    /// All of them.
    var all: [Flow] { filter { _ in true } }

    subscript(number: Int) -> Flow? { index(of: number).flatMap { boxes[$0]?.flow } }

    func has(_ number: Int) -> Bool { index(of: number) != nil }

    /// The flows that meet a condition.
    func filter(_ isIncluded: (Flow) -> Bool) -> [Flow] {
        var found: [Flow] = []
        for case let box? in boxes where isIncluded(box.flow) { found.append(box.flow) }
        return found
    }

    /// The first flow that meets a condition.
    func first(where condition: (Flow) -> Bool) -> Flow? {
        for case let box? in boxes where condition(box.flow) { return box.flow }
        return nil
    }

    /// Whether a flow meets a condition.
    func contains(where condition: (Flow) -> Bool) -> Bool {
        for case let box? in boxes where condition(box.flow) { return true }
        return false
    }

    /// The first flow with the smallest value; nil if there is none.
    func min(by value: (Flow) -> Int) -> Flow? {
        var least: (value: Int, box: Box)?
        for case let box? in boxes {
            let value = value(box.flow)
            if value < least?.value ?? .max { least = (value, box) }
        }
        return least?.box.flow
    }

    // MARK: - Changes

    /// Adds a flow, or replaces the one with its number.
    mutating func insert(_ flow: Flow) {
        let index = position(of: flow.number)
        if index < numbers.count, numbers[index] == flow.number {
            boxes[index] = Box(flow)
        } else {
            numbers.insert(flow.number, at: index)
            boxes.insert(Box(flow), at: index)
        }
    }

    /// Takes a flow out for a change, after which it is to be inserted again.
    mutating func take(_ number: Int) -> Flow? {
        guard let index = index(of: number) else { return nil }
        defer { boxes[index] = nil }
        return boxes[index]?.flow
    }

    mutating func remove(_ number: Int) -> Flow? {
        guard let index = index(of: number) else { return nil }
        numbers.remove(at: index)
        return boxes.remove(at: index)?.flow
    }

    private func index(of number: Int) -> Int? {
        let index = position(of: number)
        return index < numbers.count && numbers[index] == number ? index : nil
    }

    /// The position of the first number that is not smaller.
    private func position(of number: Int) -> Int {
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
