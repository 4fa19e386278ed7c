#if Redis
/// How long to wait before an attempt to connect.
enum Backoff {
    /// The shortest wait.
    static let least = Duration.milliseconds(50)
    /// The longest wait.
    static let most = Duration.seconds(2)

    /// A wait between the least and a bound that doubles with each failure, up to the longest.
    ///
    /// All instances lose a restarted Redis at the same moment; chance keeps them from coming back at the same moment.
    ///
    /// - Parameters:
    ///   - failures: how many attempts have failed since the last that succeeded.
    ///   - chance: anything from 0 up to 1.
    static func delay(after failures: Int, chance: Double) -> Duration {
        let bound = min(least * (2 << min(failures, 6)), most)
        return least + (bound - least) * chance
    }
}
#endif
