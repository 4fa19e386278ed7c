/// The grants in the order in which they began.
struct GrantQueue {
    private var ids: [GrantID] = []
    private var head = 0

    var count: Int { ids.count - head }

    mutating func append(_ grant: GrantID) {
        ids.append(grant)
    }

    mutating func popFirst() -> GrantID? {
        guard head < ids.count else { return nil }
        defer {
            head += 1
            if head > ids.count / 2 {
                ids.removeFirst(head)
                head = 0
            }
        }
        return ids[head]
    }

    /// Removes the entries of removed grants.
    mutating func keep(where isKept: (GrantID) -> Bool) {
        ids = ids[head...].filter(isKept)
        head = 0
    }
}
