internal import OAuth
internal import Primitives

/// The entries of projects' files that a person has allowed to read variables, in a file of the user.
///
/// A project's file comes with the project, from anywhere, and `${NAME}` in it could send any variable to any server.
/// An entry is allowed in its exact form: after any change it must be allowed again.
public struct AllowedEntries: Sendable {
    private let files: PrivateFiles
    private static let name = "allowed.json"

    /// Makes the notes in a directory, which need not exist.
    public init(directory: String) { files = PrivateFiles(directory: directory) }

    /// Whether an entry is allowed in its exact form.
    ///
    /// - Throws: `storage`; `configuration` when the notes are damaged.
    public func contains(_ name: String, _ entry: ServerEntry, of file: ServerFile) throws(ClientError) -> Bool {
        try notes()[file.path]?.object?[name]?.string == entry.digest
    }

    /// Allows an entry in its exact form.
    ///
    /// - Throws: `storage`; `configuration` when the notes are damaged.
    public func add(_ name: String, _ entry: ServerEntry, of file: ServerFile) throws(ClientError) {
        var notes = try notes()
        var entries = notes[file.path]?.object ?? [:]
        entries[name] = .string(entry.digest)
        notes[file.path] = .object(entries)
        try files.makeDirectories()
        try files.write(PrettyJSON.bytes(of: .object(notes)), to: Self.name)
    }

    private func notes() throws(ClientError) -> JSONObject {
        guard let bytes = try files.read(Self.name) else { return [:] }
        guard let notes = (try? JSONParser.parse(bytes))?.object else {
            throw ClientError(
                .configuration, "\(files.path(Self.name)) is damaged.",
                advice: "Remove it, and allow the projects' servers again.")
        }
        return notes
    }
}

extension ServerEntry {
    /// The digest by which a changed entry is recognized.
    fileprivate var digest: String {
        Digest(of: String(decoding: JSONWriter.bytes(of: .object(members)), as: UTF8.self)).hex
    }
}
