/// The documents of a ``TokenStore``: files of a directory, or values in the memory of an embedder.
package protocol StoreFiles: Sendable {
    /// The name of a document in messages.
    func path(_ name: String) -> String

    /// Makes the place of the documents before something is written.
    func prepare() throws(ClientError)

    /// The bytes of a document; nil when there is none.
    func read(_ name: String) throws(ClientError) -> [UInt8]?

    /// Replaces a document.
    func write(_ bytes: [UInt8], to name: String) throws(ClientError)

    /// Checks that a document can be written, before what it is to keep is requested.
    func checkWritable() throws(ClientError)

    /// Removes a document, if there is one.
    func remove(_ name: String) throws(ClientError)

    /// The names of all documents.
    func names() -> [String]

    /// Runs work while nobody else holds the lock of a document: no other task, and no other process.
    func holding<Value>(
        _ name: String, isolation: isolated (any Actor)?, _ work: () async throws -> Value
    ) async throws -> Value
}

extension PrivateFiles: StoreFiles {
    package func holding<Value>(
        _ name: String, isolation: isolated (any Actor)?, _ work: () async throws -> Value
    ) async throws -> Value {
        try prepare()
        return try await FileLock.holding(path(name + ".lock"), isolation: isolation, work)
    }
}
