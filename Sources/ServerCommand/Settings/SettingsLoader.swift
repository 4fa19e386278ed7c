internal import OAuth
internal import Primitives
internal import StaticAuthServer

/// Combines the settings by precedence: flags, variables, the file, the defaults.
struct SettingsLoader {
    let flags: GivenFlags
    let environment: [Entry]

    /// A name and its text, from a variable or a line of the file.
    struct Entry {
        let name: String
        let text: String
    }

    /// All mistakes, for one report.
    struct Failure: Error {
        /// Mistakes in flags and their values.
        var usage: [String] = []
        /// Mistakes in variables and the file, and settings that contradict each other.
        var configuration: [String] = []

        var all: [String] { usage + configuration }
    }

    func load(toolNames: [String]) throws(Failure) -> LaunchOptions {
        var launch = LaunchOptions()
        var failure = Failure()
        let variables = environment.filter { $0.name.hasPrefix(variablePrefix) && $0.name != Self.fileVariable }
        let (path, file) = readFile(&failure)
        let lines = file.filter { $0.name.hasPrefix(variablePrefix) }
        reportUnknown(in: variables, prefix: "", &failure)
        reportUnknown(in: lines, prefix: "\(path): ", &failure)
        reportBoth(in: variables, prefix: "", &failure)
        reportBoth(in: lines, prefix: "\(path): ", &failure)
        for name in Set(lines.map(\.name)).sorted() where lines.filter({ $0.name == name }).count > 1 {
            failure.configuration.append("\(path): \(name): It is given more than once.")
        }

        var origins: [String: Source] = [:]
        for setting in ServerFlags.settings {
            // The last valid value counts, and every malformed one is reported.
            for (source, texts) in sources(of: setting, variables, lines, path) {
                do {
                    try setting.apply(&launch, try texts.get())
                    origins[setting.flag] = source
                } catch let error as MalformedValue {
                    report(source, error.reason, &failure)
                } catch {
                    report(source, "\(error)", &failure)
                }
            }
        }
        for problem in launch.settings.problems(toolNames: toolNames) {
            let flag = launch.settings.wording[problem.setting]
            let source = origins[flag] ?? .flag(flag)
            if problem.isCombination {
                failure.configuration.append("\(source.label): \(problem.message)")
            } else {
                report(source, problem.message, &failure)
            }
        }
        if case .redisVariable = launch.store {
            let source = origins["--store"] ?? .flag("--store")
            resolveRedis(&launch, source, among: environment + file, &failure)
        }
        guard failure.all.isEmpty else { throw failure }
        return launch
    }

    /// Replaces the word for Redis by the URL in the variable.
    private func resolveRedis(
        _ launch: inout LaunchOptions, _ source: Source, among entries: [Entry], _ failure: inout Failure
    ) {
        let name = Self.redisVariable
        guard let url = entries.first(where: { $0.name == name && !$0.text.isEmpty }) else {
            failure.configuration.append(
                "\(source.label): 'redis' stands for the URL in the variable \(name), which is not set.")
            return
        }
        do {
            launch.store = try StoreChoice(redisURL: url.text)
        } catch {
            failure.configuration.append("\(name): \(error.reason)")
        }
    }

    // MARK: - Sources of a value

    private enum Source {
        case flag(String)
        case variable(String)
        case line(String, path: String)

        var label: String {
            switch self {
            case .flag(let flag): flag
            case .variable(let name): name
            case .line(let name, let path): "\(path): \(name)"
            }
        }
    }

    /// The values that a source gives, or what is wrong with the file that it names.
    private typealias Values = Result<[String], MalformedValue>

    /// The sources of a setting, in order of increasing precedence.
    private func sources(
        of setting: Setting<ServerFlags>, _ variables: [Entry], _ lines: [Entry], _ path: String
    ) -> [(Source, Values)] {
        var found: [(Source, Values)] = []
        let names = [setting.variable, setting.fileVariable]
        for entry in lines where names.contains(entry.name) {
            found.append((.line(entry.name, path: path), Self.values(of: setting, entry)))
        }
        for entry in variables where names.contains(entry.name) {
            found.append((.variable(entry.name), Self.values(of: setting, entry)))
        }
        let texts = flags[setting.flag]
        if !texts.isEmpty {
            found.append((.flag(setting.flag), .success(setting.shape == .list ? texts.flatMap(Self.split) : texts)))
        }
        return found
    }

    /// The values of an entry, which for a secret may name a file that holds them.
    private static func values(of setting: Setting<ServerFlags>, _ entry: Entry) -> Values {
        guard entry.name == setting.fileVariable else { return .success(values(of: setting, entry.text)) }
        return Values { () throws(MalformedValue) in try SecretFile(path: entry.text).values(setting.shape) }
    }

    private static func values(of setting: Setting<ServerFlags>, _ text: String) -> [String] {
        [.single, .switch].contains(setting.shape) ? [text] : split(text)
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
    }

    private func report(_ source: Source, _ reason: String, _ failure: inout Failure) {
        if case .flag = source {
            failure.usage.append("\(source.label): \(reason)")
        } else {
            failure.configuration.append("\(source.label): \(reason)")
        }
    }

    private func reportUnknown(in entries: [Entry], prefix: String, _ failure: inout Failure) {
        let known = ServerFlags.settings.flatMap { [$0.variable, $0.fileVariable].compactMap(\.self) }
        for entry in entries where !known.contains(entry.name) {
            let advice =
                SpellingSuggestion.name(to: entry.name, among: known + [Self.fileVariable])
                .map { ". Did you mean \($0)?" } ?? "; 'static-auth-server --help' lists them."
            failure.configuration.append("\(prefix)\(entry.name): There is no such setting\(advice)")
        }
    }

    /// Reports secrets that are given both as they are and in a file: neither wins silently.
    private func reportBoth(in entries: [Entry], prefix: String, _ failure: inout Failure) {
        let names = Set(entries.map(\.name))
        for setting in ServerFlags.settings where names.contains(setting.variable) {
            guard let file = setting.fileVariable, names.contains(file) else { continue }
            failure.configuration.append("\(prefix)\(file): \(setting.variable) is set as well; set one of them.")
        }
    }

    // MARK: - The file

    private static let fileVariable = variablePrefix + "ENV_FILE"

    /// The variable in which hosting platforms put the URL of Redis.
    private static let redisVariable = "REDIS_URL"

    private func readFile(_ failure: inout Failure) -> (path: String, lines: [Entry]) {
        let given = flags[GivenFlags.envFile]
        let variable = environment.last { $0.name == Self.fileVariable }?.text
        if given.count > 1 { failure.usage.append("--env-file: It is given more than once.") }
        let path = given.last ?? variable ?? ".env"
        do {
            let file = try EnvironmentFile(path: path)
            failure.configuration += file.problems.map { "\(path): \($0)" }
            return (path, file.entries)
        } catch  where given.isEmpty && variable == nil && error.isMissingFile {
            return (path, [])
        } catch {
            let problem = path.isEmpty ? "It is empty; give a path or leave it out." : "\(path): \(error.reason)."
            if !given.isEmpty {
                failure.usage.append("--env-file: \(problem)")
            } else {
                failure.configuration.append(variable == nil ? problem : "\(Self.fileVariable): \(problem)")
            }
            return (path, [])
        }
    }
}
