#if Redis
internal import NIOCore

/// A command and the continuation that gets its reply.
struct PendingCommand {
    let command: Command
    let deadline: NIODeadline
    /// Nil for a mark, which has no caller and is retried until ``lastDeadline``.
    let reply: CheckedContinuation<RESPValue, any Error>?
    var lastDeadline = NIODeadline.uptimeNanoseconds(0)
    /// Whether Redis has lost the script, which is then sent as text.
    var isScriptUnknown = false
    /// The number of times it was sent; Redis may have run it each time.
    var timesSent = 0
}

/// The commands without a reply, oldest first: those that are sent, then those that are not.
struct CommandQueue {
    private var commands = CircularBuffer<PendingCommand>()
    /// The number of commands that are sent; their replies arrive in this order.
    private(set) var sentCount = 0

    var count: Int { commands.count }

    /// The deadline of the oldest command.
    var nextDeadline: NIODeadline? { commands.first?.deadline }

    mutating func append(_ command: PendingCommand) {
        commands.append(command)
    }

    /// Calls the function for each command that is not sent yet, and counts it as sent.
    mutating func send(_ write: (PendingCommand) -> Void) {
        for index in commands.indices.dropFirst(sentCount) {
            commands[index].timesSent += 1
            write(commands[index])
        }
        sentCount = commands.count
    }

    /// Removes the command that a reply belongs to; nil when no command waits for a reply.
    mutating func popAnswered() -> PendingCommand? {
        guard sentCount > 0 else { return nil }
        sentCount -= 1
        return commands.popFirst()
    }

    /// Marks all commands as not sent, after their connection was lost.
    mutating func takeBack() {
        sentCount = 0
    }

    /// Removes the commands whose deadline has passed.
    mutating func popExpired(at now: NIODeadline) -> [PendingCommand] {
        let expired = Array(commands.prefix { $0.deadline <= now })
        commands.removeFirst(expired.count)
        sentCount = max(0, sentCount - expired.count)
        return expired
    }

    /// Removes all commands.
    mutating func popAll() -> [PendingCommand] {
        defer { self = CommandQueue() }
        return Array(commands)
    }
}
#endif
