extension Settings {
    /// An invalid setting, by itself or in combination with another.
    public struct Problem: Error, Equatable, Sendable {
        /// The setting.
        public let setting: SettingKey
        /// The cause and what to do.
        public let message: String
        /// Whether the value is valid by itself but contradicts other settings.
        public let isCombination: Bool

        init(_ setting: SettingKey, _ message: String, isCombination: Bool = false) {
            self.setting = setting
            self.message = message
            self.isCombination = isCombination
        }
    }

    /// The reason why public defaults and open access are allowed on this machine only.
    static let offLoopback = "other machines can reach this server"

    /// Ten years, so that no sum of instants overflows.
    static let longest = Duration.seconds(315_360_000)
}
