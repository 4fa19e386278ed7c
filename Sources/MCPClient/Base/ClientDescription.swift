internal import Primitives

/// The name and version of this client.
public enum ClientDescription {
    /// The program's name.
    public static let name = "static-auth-client"
    /// The program's version; a test compares it with the server's.
    public static let version = "0.1.0"

    /// The `Implementation` of the schemas.
    static let implementation: JSONObject = ["name": .string(name), "version": .string(version)]
}
