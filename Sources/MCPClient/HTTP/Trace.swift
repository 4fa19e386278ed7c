internal import MCPCore
internal import OAuth
internal import Primitives

/// Reports everything that is sent and received, with secrets redacted.
public struct Trace: Sendable {
    private let line: @Sendable (String) -> Void

    /// Takes the function that writes a line.
    public init(_ line: @escaping @Sendable (String) -> Void) {
        self.line = line
    }

    func sent(_ request: WebRequest) {
        line("> \(request.method.rawValue) \(Self.redacted(url: request.url))")
        for field in request.fields { line(">   \(Self.redacted(field: field))") }
        if !request.body.isEmpty { line(">   \(Self.redacted(body: request.body, type: request.contentType))") }
    }

    func received(_ head: WebHead, from url: String) {
        line("< \(head.status) \(Self.redacted(url: url))")
        for field in head.fields { line("<   \(Self.redacted(field: field))") }
    }

    func body(_ bytes: [UInt8], of head: WebHead) {
        if !bytes.isEmpty { line("<   \(Self.redacted(body: bytes, type: head.mediaType))") }
    }

    func event(_ message: JSONValue) {
        line("<   event: \(Self.text(Self.redacted(message)))")
    }

    // MARK: - Redaction

    /// The names of members and parameters with secret values.
    private static let secrets: Set<String> = [
        "access_token", "refresh_token", "id_token", "token", "code", "code_verifier", "client_secret", "password",
        "state", "registration_access_token", "api_key", "apikey", "key", "requestState", "redirect_to",
    ]

    /// Parts of the names of headers with secret values, which may come from configuration files.
    private static let secretFields = ["authorization", "cookie", "key", "token", "secret", "password", "credential"]

    private static let mark = "<redacted>"

    static func redacted(url: String) -> String {
        let bytes = Array(url.utf8)
        let isMark = { (byte: UInt8) in byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") }
        var position = bytes.firstIndex(where: isMark) ?? bytes.count
        var shown = String(decoding: bytes[..<position], as: UTF8.self)
        while position < bytes.count {
            let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
            shown.unicodeScalars.append(Unicode.Scalar(bytes[position]))
            shown += redacted(form: String(decoding: bytes[(position + 1)..<end], as: UTF8.self))
            position = end
        }
        return shown
    }

    private static func redacted(form: String) -> String {
        form.utf8.split(separator: UInt8(ascii: "&")).map { pair in
            let name = Array(pair.prefix { $0 != UInt8(ascii: "=") })
            let written = String(decoding: name, as: UTF8.self)
            let plain = FormCoding.decode(name[...]) ?? written
            let isSecret = secrets.contains(plain) || KeyInAddress.isKey(plain)
            return isSecret ? "\(written)=\(mark)" : String(decoding: pair, as: UTF8.self)
        }.joined(separator: "&")
    }

    private static func redacted(field: (name: String, value: String)) -> String {
        switch field.name.lowercased() {
        case "authorization" where field.value.contains(" "):
            "\(field.name): \(field.value.prefix { $0 != " " }) \(mark)"
        case let name where secretFields.contains(where: name.contains): "\(field.name): \(mark)"
        case HeaderName.session.lowercased(): "\(field.name): \(Digest(of: field.value).fingerprint)… (fingerprint)"
        case "location": "\(field.name): \(redacted(url: field.value))".printable(2000)
        default: "\(field.name): \(field.value)".printable(2000)
        }
    }

    private static func redacted(body: [UInt8], type: String) -> String {
        if type == "application/x-www-form-urlencoded" {
            return redacted(form: String(decoding: body, as: UTF8.self)).printable(4000)
        }
        guard let value = try? JSONParser.parse(body) else { return "(\(body.count) bytes)" }
        return text(redacted(value))
    }

    private static func redacted(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            .object(
                JSONObject(
                    object.members.map { name, value in
                        let isSecret = secrets.contains(name) && value.string != nil
                        return (name, isSecret ? .string(mark) : redacted(value))
                    }))
        case .array(let elements): .array(elements.map(redacted))
        default: value
        }
    }

    private static func text(_ value: JSONValue) -> String {
        String(decoding: JSONWriter.bytes(of: value), as: UTF8.self).printable(4000)
    }
}

extension WebRequest {
    fileprivate var contentType: String {
        fields.first { $0.name.lowercased() == "content-type" }?.value ?? ""
    }
}
