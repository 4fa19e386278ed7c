internal import MCPCore
public import Primitives

/// One server of a configuration file, in the common form of `.mcp.json` files.
///
/// Unknown members are kept.
public struct ServerEntry: Sendable, Equatable {
    /// The members as in the file, with their `${…}`.
    public private(set) var members: JSONObject

    /// Wraps an entry of a file.
    public init(_ members: JSONObject) { self.members = members }

    /// Makes a new entry.
    ///
    /// - Throws: `usage` for a secret that would be written to the file, and a header that HTTP does not allow.
    public init(
        url: String, headers: [(name: String, value: String)] = [], clientID: String? = nil, callbackPort: Int? = nil
    ) throws(ClientError) {
        if let name = KeyInAddress.found(in: url).first, !url.contains("${") {
            throw ClientError(
                .usage, "The URL carries a key in '\(name.printable(60))', which would stand in the file.",
                advice: "Put it into a variable and write \(name.printable(60))=${NAME}.")
        }
        if let header = headers.first(where: { Self.isSecret($0.name) && !$0.value.contains("${") }) {
            throw ClientError(
                .usage, "The header \(header.name.printable(60)) holds a secret, which would stand in the file.",
                advice: "Put it into a variable and write '\(header.name.printable(60)): Bearer ${NAME}'.")
        }
        for header in headers {
            guard Self.canBeSent(header.name, header.value) else {
                throw ClientError(
                    .usage, "The header '\(header.name.printable(60))' is none that HTTP allows.", advice: .header)
            }
        }
        guard callbackPort.map(Self.ports.contains) ?? true else {
            throw ClientError(.usage, "A callback port is a number from 0 to 65535.")
        }
        // The values of variables are known only when the server is used.
        if !url.contains("${") { _ = try AddressCheck.server(url) }
        members = ["type": "http", "url": .string(url)]
        if !headers.isEmpty {
            members["headers"] = .object(JSONObject(headers.map { ($0.name, .string($0.value)) }))
        }
        var oauth: JSONObject = [:]
        oauth["clientId"] = clientID.map { .string($0) }
        oauth["callbackPort"] = callbackPort.map { JSONValue($0) }
        if !oauth.isEmpty { members["oauth"] = .object(oauth) }
    }

    /// Whether a text is a name for a server that needs no quotes in a shell, and is no option and no URL.
    package static func isName(_ text: String) -> Bool {
        func isPlain(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isAlphabetic || "0"..."9" ~= scalar }
        return text.unicodeScalars.first.map(isPlain) ?? false
            && text.unicodeScalars.allSatisfy { isPlain($0) || "-_.".unicodeScalars.contains($0) }
    }

    /// Whether HTTP allows a header field (RFC 9110 §5.1 and §5.5).
    private static func canBeSent(_ name: String, _ value: String) -> Bool {
        let isName = !name.isEmpty && name.utf8.allSatisfy(ChallengeReader.isTokenCharacter)
        return isName && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func isSecret(_ header: String) -> Bool {
        ["authorization", "x-api-key", "api-key", "cookie"].contains(header.lowercased())
    }

    /// The URL as written.
    public var writtenURL: String? { members["url"]?.string }

    /// The URL with its variables replaced.
    ///
    /// - Throws: `configuration` when there is no URL or a variable is missing.
    public func url(_ environment: [String: String]) throws(ClientError) -> String {
        guard let url = writtenURL else {
            throw ClientError(
                .configuration, "This server has no URL; it is started as a process.",
                advice: .useHTTP)
        }
        return try Variables(environment).expand(url)
    }

    /// The names of all variables in the entry, in order.
    public var variables: [String] {
        let texts = [writtenURL ?? ""] + (members["headers"]?.object?.members.compactMap(\.value.string) ?? [])
        return texts.flatMap(Variables.names).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The headers with their variables replaced.
    ///
    /// - Parameter server: the entry's name, for errors.
    /// - Throws: `configuration` when HTTP does not allow a header, or a variable is missing.
    public func headers(
        _ environment: [String: String], of server: String
    ) throws(ClientError) -> [(name: String, value: String)] {
        var headers: [(name: String, value: String)] = []
        for (name, value) in members["headers"]?.object?.members ?? [] {
            let value = try Variables(environment).expand(value.string ?? "")
            guard Self.canBeSent(name, value) else {
                throw ClientError(
                    .configuration,
                    "The server '\(server.printable(60))' has a header '\(name.printable(60))' that HTTP does not allow.",
                    advice: .header)
            }
            headers.append((name, value))
        }
        return headers
    }

    /// The client id.
    public var clientID: String? { members["oauth"]?.object?["clientId"]?.string }

    /// The port of the callback; 0 for any free one.
    ///
    /// - Throws: `configuration` for an invalid port.
    public func callbackPort() throws(ClientError) -> Int? {
        guard let value = members["oauth"]?.object?["callbackPort"], value != .null else { return nil }
        guard let port = value.number?.intValue, Self.ports.contains(port) else {
            throw ClientError(.configuration, "callbackPort is no port.", advice: "Give a number from 0 to 65535.")
        }
        return port
    }

    /// The valid ports; 0 stands for any free one.
    package static let ports = 0...65535
}

extension ClientError.Advice {
    fileprivate static let header: Self =
        "A name is of letters, digits and hyphens; a value is one line. Variables are read in values only."
}
