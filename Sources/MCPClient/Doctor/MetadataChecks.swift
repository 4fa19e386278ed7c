internal import MCPCore
internal import OAuth
internal import Primitives

/// Checks from the first 401 to both metadata documents.
extension Doctor {
    /// The answer to a request without a token.
    struct Greeting {
        /// Whether it was refused.
        let isProtected: Bool
        let scope: String?
        let metadataURL: String?
    }

    /// Sends a request without a token; nil when there is no answer.
    func challenge(_ diagnosis: inout Diagnosis) async throws -> Greeting? {
        let probe = ModernMessage(id: 1, method: .discover, params: [:], version: .july2026)
        let (answer, why) = try await fetch(WebRequest(.post, server.text, fields: probe.fields, body: probe.body))
        diagnosis.judge(.reachable, answer != nil, why)
        guard let answer else { return nil }
        let challenge = answer.head.challenges.first { $0.scheme == Challenge.bearer }
        diagnosis.judge(
            .challenge, answer.status == 401 && challenge != nil,
            "\(why), \(challenge == nil ? "no Bearer challenge" : "a Bearer challenge")")
        return Greeting(
            isProtected: !answer.head.isSuccess, scope: challenge?["scope"],
            metadataURL: challenge?["resource_metadata"])
    }

    /// Reads both documents and checks them; nil when the examination cannot continue.
    func metadata(_ greeting: Greeting, _ diagnosis: inout Diagnosis) async throws -> Found? {
        var documents = Documents()
        let resource = try await resourceMetadata(greeting, &documents, &diagnosis)
        let issuer = resource?.authorizationServers.first ?? server.origin
        let issuerMetadata = try await issuerMetadata(of: issuer, &documents, &diagnosis)
        let pages = documents.pages.joined(separator: ", ")
        diagnosis.judge(
            .wellKnownType, pages.isEmpty, pages.isEmpty ? "they do" : "200 without JSON: \(pages)\(documents.detours)")
        guard let issuerMetadata else { return nil }
        scopes(greeting.scope, documents, resource, issuerMetadata, &diagnosis)
        guard let metadata = judge(issuerMetadata, issuer: issuer, &diagnosis) else { return nil }
        let discovered = DiscoveredServer(
            server: server.text, resource: resource?.resource ?? server.text, issuer: metadata,
            source: resource.map { .resourceMetadata($0.url) } ?? .originMetadata, challengeScope: greeting.scope,
            resourceScopes: resource?.scopes)
        return Found(server: discovered, document: issuerMetadata)
    }

    private func scopes(
        _ challenged: String?, _ documents: Documents, _ resource: ResourceMetadata?, _ issuer: JSONObject,
        _ diagnosis: inout Diagnosis
    ) {
        let empty = Set(documents.found.flatMap { $0.document.members.filter { $0.value == [] }.map(\.name) })
        guard empty.isEmpty else {
            return diagnosis.fail(.scopes, "empty lists: \(empty.sorted().joined(separator: ", "))")
        }
        let announced = issuer[AuthorizationServerMetadata.MemberName.scopes.rawValue]?.texts
        switch (challenged, resource?.scopes, announced) {
        case (let scope?, _, _): diagnosis.pass(.scopes, "the challenge names '\(scope)'")
        case (nil, let scopes?, _), (nil, nil, let scopes?):
            diagnosis.pass(.scopes, "the metadata names \(scopes.joined(separator: ", "))")
        case (nil, nil, nil):
            diagnosis.note(.scopes, "neither the challenge nor the metadata names any; the parameter is left out then")
        }
    }
}
