internal import OAuth
internal import OAuthServer
internal import Primitives

extension Settings {
    /// The problems of scopes, users and lifetimes.
    func accessProblems(_ toolNames: [String]) -> [Settings.Problem] { scopes(toolNames) + people + lifetimes }

    private func scopes(_ toolNames: [String]) -> [Settings.Problem] {
        var found: [Settings.Problem] = []
        if let base = try? Scope(parsing: scope), !base.tokens.isEmpty {
            if base.tokens.contains(Scope.offlineAccess) {
                found.append(.init(.scope, "offline_access is always accepted and never required; leave it out."))
            }
        } else {
            found.append(.init(.scope, "'\(scope)' is not a list of scopes; separate them by one space."))
        }
        for (tool, scope) in requireScope.sorted(by: { $0.key < $1.key }) {
            if !toolNames.contains(tool) {
                let known = toolNames.joined(separator: ", ")
                let question = SpellingSuggestion.question(about: tool, among: toolNames)
                found.append(
                    .init(
                        .requireScope, "There is no tool '\(tool)'; the tools are \(known).\(question)",
                        isCombination: true))
            }
            if (try? Scope(parsing: scope))?.tokens.count != 1 {
                found.append(.init(.requireScope, "'\(scope)' is not one scope; write \(wording[.toolScope])."))
            }
        }
        for uri in resource where (try? ResourceIndicator(uri)) == nil {
            found.append(.init(.resource, "'\(uri)' is not an absolute URI without a fragment."))
        }
        return found
    }

    private var people: [Settings.Problem] {
        var found: [Settings.Problem] = []
        if users.isEmpty { found.append(.init(.users, "Nobody could log in; give \(wording[.user]).")) }
        for name in Set(users.map(\.name)) where users.filter({ $0.name == name }).count > 1 {
            found.append(.init(.users, "The user '\(name)' is given twice."))
        }
        for user in users where user.name.isEmpty || user.password.reveal().isEmpty {
            found.append(.init(.users, "A name or a password is empty; write \(wording[.user])."))
        }
        if users.contains(where: { $0.name == clientID }) {
            found.append(
                .init(
                    .users,
                    "A user has the name of the client, whose own tokens could be taken for theirs; change one.",
                    isCombination: true))
        }
        if case .user(let name) = autoApprove, !users.contains(where: { $0.name == name }) {
            found.append(
                .init(
                    .autoApprove,
                    "There is no user '\(name)'; name one that \(wording[.users]) gives."
                        + SpellingSuggestion.question(about: name, among: users.map(\.name)),
                    isCombination: true))
        }
        if isOffLoopback {
            for user in users where hasDefaultPassword(user) {
                found.append(
                    .init(
                        .users,
                        "'\(user.name)' has the default password, which is public, and \(Self.offLoopback); set another "
                            + "one.", isCombination: true))
            }
            if autoApprove != .off {
                found.append(
                    .init(
                        .autoApprove, "It lets everybody in, and \(Self.offLoopback); leave it out.",
                        isCombination: true))
            }
        }
        return found
    }

    private var lifetimes: [Settings.Problem] {
        let times: [(SettingKey, Duration)] = [
            (.accessTokenTTL, accessTokenTTL), (.refreshTokenTTL, refreshTokenTTL), (.codeTTL, codeTTL),
        ]
        var found = times.filter { $0.1 <= .zero || $0.1 > Self.longest }.map { name, _ in
            Settings.Problem(name, "Give a number of seconds from 1 to \(Self.longest.components.seconds).")
        }
        if case .grace(let time) = refresh, time <= .zero || time > Self.longest {
            found.append(
                .init(.refresh, "Give \(wording[.grace]) with 1 to \(Self.longest.components.seconds) seconds."))
        }
        if case .fixed(let time) = advertiseExpiresIn, time < .zero || time > Self.longest {
            found.append(
                .init(
                    .advertiseExpiresIn,
                    "Give a number of seconds from 0 to \(Self.longest.components.seconds), "
                        + "\(wording[.advertisedForms])."))
        }
        return found
    }
}
