/// A binary min-heap of elements by their expiry.
package struct ExpiryHeap<Element> {
    private struct Entry {
        let instant: Instant
        let element: Element
    }

    private var entries: [Entry] = []

    package init() {}

    package var count: Int { entries.count }

    /// Adds an element that expires at an instant.
    package mutating func insert(_ element: Element, at instant: Instant) {
        entries.append(Entry(instant: instant, element: element))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].instant < entries[parent].instant else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    /// Removes the earliest entry, or returns nil when none expires before the instant.
    package mutating func popFirst(before instant: Instant) -> (instant: Instant, element: Element)? {
        guard let first = entries.first, first.instant < instant else { return nil }
        return removeFirst()
    }

    /// Removes the earliest entry, or returns nil when none expires at the instant or before.
    package mutating func popFirst(until instant: Instant) -> (instant: Instant, element: Element)? {
        guard let first = entries.first, first.instant <= instant else { return nil }
        return removeFirst()
    }

    private mutating func removeFirst() -> (instant: Instant, element: Element) {
        let first = entries[0]
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        var parent = 0
        while true {
            let children = (2 * parent + 1..<2 * parent + 3).clamped(to: entries.indices)
            guard let least = children.min(by: { entries[$0].instant < entries[$1].instant }),
                entries[least].instant < entries[parent].instant
            else { return (first.instant, first.element) }
            entries.swapAt(parent, least)
            parent = least
        }
    }
}
