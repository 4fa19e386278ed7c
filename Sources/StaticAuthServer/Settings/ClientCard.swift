/// How one client is connected to this server, for the start page.
package struct ClientCard: Sendable {
    /// The client's name.
    package let name: String
    /// The configuration or the command.
    package let text: String
    /// What to do with it, and what else to know.
    package let notes: [String]
    /// The next step, as it is typed or chosen.
    package let next: String

    /// Makes a card.
    package init(name: String, text: String, notes: [String], next: String) {
        (self.name, self.text, self.notes, self.next) = (name, text, notes, next)
    }
}
