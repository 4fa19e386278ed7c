/// The outcome of the checks before anything asynchronous.
///
/// Eras decide in a synchronous function that is not inlined, so that the frame of the waiting task stays small.
enum Decision {
    case reply(Reply)
    case call(ToolCall)
}
