/// What a request comes to before anything has to wait.
///
/// Eras decide in a function that does not wait and is not inlined, so that a task that waits keeps nothing of it.
enum Decision {
    case reply(Reply)
    case call(ToolCall)
}
