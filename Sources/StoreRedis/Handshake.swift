#if Redis
internal import OAuth

/// The first commands on every connection: authentication, the database, the checks of the server, the scripts.
///
/// A replica is refused, because it may lag behind and accept a token that was revoked. A cluster is refused, because a
/// script reaches a grant through its tokens, in whichever slot the grant's key is.
struct Handshake {
    /// The state of the handshake after a reply.
    enum Progress {
        /// More replies are to come.
        case open
        /// Redis accepts commands; the scripts are run by these digests.
        case done([Script: String])
        /// The connection cannot be used.
        case failed(Outage)
    }

    private enum Step {
        case authenticate([String])
        case select(Int)
        case hello
        case load(Script)
    }

    private let steps: [Step]
    private var answered = 0
    private var digests: [Script: String] = [:]

    init(_ url: RedisURL) {
        let login = url.password.map { [url.user, $0.reveal()].compactMap(\.self) }
        steps =
            (login.map { [.authenticate($0)] } ?? []) + [.hello, .select(url.database)] + Script.allCases.map(Step.load)
    }

    /// All commands of the handshake, sent together.
    var commands: [[String]] {
        steps.map { step in
            switch step {
            case .authenticate(let login): ["AUTH"] + login
            case .select(let database): ["SELECT", String(database)]
            case .hello: ["HELLO", "2"]
            case .load(let script): ["SCRIPT", "LOAD", script.source]
            }
        }
    }

    /// Processes the next reply.
    mutating func take(_ reply: RESPValue) -> Progress {
        let step = steps[answered]
        answered += 1
        if case .error(let text) = reply { return .failed(Self.outage(text, at: step)) }
        switch step {
        case .authenticate, .select: break
        case .hello:
            if let outage = Self.outage(greeted: reply) { return .failed(outage) }
        case .load(let script): digests[script] = reply.text
        }
        return answered == steps.count ? .done(digests) : .open
    }

    private static func outage(greeted reply: RESPValue) -> Outage? {
        let words = (reply.array ?? []).map { $0.text ?? "" }
        let facts = Dictionary(zip(words, words.dropFirst()), uniquingKeysWith: { first, _ in first })
        if facts["mode"] == "cluster" {
            return Outage(reason: "it is a node of a cluster; give a single server", isPermanent: true)
        }
        guard facts["role"] == "master" else {
            return Outage(reason: "it is a replica, which may be behind and takes no writes; give its primary")
        }
        return nil
    }

    /// The meaning of an error; waiting does not help when it is about the user's rights or the server's settings.
    private static func outage(_ text: String, at step: Step) -> Outage {
        let code = text.prefix { $0 != " " }
        let willPass = ["LOADING", "BUSY", "MASTERDOWN"].contains(code) || text.contains("max number of clients")
        guard !willPass else { return Outage(reason: "it says '\(text)'") }
        let hint =
            switch step {
            case .authenticate: "check the user and password of the URL"
            case .hello where code == "NOAUTH": "give the password in the URL: redis://:PASSWORD@HOST:PORT"
            case .hello: "Redis 6 or newer, or Valkey, is needed"
            case .select: "check the number of the database in the URL"
            case .load: "the user needs the right to run scripts"
            }
        return Outage(reason: "it says '\(text)'; \(hint)", isPermanent: true)
    }
}

/// The reason why Redis cannot be used at present.
struct Outage: Sendable {
    /// The cause, without secrets.
    let reason: String
    /// Whether it lasts until a setting changes, of this server or of Redis.
    var isPermanent = false

    static let stopping = Outage(reason: "this server is stopping")
}
#endif
