/// A point in time: the time since the Unix epoch.
///
/// It is an argument wherever it matters; nothing in this library reads a clock.
public typealias Instant = Duration
