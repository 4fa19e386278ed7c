internal import FlowRecorder

extension Settings {
    /// Finds the secrets of the settings, wherever text is shown.
    var secretScanner: SecretScanner {
        SecretScanner(
            [clientSecret] + users.map(\.password) + (debugToken.map { [$0] } ?? []), clientID: clientID)
    }
}
