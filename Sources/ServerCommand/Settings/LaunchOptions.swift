internal import StaticAuthServer

/// What the process was asked to do: the server's settings, and those of the process around it.
struct LaunchOptions {
    var settings = Settings()
    var store = StoreChoice.memory
    var storeWait = Duration.zero
    var readyFile: String?
    var logLevel = Log.Level.info
    var logFormat = Log.Format.text
}
