internal import HTTPEdge
internal import OAuth
internal import Primitives

/// The changes that scenarios make to answers.
extension HTTPResponse {
    /// Changes the JSON object in the body; leaves other bodies unchanged.
    mutating func editDocument(_ edit: (inout JSONObject) -> Void) {
        guard case .bytes(let bytes) = body, case .object(var object)? = try? JSONParser.parse(bytes) else { return }
        edit(&object)
        body = .bytes(JSONWriter.bytes(of: object))
    }

    /// Adds the details of an error, if the body is an OAuth error.
    mutating func add(_ details: ErrorDetails) {
        editDocument { document in
            guard document["error"]?.string != nil else { return }
            for (name, value) in details.members { document[name] = value }
        }
    }

    /// Changes the parameters, each `name=value`, of an authorization response in a redirect.
    mutating func editAuthorizationResponse(_ edit: (inout [String]) -> Void) {
        func edited(_ location: String) -> String {
            guard let mark = location.firstIndex(of: "?") else { return location }
            var parameters = location[location.index(after: mark)...].split(separator: "&").map(String.init)
            guard parameters.contains(where: { $0.hasPrefix("code=") || $0.hasPrefix("error=") }) else {
                return location
            }
            edit(&parameters)
            return location[...mark] + parameters.joined(separator: "&")
        }
        if let location = fields.first("location") { fields.replace("Location", edited(location)) }
        editDocument { document in
            if let location = document["redirect_to"]?.string { document["redirect_to"] = .string(edited(location)) }
        }
    }

    /// Changes every challenge for a bearer token.
    mutating func editChallenge(_ edit: (String) -> String) {
        guard let challenge = fields.first("www-authenticate"), challenge.hasPrefix("Bearer") else { return }
        fields.replace("WWW-Authenticate", edit(challenge))
    }

    /// Whether another response is the same, as far as a scenario changes responses.
    func equals(_ other: HTTPResponse) -> Bool {
        guard status == other.status, fields.isExactly(other.fields) else { return false }
        guard case .bytes(let bytes) = body, case .bytes(let others) = other.body else { return true }
        return bytes == others
    }

    /// Becomes another response, which the same pages may read.
    mutating func become(_ other: HTTPResponse) {
        let readers = fields.withPrefix("access-control-") + fields["vary"].map { ("Vary", $0) }
        self = other
        for (name, value) in readers { fields.append(name, value) }
    }
}

extension String {
    /// A challenge without one of its parameters, whose value is a quoted string.
    func removingParameter(_ name: String) -> String {
        guard let start = firstRange(of: "\(name)=\"") else { return self }
        guard let quote = self[start.upperBound...].firstIndex(of: "\"") else { return self }
        let before = self[..<start.lowerBound]
        let after = self[index(after: quote)...].drop { $0 == "," || $0 == " " }
        let joined = before + after
        return String(after.isEmpty ? before.trimmingSuffix : joined)
    }
}

extension Substring {
    /// The text without the comma and the space at its end.
    fileprivate var trimmingSuffix: Substring {
        var text = self
        while text.last == "," || text.last == " " { text.removeLast() }
        return text
    }
}

/// The paths of metadata.
extension Path {
    static let resourceMetadata = [Path.originMetadata, Path.protectedResourceMetadata]

    static func isResourceMetadata(_ path: String) -> Bool { resourceMetadata.contains(path) }
}

/// A parameter in the form of a query.
func encodedParameter(_ name: ParameterName, _ value: String) -> String {
    var parameters = FormParameters()
    parameters.append(name, value)
    return parameters.encoded
}
