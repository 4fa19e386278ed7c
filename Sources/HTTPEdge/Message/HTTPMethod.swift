/// The method of a request, in its original spelling: methods are case-sensitive.
///
/// RFC 9110 §9.
public struct HTTPMethod: RawRepresentable, Hashable, Sendable {
    /// The method's name on the wire.
    public let rawValue: String

    /// Makes a method from its name on the wire.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Reads a representation.
    public static let get = HTTPMethod(rawValue: "GET")
    /// Reads the header fields that `GET` would give.
    public static let head = HTTPMethod(rawValue: "HEAD")
    /// Sends the body to the resource.
    public static let post = HTTPMethod(rawValue: "POST")
    /// Replaces the resource by the body.
    public static let put = HTTPMethod(rawValue: "PUT")
    /// Removes the resource.
    public static let delete = HTTPMethod(rawValue: "DELETE")
    /// Asks for the permitted methods; browsers send it before a cross-origin request.
    public static let options = HTTPMethod(rawValue: "OPTIONS")
    /// Changes a part of the resource.
    public static let patch = HTTPMethod(rawValue: "PATCH")
    /// Asks for the request in the answer.
    public static let trace = HTTPMethod(rawValue: "TRACE")

    /// The methods that a server is expected to know (RFC 9110 §9, RFC 5789); `CONNECT` is for proxies.
    static let known: [HTTPMethod] = [.post, .get, .head, .put, .delete, .options, .patch, .trace]
}
