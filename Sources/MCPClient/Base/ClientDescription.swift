internal import Primitives

/// Who the client says it is.
public enum ClientDescription {
    /// The program's name.
    public static let name = "static-auth-client"
    /// The program's version; a test holds it to the server's.
    public static let version = "0.1.0"

    /// What the schemas call `Implementation`.
    static let implementation: JSONObject = ["name": .string(name), "version": .string(version)]
}
