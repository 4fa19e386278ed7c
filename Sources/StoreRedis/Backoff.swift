#if Redis
/// The delay before an attempt to connect.
enum Backoff {
    /// The shortest delay.
    static let least = Duration.milliseconds(50)
    /// The longest delay.
    static let maximum = Duration.seconds(2)

    /// A random delay between the shortest one and a bound that doubles with each failure, up to the longest.
    ///
    /// The randomness spreads the instances, which all lose a restarted Redis at the same moment.
    ///
    /// - Parameters:
    ///   - failures: the number of failed attempts since the last successful one.
    ///   - chance: a random number from 0 up to 1.
    static func delay(after failures: Int, chance: Double) -> Duration {
        let bound = min(least * (2 << min(failures, 6)), maximum)
        return least + (bound - least) * chance
    }
}
#endif
