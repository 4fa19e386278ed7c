internal import StaticAuthServer

extension ClientName {
    /// What `config` prints for each client, for the start page of a server; secrets as far as they are public.
    static func cards(_ launch: LaunchOptions) -> @Sendable (_ baseURL: String) -> [ClientCard] {
        { baseURL in
            let address = Instance.Address(
                baseURL: baseURL, clientID: launch.settings.clientID, publicClientID: launch.settings.publicClientID)
            guard let instance = try? Instance(launch, address: address, reveal: false) else { return [] }
            return allCases.map { client in
                let recipe = client.recipe
                return ClientCard(
                    name: client.rawValue, text: recipe.text(of: instance),
                    notes: [recipe.place] + recipe.notes(instance), next: recipe.next)
            }
        }
    }
}
