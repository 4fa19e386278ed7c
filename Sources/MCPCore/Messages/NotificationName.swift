/// The methods of notifications, in either direction.
package enum NotificationName {
    package static let initialized = "notifications/initialized"
    package static let cancelled = Method.cancelled.rawValue
    package static let progress = "notifications/progress"
    package static let toolsChanged = "notifications/tools/list_changed"
    /// The start of a subscription.
    package static let acknowledged = "notifications/subscriptions/acknowledged"

    /// Whether a method is that of a notification.
    package static func isOne(_ method: String) -> Bool { method.hasPrefix("notifications/") }
}
