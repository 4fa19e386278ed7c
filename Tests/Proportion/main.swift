// Does all the work in order, for valgrind to count its instructions, and prints a line for each.
//
// The arguments are the sizes of the input in kilobytes. Without --each the shapes of a workload count together: a
// quadratic one shows in the sum, and valgrind takes much less time. With --only=WORD only workloads with this word in
// their name do work. It needs a build for testing.
#if DEBUG
let each = CommandLine.arguments.contains("--each")
let word = CommandLine.arguments.first { $0.hasPrefix("--only=") }?.dropFirst(7) ?? ""
for workload in Workload.all where word.isEmpty || workload.name.contains(word) {
    for (_, text) in workload.texts(16) { workload.work(text) }
    for size in CommandLine.arguments.dropFirst().compactMap({ Int($0) }) {
        let texts = workload.texts(size << 10)
        guard each else {
            measured { for (_, text) in texts { workload.work(text) } }
            print("\(size)\t\(workload.name)")
            continue
        }
        for (name, text) in texts {
            measured { workload.work(text) }
            print("\(size)\t\(workload.name): \(name)")
        }
    }
}
#endif
