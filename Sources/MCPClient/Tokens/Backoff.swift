internal import OAuth
internal import Primitives

/// The wait after an outage of a server: each failure doubles it, and `Retry-After` is obeyed.
struct Backoff: Sendable {
    private static let (first, longest) = (Duration.milliseconds(500), Duration.seconds(30))

    private var next = Backoff.first
    private var outage: (error: ClientError, end: ContinuousClock.Instant)?

    /// The last failure and the remaining wait; nil when the server may be asked.
    var rest: (error: ClientError, wait: Duration)? {
        guard let outage, outage.end > .now else { return nil }
        return (outage.error, outage.end - .now)
    }

    mutating func failed(_ error: ClientError) {
        outage = (error, .now + max(next, error.retryAfter ?? .zero))
        next = min(next * 2, Self.longest)
    }

    /// Repeats work while it fails for a reason that may pass and the wait is within the timeout.
    static func repeating<Value>(
        for timeout: Duration, where mayPass: (ClientError) -> Bool, isolation: isolated (any Actor)? = #isolation,
        _ work: () async throws -> Value
    ) async throws -> Value {
        let end = ContinuousClock.now + timeout
        var backoff = Backoff()
        while true {
            do {
                return try await work()
            } catch let error as ClientError where mayPass(error) {
                backoff.failed(error)
                guard let wait = backoff.rest?.wait, .now + wait <= end else { throw error }
                try await Task.sleep(for: wait)
            }
        }
    }
}

extension ClientError {
    /// Whether the request was certainly not processed: nothing was sent, or the server reported an outage.
    var isUnanswered: Bool {
        let codes = [WebClient.unreachableCode, "503", "429", OAuthError.Code.temporarilyUnavailable.rawValue]
        return kind == .network && (retryAfter != nil || code.map(codes.contains) == true)
    }
}
