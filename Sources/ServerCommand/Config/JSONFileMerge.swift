internal import ArgumentParser
internal import Primitives

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Adds an entry to a JSON file of another program, and keeps everything else that is in it.
struct JSONFileMerge {
    /// The path; `~/` is the user's home.
    let path: String
    /// The names of the members that lead to the entry, the last one its own.
    let keys: [String]

    private static let maximumSize = 4 << 20

    /// Writes the file, if that changes it; its members keep their order, and the entry its other members.
    ///
    /// - Parameter placeholder: the text that stands for a secret that is not shown, and must not be written.
    /// - Returns: the path of the file.
    func write(_ entry: JSONObject, placeholder: String?) throws -> String {
        if let placeholder, ClientRecipe.pretty(entry).contains(placeholder) {
            throw ValidationError("--write: The entry has the client secret in it; add --reveal.")
        }
        let path = Self.expanded(path)
        let old = try document(at: path)
        let new = try Self.merged(old ?? [:], entry, keys[...], in: path)
        if let old, JSONValue.object(old) == .object(new) { return path }
        do throws(Files.Failure) {
            close(try Files.writeAtomically(ClientRecipe.pretty(new) + "\n", to: Self.resolved(path)))
        } catch {
            throw ValidationError("--write: \(path): \(error.reason).")
        }
        return path
    }

    /// The object in the file; nil when there is no file.
    private func document(at path: String) throws -> JSONObject? {
        let text: String
        do throws(Files.Failure) {
            text = try Files.text(of: path, atMost: Self.maximumSize)
        } catch {
            if error.isMissingFile { return nil }
            throw ValidationError("--write: \(path): \(error.reason).")
        }
        guard text.utf8.contains(where: { !" \t\r\n".utf8.contains($0) }) else { return nil }
        do {
            if let object = try JSONParser.parse(Array(text.utf8)).object { return object }
        } catch {
            throw ValidationError(
                "--write: \(path) is not plain JSON (\(error.problem) at byte \(error.offset)). With comments in it, the "
                    + "entry has to be pasted by hand; nothing was changed.")
        }
        throw ValidationError("--write: \(path) has no JSON object in it; nothing was changed.")
    }

    /// What clients call the client secret.
    private static let secretNames = ["CLIENT_SECRET", "clientSecret", "client_secret"]

    private static func merged(
        _ object: JSONObject, _ entry: JSONObject, _ keys: ArraySlice<String>, in path: String
    ) throws -> JSONObject {
        var object = object
        guard let key = keys.first else {
            for member in entry.members {
                if let inner = member.value.object, var old = object[member.name]?.object {
                    // The secret of another client does not fit the client id of the entry.
                    for name in secretNames where inner[name] == nil { old[name] = nil }
                    object[member.name] = .object(try merged(old, inner, [], in: path))
                } else {
                    object[member.name] = member.value
                }
            }
            return object
        }
        let old = object[key]
        guard let inner = old == nil ? [:] : old?.object else {
            throw ValidationError("--write: \"\(key)\" in \(path) is not an object; nothing was changed.")
        }
        object[key] = .object(try merged(inner, entry, keys.dropFirst(), in: path))
        return object
    }

    private static func expanded(_ path: String) -> String {
        guard path.hasPrefix("~/"), let home = getenv("HOME") else { return path }
        return String(cString: home) + path.dropFirst()
    }

    /// The file that a symbolic link leads to; its folder is made when there is none.
    private static func resolved(_ path: String) -> String {
        if let real = realpath(path, nil) {
            defer { free(real) }
            return String(cString: real)
        }
        var parent = ""
        for part in path.split(separator: "/", omittingEmptySubsequences: false).dropLast() {
            parent += part + "/"
            mkdir(parent, 0o700)
        }
        return path
    }
}
