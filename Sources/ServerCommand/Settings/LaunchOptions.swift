internal import StaticAuthServer

/// The parsed settings: those of the server, and those of the process around it.
struct LaunchOptions {
    var settings = Settings()
    var store = StoreChoice.memory
    var storeWait = Duration.zero
    var readyFile: String?
    var printsReady = false
    var logLevel = Log.Level.info
    var logFormat = Log.Format.text

    init() {
        settings.wording = .flags
    }
}
