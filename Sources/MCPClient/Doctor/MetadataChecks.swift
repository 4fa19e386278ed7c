internal import MCP
internal import OAuth

extension Doctor {
    /// What the documents say, as far as they could be read.
    struct Found: Sendable {
        let resource: String
        let issuer: IssuerMetadata
        let document: JSONObject
        let metadataURL: String
        let scope: Scope?
    }

    private typealias Name = AuthorizationServerMetadata.MemberName
    private typealias ResourceName = ProtectedResourceMetadata.MemberName

    func metadata(_ diagnosis: inout Diagnosis) async throws -> Found? {
        let probe = ModernMessage(id: 1, method: .discover, params: [:], version: .july2026)
        let (answer, why) = try await fetch(WebRequest(.post, server.text, fields: probe.fields, body: probe.body))
        diagnosis.judge(.reachable, answer != nil, why)
        guard let answer else { return nil }
        let challenge = answer.head.challenges.first { $0.scheme == Challenge.bearer }
        diagnosis.judge(
            .challenge, answer.status == 401 && challenge != nil,
            "\(why), \(challenge == nil ? "no Bearer challenge" : "a Bearer challenge")")
        let named = challenge?["resource_metadata"]
        if let named {
            diagnosis.judge(.resourceMetadataURL, WebAddress(named) != nil, named)
        } else {
            diagnosis.add(.resourceMetadataURL, .failed, "the challenge has no resource_metadata")
        }

        var resource: JSONObject?
        var place = server.origin
        (resource, place) = try await resourceDocument(named, &diagnosis)
        let servers = resource?[ResourceName.authorizationServers.rawValue]?.array?.compactMap(\.string) ?? []
        let issuer = servers.first ?? server.origin
        let identifier = resource?[ResourceName.resource.rawValue]?.string ?? server.text
        if let resource {
            let expected = place == server.wellKnown("oauth-protected-resource", path: "") ? server.origin : server.text
            diagnosis.judge(.resource, identifier == expected, "resource is \(identifier), called was \(expected)")
            let empty = resource.members.filter { $0.value == [] }.map(\.name)
            diagnosis.judge(
                .scopes, empty.isEmpty, empty.isEmpty ? "none is" : "empty: \(empty.joined(separator: ", "))")
        }
        guard let document = try await issuerDocument(issuer, &diagnosis) else { return nil }
        return try judge(
            document, issuer: issuer, resource: identifier, place: place,
            scope: challenge?["scope"] ?? resource?[ResourceName.scopes.rawValue].map(Self.joined), &diagnosis)
    }

    private static func joined(_ value: JSONValue) -> String {
        (value.array ?? []).compactMap(\.string).joined(separator: " ")
    }

    /// The protected resource's metadata: where the challenge says, and at the two well-known places.
    private func resourceDocument(_ named: String?, _ diagnosis: inout Diagnosis) async throws -> (JSONObject?, String)
    {
        let path = server.wellKnown("oauth-protected-resource")
        let root = server.wellKnown("oauth-protected-resource", path: "")
        var documents: [(url: String, document: JSONObject)] = []
        var odd: [String] = []
        for url in [named, path, root].compactMap({ $0 })
        where WebAddress(url) != nil && !documents.contains(where: { $0.url == url }) {
            let (answer, _) = try await fetch(.document(url))
            if let document = answer?.status == 200 ? answer?.json : nil {
                documents.append((url, document))
            } else if answer?.status == 200 {
                odd.append(url)
            }
        }
        diagnosis.judge(
            .wellKnownType, odd.isEmpty, odd.isEmpty ? "they do" : "200 without JSON: \(odd.joined(separator: ", "))")
        let seen = documents.map(\.url).joined(separator: ", ")
        diagnosis.judge(.resourceMetadata, !documents.isEmpty, documents.isEmpty ? "none was found" : seen)
        let hasPath = documents.contains { $0.url == path }
        if !documents.isEmpty { diagnosis.judge(.resourceMetadataPlaces, hasPath, seen) }
        return (documents.first?.document, documents.first?.url ?? "")
    }

    private func issuerDocument(_ issuer: String, _ diagnosis: inout Diagnosis) async throws -> JSONObject? {
        guard let address = WebAddress(issuer) else {
            diagnosis.add(.issuerMetadata, .failed, "the issuer '\(issuer)' is no URL")
            return nil
        }
        let candidates = IssuerMetadata.candidates(for: address) + [server.wellKnown("oauth-authorization-server")]
        for (position, url) in candidates.enumerated() {
            let (answer, _) = try await fetch(.document(url))
            guard answer?.status == 200, let document = answer?.json else { continue }
            diagnosis.judge(.issuerMetadata, position == 0, url)
            return document
        }
        diagnosis.add(.issuerMetadata, .failed, "none at \(candidates.joined(separator: ", "))")
        return nil
    }

    private func judge(
        _ document: JSONObject, issuer: String, resource: String, place: String, scope: String?,
        _ diagnosis: inout Diagnosis
    ) throws -> Found? {
        let named = document[Name.issuer.rawValue]?.string ?? "none"
        diagnosis.judge(.issuer, named.utf8.elementsEqual(issuer.utf8), "'\(named)', expected '\(issuer)'")
        let methods = document[Name.codeChallengeMethods.rawValue].map(Self.joined)
        diagnosis.judge(.pkce, methods?.split(separator: " ").contains("S256") == true, methods ?? "absent")
        let ways = document[Name.tokenMethods.rawValue].map(Self.joined)
        let known = (ways ?? "client_secret_basic").split(separator: " ").map {
            ClientAuthenticationMethod(rawValue: String($0))
        }
        diagnosis.judge(.authMethods, known.contains { $0 != nil }, ways ?? "absent, which means client_secret_basic")
        let announced = document[Name.issuerInResponse.rawValue]
        diagnosis.judge(
            .issuerParameter, announced == nil || announced?.bool != nil,
            announced.map { $0 == true ? "announced" : "announced as no boolean or false" } ?? "not announced")
        // The walk goes on with what the document means, where the client would stop.
        var repaired = document
        repaired[Name.issuer.rawValue] = .string(issuer)
        repaired[Name.codeChallengeMethods.rawValue] = ["S256"]
        do {
            let metadata = try IssuerMetadata(repaired, for: issuer, check: AddressCheck(server: server))
            let wanted = scope.flatMap { $0.isEmpty ? nil : Scope($0.split(separator: " ").map(String.init)) }
            return Found(resource: resource, issuer: metadata, document: document, metadataURL: place, scope: wanted)
        } catch {
            diagnosis.add(.login, .failed, error.problem)
            return nil
        }
    }
}
