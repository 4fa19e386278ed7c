/// Runs work with a timeout.
///
/// - Throws: ``ClientError`` of kind `network` after the timeout; the work is cancelled then.
func bounded<Value: Sendable>(
    by limit: Duration, _ url: String, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await work() }
        group.addTask {
            try await Alarms.shared.wait(until: .now + limit)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let value = first else {
            throw ClientError(
                .network, "\(url.withoutQuery) did not finish its answer within \(limit.inSeconds) seconds.",
                advice: .raiseTimeout, code: "timeout")
        }
        return value
    }
}

extension Duration {
    /// The seconds, with a fraction if there is one.
    var inSeconds: String {
        let seconds = (self / .milliseconds(1)).rounded(.towardZero) / 1000
        return Int(exactly: seconds).map(String.init) ?? "\(seconds)"
    }
}
