internal import StaticAuthServer

/// Puts the settings together: flags before variables before the file before the defaults.
struct SettingsLoader {
    let command: StaticAuthServerCommand
    let environment: [Entry]

    /// A name and its text, as a variable or a line of the file gives them.
    struct Entry {
        let name: String
        let text: String
    }

    /// Everything that is wrong, for one report.
    struct Failure: Error {
        /// What is wrong with flags and their values.
        var usage: [String] = []
        /// What is wrong with variables, with the file, or with settings that do not fit together.
        var configuration: [String] = []

        var all: [String] { usage + configuration }
    }

    func load(toolNames: [String]) throws(Failure) -> Launch {
        var launch = Launch()
        var failure = Failure()
        let variables = environment.filter { $0.name.hasPrefix(variablePrefix) && $0.name != Self.fileVariable }
        let (path, lines) = readFile(&failure)
        reportUnknown(in: variables, prefix: "", &failure)
        reportUnknown(in: lines, prefix: "\(path): ", &failure)

        var origins: [String: Source] = [:]
        for setting in settingsTable {
            guard let (source, texts) = find(setting, variables, lines, path) else { continue }
            do {
                try setting.apply(&launch, texts)
                origins[setting.name] = source
            } catch let error as Setting.Malformed {
                report(source, error.reason, &failure)
            } catch {
                report(source, "\(error)", &failure)
            }
        }
        for problem in launch.settings.problems(toolNames: toolNames) {
            let source = origins[problem.setting] ?? .flag(problem.setting)
            if problem.isCombination {
                failure.configuration.append("\(source.label): \(problem.message)")
            } else {
                report(source, problem.message, &failure)
            }
        }
        guard failure.all.isEmpty else { throw failure }
        return launch
    }

    // MARK: - Where a value comes from

    private enum Source {
        case flag(String)
        case variable(String)
        case line(String, path: String)

        var label: String {
            switch self {
            case .flag(let name): "--\(name)"
            case .variable(let name): name
            case .line(let name, let path): "\(path): \(name)"
            }
        }
    }

    private func find(
        _ setting: Setting, _ variables: [Entry], _ lines: [Entry], _ path: String
    ) -> (Source, [String])? {
        let flags = setting.flag(command)
        if !flags.isEmpty {
            return (.flag(setting.name), setting.shape == .list ? flags.flatMap(Self.split) : flags)
        }
        let name = setting.variable
        if let entry = variables.last(where: { $0.name == name }) {
            return (.variable(name), Self.values(of: setting, entry.text))
        }
        if let entry = lines.last(where: { $0.name == name }) {
            return (.line(name, path: path), Self.values(of: setting, entry.text))
        }
        return nil
    }

    private static func values(of setting: Setting, _ text: String) -> [String] {
        setting.shape == .single ? [text] : split(text)
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
        for entry in entries where !settingsTable.contains(where: { $0.variable == entry.name }) {
            failure.configuration.append(
                "\(prefix)\(entry.name): There is no such setting; 'static-auth-server --help' lists them.")
        }
    }

    // MARK: - The file

    private static let fileVariable = variablePrefix + "ENV_FILE"

    private func readFile(_ failure: inout Failure) -> (path: String, lines: [Entry]) {
        let named = command.process.envFile.last ?? environment.last { $0.name == Self.fileVariable }?.text
        let path = named ?? ".env"
        do {
            let file = try EnvironmentFile(path: path)
            failure.configuration += file.problems.map { "\(path): \($0)" }
            return (path, file.entries.filter { $0.name.hasPrefix(variablePrefix) })
        } catch  where named == nil && error.isMissingFile {
            return (path, [])
        } catch {
            let problem = "\(path): \(error.reason)"
            if command.process.envFile.isEmpty {
                failure.configuration.append(problem)
            } else {
                failure.usage.append("--env-file: \(problem)")
            }
            return (path, [])
        }
    }
}
