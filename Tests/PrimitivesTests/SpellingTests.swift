import Primitives
import Testing

@Suite("Spelling suggestions")
struct SpellingTests {
    @Test(
        "A misspelt or shortened name leads to the one that is meant, and an ambiguous one to none",
        arguments: [
            ("refresh", "refresh_token"), ("auth_code", "authorization_code"), ("client", "client_credentials"),
            ("authorisation_code", "authorization_code"), ("refreshToken", "refresh_token"), ("token", "refresh_token"),
            ("c", nil), ("password", nil), ("", nil),
        ])
    func suggestion(text: String, meant: String?) {
        let names = ["authorization_code", "refresh_token", "client_credentials"]
        #expect(SpellingSuggestion.name(to: text, among: names) == meant)
        #expect(SpellingSuggestion.name(to: "auth", among: ["authorize", "authenticate"]) == nil)
        // Two letters that have changed places are one mistake.
        #expect(SpellingSuggestion.name(to: "stauts", among: ["status", "list"]) == "status")
    }
}
