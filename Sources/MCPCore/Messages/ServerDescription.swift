internal import Primitives

/// What the server says about itself.
///
/// `Implementation` of the MCP schemas; each revision sees the members it knows.
public struct ServerDescription: Sendable {
    /// The program's name.
    public let name: String
    /// The program's version.
    public let version: String
    /// The name to show to people.
    public let title: String?
    /// One sentence about the program.
    public let description: String?
    /// Where to read more.
    public let websiteURL: String?
    /// What a model should know before it uses the tools.
    public let instructions: String?

    /// A description; everything but name and version may be left out.
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

    /// The `serverInfo` that a revision knows.
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

    /// The same in every revision, and all that is served.
    static let capabilities: JSONObject = ["tools": ["listChanged": true]]
}
