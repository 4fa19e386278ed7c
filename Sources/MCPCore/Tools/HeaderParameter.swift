package import Primitives

/// A tool argument that a client repeats in an `Mcp-Param-X` header.
///
/// MCP 2026-07-28, basic/transports/streamable-http, "Custom Headers": the input schema asks for it with
/// `x-mcp-header`.
package struct HeaderParameter: Sendable {
    /// The keyword in a tool's input schema.
    static let keyword = "x-mcp-header"

    /// The path of names to the argument through nested objects.
    package let path: [String]
    /// The header's name after `Mcp-Param-`, in the schema's spelling.
    package let name: String

    /// Checks that header and argument agree: both present and equal, or both absent.
    ///
    /// An argument that no header can carry (for example a list) is left to the schema.
    ///
    /// - Throws: `-32020`.
    func check(_ headers: TransportHeaders, arguments: JSONObject) throws(JSONRPCError) {
        let header = HeaderName.parameterPrefix + name
        let lowerCasedName = name.lowercased()
        let values = headers.parameters.filter { $0.name == lowerCasedName }.map(\.value)
        let argument = path.reduce(JSONValue.object(arguments)) { $0.object?[$1] ?? .null }
        do throws(JSONRPCError) {
            let text = try HeaderValue.single(values, of: header).map { (value) throws(JSONRPCError) in
                try HeaderValue.decode(value, of: header)
            }
            switch (text, argument) {
            case (nil, .null): return
            case (nil, _):
                throw JSONRPCError(
                    .headerMismatch, "\(header) header is missing: repeat argument '\(dottedPath)' there")
            case (_?, .null):
                throw JSONRPCError(
                    .headerMismatch, "\(header) header is present but argument '\(dottedPath)' is not")
            case (let text?, _):
                guard Self.agrees(text, with: argument) else {
                    throw JSONRPCError(
                        .headerMismatch, "\(header) header '\(text.excerpt)' does not match argument '\(dottedPath)'")
                }
            }
        } catch {
            // The values of arguments may be private, so the explanation omits them.
            throw error.comparing(
                expected: argument == .null
                    ? "no \(public: header), for there is no argument '\(public: dottedPath)'"
                    : "\(public: header) once, with the value of the argument '\(public: dottedPath)'",
                received: values.isEmpty ? "none" : values.count == 1 ? "another value" : "\(values.count) of them")
        }
    }

    private var dottedPath: String { path.joined(separator: ".") }

    private static func agrees(_ text: String, with argument: JSONValue) -> Bool {
        switch argument {
        case .string(let value): text.isExactly(value)
        case .bool(let value): text == (value ? "true" : "false")
        case .number(let value): text == value.text || (Int(text) != nil && Int(text) == value.intValue)
        case .null, .array, .object: true
        }
    }
}

extension HeaderParameter {
    /// The annotated parameters of an input schema, which are allowed only under `properties`.
    ///
    /// - Throws: ``InvalidSchema`` for an annotation that clients must reject.
    package static func all(in schema: JSONObject) throws(InvalidSchema) -> [HeaderParameter] {
        let found = try parameters(of: schema, at: [])
        if let reference = SchemaReferences(in: schema).first(reaching: found.map(\.path)) {
            throw InvalidSchema(problem: "\(keyword) may not be reached by the reference '\(reference.excerpt)'")
        }
        let names = found.map { $0.name.lowercased() }
        guard Set(names).count == names.count else {
            throw InvalidSchema(problem: "two parameters have the same \(keyword)")
        }
        return found
    }

    private static func parameters(of schema: JSONObject, at path: [String]) throws(InvalidSchema) -> [HeaderParameter]
    {
        var found: [HeaderParameter] = []
        for (name, value) in schema.members {
            switch name {
            case "properties":
                for (name, property) in value.object?.members ?? [] {
                    guard let property = property.object else { continue }
                    let path = path + [name]
                    if let header = try header(of: property, named: name) {
                        found.append(HeaderParameter(path: path, name: header))
                    }
                    found += try parameters(of: property, at: path)
                }
            case keyword where path.isEmpty:
                throw InvalidSchema(problem: "\(keyword) may only be used on a property")
            case keyword: break
            default:
                guard !SchemaPart(keyword: name, value).annotates else {
                    throw InvalidSchema(problem: "\(keyword) may not be used within '\(name.excerpt)'")
                }
            }
        }
        return found
    }

    /// The annotation of a property itself.
    private static func header(of property: JSONObject, named name: String) throws(InvalidSchema) -> String? {
        guard let annotation = property[keyword] else { return nil }
        guard let header = annotation.string, isToken(header) else {
            throw InvalidSchema(problem: "\(keyword) of '\(name.excerpt)' is not a header name (RFC 9110 §5.6.2)")
        }
        guard ["string", "integer", "boolean"].contains(property["type"]?.string) else {
            throw InvalidSchema(
                problem: "\(keyword) of '\(name.excerpt)' needs the type string, integer or boolean")
        }
        return header
    }

    private static func isToken(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy(\.isToken) }
}

/// A keyword of a schema with its value, other than `properties`.
///
/// JSON Schema 2020-12, Core §10 and §8.2: schemas in it are reached through composition, a condition, an item or a
/// reference. An unknown keyword may contain schemas too, because a reference can point into it.
struct SchemaPart {
    /// Keywords whose values are data, which may have members of any name.
    static let data: Set<String> = ["const", "enum", "default", "examples", "required", "dependentRequired"]
    /// Keywords whose members are schemas, under arbitrary names.
    static let maps: Set<String> = [
        "properties", "patternProperties", "dependentSchemas", "dependencies", "$defs", "definitions",
    ]

    let keyword: String
    let value: JSONValue

    init(keyword: String, _ value: JSONValue) { (self.keyword, self.value) = (keyword, value) }

    /// Whether a schema in it has the annotation.
    var annotates: Bool {
        if Self.data.contains(keyword) { return false }
        guard Self.maps.contains(keyword), let schemas = value.object else { return Self.isAnnotated(value) }
        return schemas.members.contains { Self.isAnnotated($0.value) }
    }

    private static func isAnnotated(_ schema: JSONValue) -> Bool {
        switch schema {
        case .object(let object):
            object.members.contains { name, value in
                name == HeaderParameter.keyword || SchemaPart(keyword: name, value).annotates
            }
        case .array(let elements): elements.contains(where: isAnnotated)
        default: false
        }
    }
}
