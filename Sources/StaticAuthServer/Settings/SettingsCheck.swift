extension Settings {
    /// A setting that makes no sense, alone or beside another.
    public struct Problem: Error, Equatable, Sendable {
        /// The name of the setting's flag without its dashes: `client-id`.
        public let setting: String
        /// What is wrong and what to do.
        public let message: String
        /// Whether the value is sound by itself and does not fit the other settings.
        public let isCombination: Bool

        init(_ setting: String, _ message: String, isCombination: Bool = false) {
            self.setting = setting
            self.message = message
            self.isCombination = isCombination
        }
    }

    /// All problems of a set of settings, for one report.
    public struct Problems: Error, Sendable {
        /// The problems in the order of the settings; at least one.
        public let all: [Problem]
    }

    /// What everybody knows, or lets everybody in, stays on this machine: why.
    static let offLoopback = "other machines can reach this server"

    /// Ten years, so that no sum of instants overflows.
    static let longest = Duration.seconds(315_360_000)
}
