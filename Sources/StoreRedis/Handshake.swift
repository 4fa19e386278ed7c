#if Redis
internal import OAuth

/// What is said first on every connection: who we are, which database, and the scripts.
///
/// A replica is refused: it may be behind, and know a token that was revoked. So is a cluster, because a script reaches
/// a grant through its tokens, wherever its key lies.
struct Handshake {
    /// What a reply has led to.
    enum Progress {
        /// More replies have to come.
        case open
        /// Redis takes commands; scripts go by these digests.
        case done([Script: String])
        /// Nothing can be done on this connection.
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

    /// All of it, to be sent at once.
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

    /// Takes the next reply.
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

    /// What an error means; where it is about who we are or what we want, waiting does not help.
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

/// Why Redis cannot be used now.
struct Outage: Sendable {
    /// What happened, without secrets.
    let reason: String
    /// Whether it stays so until somebody changes a setting, here or there.
    var isPermanent = false

    static let stopping = Outage(reason: "this server is stopping")
}
#endif
