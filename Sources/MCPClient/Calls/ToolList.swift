internal import MCPCore
internal import Primitives

/// The usable tools of a server.
struct ToolList: Sendable {
    /// The maximum numbers of pages, tools, bytes of all pages and bytes kept; normal servers have fewer.
    static let (pageLimit, toolLimit, byteLimit, keptLimit) = (1000, 10_000, 64 << 20, 16 << 20)
    /// The maximum size of a cursor in bytes.
    private static let cursorLimit = 16 << 10

    private(set) var tools: [RemoteTool] = []
    /// The unusable tools, each with the reason.
    private(set) var unusable: [(name: String, problem: String)] = []
    /// Problems of the list itself, which is usable all the same.
    private(set) var oddities: [String] = []
    /// The other members of the first page, for example its time to live.
    private(set) var about: JSONObject = [:]

    /// Whether an outage ended it, so that there may be more tools soon.
    var isShort = false

    private var cursors: Set<String> = []
    private var readBytes = 0
    private var keptBytes = 0

    /// Warnings for people, one line each.
    var warnings: [String] {
        unusable.map { "The tool '\($0.name.printable(128))' cannot be used: \($0.problem)." } + oddities
    }

    /// Adds a page.
    ///
    /// - Parameter choosesByHeaders: whether annotations for headers are read, which only the stateless revisions have.
    /// - Returns: the cursor of the next one; nil when there is none, or an invalid one.
    mutating func take(_ page: JSONObject, choosesByHeaders: Bool) -> String? {
        if cursors.isEmpty {
            for name in ["resultType", "ttlMs", "cacheScope"] { about[name] = page[name] }
        }
        readBytes += JSONWriter.bytes(of: page).count
        if page["tools"]?.array == nil {
            oddities.append("An answer to tools/list has no list of tools.")
        }
        for definition in page["tools"]?.array ?? [] {
            guard tools.count + unusable.count < Self.toolLimit else {
                return end("it has more than \(Self.toolLimit) tools")
            }
            // A parsed object retains the whole page.
            let definition = definition.object?.detached ?? [:]
            keptBytes += definition.textSize
            guard keptBytes <= Self.keptLimit else { return end("it takes more than \(Self.keptLimit) bytes") }
            add(definition, choosesByHeaders: choosesByHeaders)
        }
        guard let next = page["nextCursor"], next != .null else { return nil }
        guard let cursor = next.string, cursor.utf8.count <= Self.cursorLimit else {
            return end(
                next.string == nil ? "nextCursor is no text" : "nextCursor is longer than \(Self.cursorLimit) bytes")
        }
        let isLast = cursor == lastCursor
        guard cursors.insert(cursor).inserted else {
            return end(isLast ? "nextCursor is the same again" : "its pages go round in circles")
        }
        lastCursor = cursor
        guard cursors.count < Self.pageLimit else { return end("it has more than \(Self.pageLimit) pages") }
        guard readBytes < Self.byteLimit else { return end("its pages have more than \(Self.byteLimit) bytes") }
        return cursor
    }

    private var lastCursor: String?

    /// Ends the list before its last page.
    ///
    /// - Parameter why: the rest of a sentence about the list.
    @discardableResult
    mutating func end(_ why: String) -> String? {
        oddities.append("The server's list of tools was not read further: \(why).")
        return nil
    }

    private mutating func add(_ definition: JSONObject, choosesByHeaders: Bool) {
        do {
            tools.append(try RemoteTool(definition, readsAnnotations: choosesByHeaders))
        } catch {
            unusable.append((definition["name"]?.string ?? "?", error.problem.printable()))
        }
    }
}

/// The tools as a connection remembers them, for calls without a list of their own.
struct ToolCatalog: Sendable {
    /// An entry for one name.
    enum Entry: Sendable {
        case tool(RemoteTool)
        case unusable(problem: String)
    }

    private let entries: [String: Entry]
    /// Problems of the list.
    let oddities: [String]
    /// The end of the server's time to live for the list; nil when it gave none.
    private let end: Duration?

    init(_ list: ToolList, now: Duration) {
        let unusable = list.unusable.map { ($0.name, Entry.unusable(problem: $0.problem)) }
        entries = Dictionary(list.tools.map { ($0.name, Entry.tool($0)) } + unusable) { first, _ in first }
        oddities = list.oddities
        end =
            list.isShort
            ? now : list.about["ttlMs"]?.number?.intValue.flatMap { $0 > 0 ? now + .milliseconds($0) : nil }
    }

    func isGood(at now: Duration) -> Bool { end.map { now < $0 } ?? true }

    /// The entry of a name; nil when it is not in the list.
    subscript(_ name: String) -> Entry? { entries[name] }
}
