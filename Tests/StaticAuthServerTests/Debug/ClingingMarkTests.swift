import HTTPEdge
import MCPCore
import OAuth
import Primitives
import Testing

@testable import FlowRecorder
@testable import StaticAuthServer

/// A combining mark turns a character into another `Character`, but leaves the byte that parsers read.
@Suite("Combining marks do not break escaping")
struct ClingingMarkTests {
    private static let clinging: [Unicode.Scalar] = [
        "\u{301}", "\u{20DD}", "\u{200D}", "\u{600}", "\u{FE0F}", "\u{1F1E6}", "\u{E0041}", "\u{D4E}", "\u{1160}",
        "\u{1F3FB}",
    ]
    private static let delimiters = "`<>[]()*_|\\\"'&~#;:!$".map(String.init)

    /// Each delimiter with text before and after it.
    private static func texts(_ mark: Unicode.Scalar) -> [String] {
        delimiters.flatMap { ["\(mark)\($0)", "\($0)\(mark)", "\(mark)\($0)\(mark)x\($0)", "a\($0)\(mark)"] }
            + [
                "\(mark)<img src=x onerror=alert(1)>\(mark)", "\(mark)![a](http://tracker/x)\(mark)",
                "\r\n\(mark)```\n",
            ]
    }

    private func flow(_ text: String) -> JudgedFlow {
        var flow = Flow(number: 1, machine: "localhost", follows: nil)
        flow.attribution.name = ClientEvidence.Name(
            digest: Digest(of: text), name: "\(public: text)", version: "\(public: text)")
        let moment = CredentialHistory.EntryReference(entry: 1, time: .seconds(1_800_000_000))
        flow.append(
            FlowStep(
                kind: .token, title: "POST /token, \(public: text)", outcome: "400 \(public: text)", verdict: .wrong,
                status: 400, explanation: Explanation(expected: "\(public: text)", received: "\(public: text)"),
                scenario: nil, first: moment, last: moment, problem: .token))
        let rule = BrokenRule(rule: .verifier, entry: 1, problem: "\(public: text)")
        return JudgedFlow(flow, following: [], brokenRules: [rule], activity: Activity())
    }

    @Test("In Markdown every character that could start markup is escaped", arguments: clinging)
    func markdown(_ mark: Unicode.Scalar) {
        for text in Self.texts(mark) {
            let lines = FlowDiagram(flow(text), now: .seconds(1_800_000_001)).markdown
                .split(separator: "\n", omittingEmptySubsequences: false).map { Array($0.unicodeScalars) }
            #expect(lines.count { $0.starts(with: "```".unicodeScalars) } == 2)
            let after = lines.drop { $0 != Array("```".unicodeScalars) }
            for line in after.dropFirst() {
                // Bold headings are written by the server.
                let heading = ["**First problem:**", "**Broken rules:**"].first { line.starts(with: $0.unicodeScalars) }
                let text = Array(line.dropFirst(heading?.count ?? 0))
                for index in text.indices where "`<>[]*_|~&!$#".unicodeScalars.contains(text[index]) {
                    #expect(index > 0 && text[index - 1] == "\\", "\(String(String.UnicodeScalarView(text)))")
                }
                #expect(!String(String.UnicodeScalarView(text)).utf8.contains("http://".utf8))
            }
            let summary = lines.first { $0.starts(with: "Client `".unicodeScalars) } ?? []
            #expect(summary.count { $0 == "`" } == 2 && !summary.contains("<"))
            let diagram = lines.drop { !$0.starts(with: "    C".unicodeScalars) }.prefix {
                !$0.starts(with: "```".unicodeScalars)
            }
            for line in diagram { #expect(!line.contains("`") && !line.contains("<") && !line.contains("%")) }
        }
    }

    @Test("In pages and CI reports text becomes neither tag nor attribute, and the result is XML", arguments: clinging)
    func markup(_ mark: Unicode.Scalar) {
        let none = [0xFFFE, 0xFFFF].compactMap { Unicode.Scalar($0 as UInt32).map { String($0) } }
        for text in Self.texts(mark) + none {
            let scalars = Array(("<p title=\"\(text)\">\(text)</p>" as HTML).markup.unicodeScalars)
            #expect(scalars.count { $0 == "<" } == 2 && scalars.count { $0 == ">" } == 2)
            #expect(scalars.count { $0 == "\"" } == 2 && !scalars.contains("'"))
            #expect(!scalars.contains { $0.value == 0xFFFE || $0.value == 0xFFFF })
            let (report, clean) = (report("\(public: text)"), report("x"))
            #expect(report.count { $0 == "<" } == clean.count { $0 == "<" })
            #expect(report.count { $0 == "\"" } == clean.count { $0 == "\"" })
        }
    }

    private func report(_ problem: SafeText) -> [Unicode.Scalar] {
        var findings = Findings()
        findings.breaks(.accept, CredentialHistory.EntryReference(entry: 1, time: .zero), problem)
        return Array(ReportDocument(clients: [], others: findings).junit.unicodeScalars)
    }

    @Test("In a challenge text does not end the quoted string", arguments: clinging)
    func challenge(_ mark: Unicode.Scalar) {
        for text in Self.texts(mark) {
            let value = Array(BasicChallenge(realm: text).headerValue.unicodeScalars)
            let quotes = value.indices.filter { value[$0] == "\"" && !isEscaped(value, $0) }
            #expect(quotes.count == 4, "\(text)")
        }
    }

    private func isEscaped(_ text: [Unicode.Scalar], _ index: Int) -> Bool {
        text[..<index].reversed().prefix { $0 == "\\" }.count % 2 == 1
    }

    @Test("In an HTTP Archive a path stays a path, and a URL is split where a browser splits it", arguments: clinging)
    func urls(_ mark: Unicode.Scalar) {
        let secrets = SecretScanner([])
        for url in [
            "http://a/?\(mark)code=hush", "http://a/#\(mark)hush", "http://u:hush@\(mark)a/",
            "http://a/\(mark)?\(mark)hush#x",
        ] {
            let shown = Redacted(parameter: "redirect_uri", Secret(url), secrets).text
            #expect(!shown.contains("hush"), "\(shown)")
        }
        let seen = Exchange(
            1,
            HTTPRequest(
                method: .get, path: "/a[\(mark) ,\(mark)]b", query: nil, host: nil, fields: HTTPFields(), body: [],
                peer: ""), HTTPResponse(.notFound), endpoint: .other, time: .seconds(1), duration: .zero)
        let archive = HTTPArchive(
            entries: [JournalEntry(ClassifiedExchange(seen), flow: nil, secrets)], secrets: secrets,
            origin: "http://a", creator: ("a", "1"))
        let url = archive.json["log"]?.object?["entries"]?.array?[0].object?["request"]?.object?["url"]?.string ?? " "
        #expect(url.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"[],".utf8.contains($0) }, "\(url)")
    }
}
