/// The lifetimes that no answer states, and the scenarios that shorten them.
package struct Lifetimes: Sendable {
    /// The lifetime of a code; nil where it is not known.
    let code: Duration?
    /// The lifetime of a refresh token; nil where it is not known.
    let refreshToken: Duration?
    /// The names of the scenarios that make codes expire early.
    let codeScenarios: Set<String>
    /// The names of the scenarios that make access tokens expire early.
    let tokenScenarios: Set<String>

    /// Collects the lifetimes; those that are not given are unknown.
    package init(
        code: Duration? = nil, refreshToken: Duration? = nil, codeScenarios: Set<String> = [],
        tokenScenarios: Set<String> = []
    ) {
        (self.code, self.refreshToken) = (code, refreshToken)
        (self.codeScenarios, self.tokenScenarios) = (codeScenarios, tokenScenarios)
    }
}
