internal import OAuth

/// What helps the author of a client to see what it did, to reproduce what a user reported, and to assert it in CI.
struct DebugFeatures: Sendable {
    let access: DebugGuard
    let journal = Journal()

    /// Nil where there is no debugging: with `--no-debug`, and off loopback without `--debug-token`.
    init?(_ settings: Settings) {
        guard settings.debug, settings.debugToken != nil || !settings.isOffLoopback else { return nil }
        access = DebugGuard(token: settings.debugToken?.digest)
    }
}
