import Foundation
import MCPCore
import OAuth
import Primitives
import Testing

@testable import MCPClient

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("A server's text in the doctor's reports")
struct DoctorFormTests {
    /// Characters that steer, hide, reorder or break the text around them.
    static let hostile: [String] = [
        "\u{202E}txt.exe", "a\u{2066}b\u{2069}", "zero\u{200B}width\u{FEFF}", "\u{85}\u{9B}31m", "\u{1B}[2J",
        "\u{FFFE}\u{FFFF}", "\u{1FFFE}", "\u{0}\u{1}\u{8}\u{B}\u{C}", "line\nfeed\r\ttab", "\u{2028}\u{2029}",
        "]]><script>&\"'", "\u{301}\u{301}mark", "\u{E0041}tag", "\u{600}sign",
        String(decoding: [0xED, 0xA0, 0x80, 0xF8, 0xFF] as [UInt8], as: UTF8.self),
        String(repeating: "é\u{FFFF}", count: 5000),
    ]

    /// The messages of a JUnit report, as a parser reads them.
    private final class Messages: NSObject, XMLParserDelegate {
        private(set) var all: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String]
        ) {
            if ["failure", "skipped"].contains(name) { all.append(attributes["message"] ?? "") }
        }
    }

    private static func diagnosis(_ record: (inout Diagnosis) -> Void) -> Diagnosis {
        var diagnosis = Diagnosis()
        record(&diagnosis)
        diagnosis.finish()
        return diagnosis
    }

    /// A diagnosis with a finding of each kind, about the same words.
    private static func diagnosis(_ words: String) -> Diagnosis {
        diagnosis {
            $0.pass(.reachable, words)
            $0.fail(.issuer, words)
            $0.note(.cors, words)
            $0.skip(.login, words)
        }
    }

    @Test("The list of checks has each check once, after the one that it needs")
    func order() {
        let checks = DoctorCheck.allCases
        #expect(Set(checks.map(\.id)).count == checks.count)
        for (place, check) in checks.enumerated() {
            if let needed = check.needs { #expect(checks[..<place].contains(needed), "\(check.id)") }
        }
    }

    @Test("The JUnit report is XML, whatever text the server sends", arguments: hostile)
    func junit(_ words: String) {
        let diagnosis = Self.diagnosis(words)
        let report = diagnosis.junit
        let parser = XMLParser(data: Data(report.utf8))
        let messages = Messages()
        parser.delegate = messages
        #expect(parser.parse(), "\(parser.parserError.map { "\($0)" } ?? "")")
        let told = diagnosis.findings.filter { [.failed, .skipped].contains($0.outcome) }
        #expect(messages.all.count == told.count)
        for (message, finding) in zip(messages.all, told) { #expect(message.hasPrefix(finding.seen)) }
        #expect(report.split(separator: "\n").count == DoctorCheck.allCases.count + 3)
    }

    @Test("No format contains illegible characters", arguments: hostile)
    func legible(_ words: String) {
        let diagnosis = Self.diagnosis(words)
        let document = String(decoding: JSONWriter.bytes(of: diagnosis.document), as: UTF8.self)
        for form in [diagnosis.text, diagnosis.junit, document] {
            #expect(form.unicodeScalars.allSatisfy { $0.isLegible || $0 == "\n" })
        }
        #expect(diagnosis.text.split(separator: "\n").count == DoctorCheck.allCases.count)
    }

    @Test("The overview folds what was skipped for one reason, puts failures last and ends with the sum")
    func overview() {
        let diagnosis = Self.diagnosis {
            $0.pass(.reachable, "status 401")
            $0.fail(.challenge, "status 500")
            $0.note(.cors, "no")
            $0.skip(.ping, "alone")
        }
        let lines = diagnosis.overview.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let skipped = diagnosis.findings.count { $0.outcome == .skipped }
        #expect(diagnosis.isFolded)
        #expect(lines.last == "1 ok, 1 failed, 1 note, \(skipped) skipped.")
        #expect(lines.dropLast().last == "" && lines.dropLast(2).last?.hasPrefix("FAIL challenge: ") == true)
        #expect(lines[0].hasPrefix("ok   reachable: ") && lines[1].hasPrefix("NOTE cors: "))
        #expect(lines.contains { $0.hasPrefix("skip ping: ") && $0.hasSuffix("alone") })
        #expect(lines.contains { $0.hasPrefix("skip ") && $0.contains(" checks: ") })
        #expect(
            diagnosis.findings.allSatisfy { finding in
                finding.outcome == .skipped || lines.contains { $0.contains(" \(finding.check.id): ") }
            })

        var healthy = Diagnosis()
        for check in DoctorCheck.allCases { healthy.pass(check, "fine") }
        #expect(!healthy.isFolded && healthy.overview == "\(healthy.text)\n\n\(healthy.sum)")
    }

    @Test(
        "A message ends with one mark, whatever a server's words at its end brought along",
        arguments: [
            ("It failed", "It failed."), ("It failed.", "It failed."), ("It failed..", "It failed."),
            ("It said: no. ", "It said: no."), ("It said: ", "It said."), ("Really?", "Really?"), ("Cut…", "Cut…"),
            ("'a'", "'a'."),
        ])
    func ends(_ problem: String, _ expected: String) {
        let plain = ClientError(.network, problem)
        #expect("\(plain)" == expected)
        #expect("\(ClientError(.network, problem, advice: "Try again."))" == expected + " Try again.")
    }

    @Test("A server's sentence ends with one full stop, and of two findings about a check the more severe stays")
    func sentences() {
        let diagnosis = Self.diagnosis {
            $0.note(.cors, "It does not.")
            $0.pass(.issuer, "fine")
            $0.fail(.issuer, "It is not. Really..")
            $0.pass(.issuer, "fine")
        }
        #expect(diagnosis.findings.map(\.check) == DoctorCheck.allCases)
        #expect(diagnosis.text.contains("It does not. Affected clients"))
        #expect(diagnosis.text.contains("It is not. Really. Affected clients"))
        #expect(diagnosis.junit.contains("It does not (Fetch, CORS protocol). Affected"))
    }
}
