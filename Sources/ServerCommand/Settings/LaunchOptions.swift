internal import Logging
internal import StaticAuthServer

/// The parsed settings: those of the server, and those of the process around it.
struct LaunchOptions {
    var settings = Settings()
    var store = StoreChoice.memory
    var storeWait = Duration.zero
    var readyFile: String?
    var printsReady = false
    var logLevel = Logger.Level.info
    /// The form of the log; nil for the one that suits standard error.
    var logFormat: LineLogHandler.Format?
    var color = ColorChoice.auto

    /// When the log has colours.
    enum ColorChoice: String, CaseIterable {
        /// On a terminal, unless the variable `NO_COLOR` says otherwise.
        case auto
        case always
        case never
    }

    init() {
        settings.wording = .flags
    }
}
