internal import ArgumentParser
internal import OAuth
internal import OAuthServer
internal import StaticAuthServer

/// The store of grants and sessions.
struct StoresSettings: SettingsGroup {
    static var settings: [Setting<Self>] {
        [
            Setting("store", nil, \.store, isSecret: true) { $0.store = try StoreChoice(one($1)) },
            Setting("store-wait", nil, \.storeWait) { $0.storeWait = try waitingTime($1) },
        ]
    }

    @Option(
        help: .init(
            "What keeps grants and sessions: memory, sqlite:PATH, redis://[:PASSWORD@]HOST:PORT[/DB], or redis, which "
                + "reads REDIS_URL. (default: memory)", valueName: "store"))
    var store: [String] = []

    @Option(
        help: .init(
            "How long to wait at the start for a store that does not answer. (default: 0)", valueName: "seconds"))
    var storeWait: [String] = []
}

private func waitingTime(_ texts: [String]) throws(MalformedValue) -> Duration {
    let wait = try seconds(texts)
    guard (.zero ... .seconds(86_400)).contains(wait) else {
        throw .init(reason: "Give a number of seconds from 0 to 86400.")
    }
    return wait
}
