internal import FlowRecorder

extension Settings {
    /// Finds what was set and is secret, wherever it may be shown.
    var secretScanner: SecretScanner {
        SecretScanner(
            [clientSecret] + users.map(\.password) + (debugToken.map { [$0] } ?? []), clientID: clientID)
    }
}
