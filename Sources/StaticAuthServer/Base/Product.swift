/// The name of this software, for documents and pages that say what made them.
enum Product {
    /// The name, wherever a program or a person reads it.
    static let name = "static-auth-server"
}
