internal import MCPClient
internal import OAuth

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Prompts for the person at the terminal.
enum TerminalPrompt {
    /// Asks for a secret without showing it; without a terminal it reads one line of standard input.
    ///
    /// - Throws: `usage` when there is no input; `CancellationError` for Ctrl-C.
    static func secret(_ question: String) throws -> Secret {
        var old = termios()
        let isTerminal = tcgetattr(STDIN_FILENO, &old) == 0
        if isTerminal {
            var hidden = old
            hidden.c_lflag &= ~tcflag_t(ECHO)
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
            Output.write(Array("\(question): ".utf8), to: STDERR_FILENO)
        }
        defer {
            if isTerminal {
                tcsetattr(STDIN_FILENO, TCSAFLUSH, &old)
                Output.notice("")
            }
        }
        guard let line = try read(), !line.isEmpty else {
            throw ClientError(.usage, "\(question): nothing was given.", advice: "Type it, or pipe one line of it in.")
        }
        return Secret(line)
    }

    /// Asks for a line; nil at the end of the input.
    ///
    /// - Throws: `CancellationError` for Ctrl-C.
    static func line(_ question: String) throws -> String? {
        Output.notice(question)
        return try read()
    }

    /// A line of standard input; nil at its end.
    private static func read() throws -> String? {
        var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        // A read cannot be interrupted, so on a terminal it starts when a line is available.
        while isatty(STDIN_FILENO) == 1, poll(&input, 1, 100) <= 0 { try Task.checkCancellation() }
        return readLine()
    }

    /// Opens a page in the browser, by executing a program, never through a shell.
    ///
    /// - Returns: whether there is such a program.
    static func browse(_ url: String, environment: [String: String]) -> Bool {
        let named = environment["BROWSER"].map { $0.split(separator: ":").map(String.init) } ?? []
        for program in named + ["xdg-open", "open", "wslview"] where !program.isEmpty {
            if start(program, url) { return true }
        }
        return false
    }

    private static func start(_ program: String, _ url: String) -> Bool {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The browser's output must not mix with ours.
        for file in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, file, "/dev/null", O_RDWR, 0)
        }
        var arguments: [UnsafeMutablePointer<CChar>?] = [strdup(program), strdup(url), nil]
        defer { for argument in arguments { free(argument) } }
        var child = pid_t()
        return posix_spawnp(&child, program, &actions, nil, &arguments, environ) == 0
    }
}
