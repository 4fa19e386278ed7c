internal import OAuth
internal import Synchronization

/// The lock among instances of one session's tokens: a refresh token that is used twice ends the whole grant.
///
/// It is kept while its owner runs, and ends by itself soon after an owner that was killed. Without Redis there is no
/// other instance to keep out.
final class RenewalLock: Sendable {
    private let vault: SessionVault
    private let key: SessionKey
    private let keeper = Mutex<(owner: String, task: Task<Void, Never>)?>(nil)
    private static let (step, renewal) = (Duration.milliseconds(50), Duration.seconds(3))

    init(vault: SessionVault, key: SessionKey) { (self.vault, self.key) = (vault, key) }

    /// Waits for the lock; callers come one at a time.
    ///
    /// - Throws: `CancellationError`.
    func take() async throws {
        let owner = Secret.random(from: Random.bytes).reveal()
        while true {
            do {
                if try await vault.lock(key, owner: owner) { break }
            } catch {
                // Redis is away.
                return
            }
            try await Task.sleep(for: Self.step)
        }
        let task = Task { [vault, key] in
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.renewal)
                if !Task.isCancelled { try? await vault.extend(key, owner: owner) }
            }
        }
        keeper.withLock { $0 = (owner, task) }
    }

    func release() async {
        guard let (owner, task) = keeper.withLock({ exchange(&$0, with: nil) }) else { return }
        task.cancel()
        try? await vault.unlock(key, owner: owner)
    }
}
