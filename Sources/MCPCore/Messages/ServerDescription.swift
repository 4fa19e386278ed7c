internal import Primitives

/// The name, version and description of the server.
///
/// `Implementation` of the MCP schemas; each revision gets the members it defines.
public struct ServerDescription: Sendable {
    /// The program's name.
    public let name: String
    /// The program's version.
    public let version: String
    /// The name to show to people.
    public let title: String?
    /// One sentence about the program.
    public let description: String?
    /// The URL of the documentation.
    public let websiteURL: String?
    /// Instructions for a model that uses the tools.
    public let instructions: String?

    /// Collects the values; all but name and version may be omitted.
    public init(
        name: String, version: String, title: String? = nil, description: String? = nil, websiteURL: String? = nil,
        instructions: String? = nil
    ) {
        self.name = name
        self.version = version
        self.title = title
        self.description = description
        self.websiteURL = websiteURL
        self.instructions = instructions
        (resultMeta, resultMetaText) = ([:], [])
        resultMeta = [MetaKey.serverInfo: .object(implementation(for: .july2026))]
        resultMetaText = JSONWriter.bytes(of: resultMeta)
    }

    /// The `serverInfo` for a revision.
    func implementation(for version: ProtocolVersion) -> JSONObject {
        var object: JSONObject = ["name": .string(name), "version": .string(self.version)]
        if version == .march2025 { return object }
        object["title"] = title.map(JSONValue.string)
        if version == .june2025 { return object }
        object["description"] = description.map(JSONValue.string)
        object["websiteUrl"] = websiteURL.map(JSONValue.string)
        return object
    }

    /// The `_meta` of every modern result (MCP 2026-07-28, basic, "Per-response protocol fields").
    private(set) var resultMeta: JSONObject
    /// The same as JSON text.
    private(set) var resultMetaText: [UInt8]

    /// The capabilities, the same in every revision.
    static let capabilities: JSONObject = ["tools": ["listChanged": true]]
}
