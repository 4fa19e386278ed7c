internal import OAuth
internal import Primitives

/// Checks of the protected resource's metadata.
extension Doctor {
    /// Reads the URL in the challenge and the two well-known ones, and checks what is found.
    func resourceMetadata(
        _ greeting: Greeting, _ documents: inout Documents, _ diagnosis: inout Diagnosis
    ) async throws -> ResourceMetadata? {
        let named = greeting.metadataURL
        let path = server.wellKnown("oauth-protected-resource")
        let root = server.wellKnown("oauth-protected-resource", path: "")
        for url in [named, path, root].compactMap({ $0 }) where WebAddress(url) != nil {
            _ = try await documents.read(url, for: self)
        }
        guard let first = documents.found.first else {
            if !documents.pages.isEmpty {
                diagnosis.skip(.resourceMetadata, because: .wellKnownType)
            } else if !greeting.isProtected {
                // Where no token is needed, no metadata is needed either.
                diagnosis.skip(.resourceMetadata, because: .challenge)
            } else {
                diagnosis.fail(.resourceMetadata, "there is none at \(path) or \(root)\(documents.detours)")
            }
            return nil
        }
        diagnosis.pass(.resourceMetadata, documents.list)
        switch named {
        case nil: diagnosis.pass(.resourceMetadataURL, "the challenge names none, which is allowed")
        case let url? where documents[url] != nil: diagnosis.pass(.resourceMetadataURL, url)
        case let url? where WebAddress(url) == nil:
            diagnosis.fail(.resourceMetadataURL, "'\(url)' is no absolute URL")
        case let url?: diagnosis.fail(.resourceMetadataURL, "there is no document at \(url)")
        }
        places(named, path: documents[path] != nil, root: documents[root] != nil, &diagnosis)
        return resource(first.document, at: first.url, root: root, &diagnosis)
    }

    /// Notes missing places: clients start at different ones, and some try only one.
    private func places(_ named: String?, path: Bool, root: Bool, _ diagnosis: inout Diagnosis) {
        guard named != nil || !diagnosis.hasFailed(.challenge) else {
            return diagnosis.skip(.resourceMetadataPlaces, because: .challenge)
        }
        switch (named, path, root) {
        case (_?, _, _): diagnosis.pass(.resourceMetadataPlaces, "the challenge leads there")
        case (nil, true, true):
            diagnosis.note(
                .resourceMetadataPlaces, "the challenge names no URL; the document is at both well-known places")
        case (nil, true, false):
            diagnosis.note(
                .resourceMetadataPlaces,
                "the challenge names no URL, and of the two well-known places only the one with the path has it")
        case (nil, false, _):
            diagnosis.note(
                .resourceMetadataPlaces,
                "the challenge names no URL, and of the two well-known places only the root has it")
        }
    }

    private func resource(
        _ document: JSONObject, at url: String, root: String, _ diagnosis: inout Diagnosis
    ) -> ResourceMetadata? {
        do {
            let metadata = try ResourceMetadata(document, place: url == root ? .root : .path, url: url)
            let expected = metadata.place == .root ? server.origin : server.text
            diagnosis.judge(
                .resource, metadata.resource == expected, "resource is \(metadata.resource), expected is \(expected)")
            return metadata
        } catch {
            diagnosis.fail(.resource, error.problem)
            return nil
        }
    }
}
