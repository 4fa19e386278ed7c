/// The methods of notifications, in either direction.
package enum NotificationName {
    package static let initialized = "notifications/initialized"
    package static let cancelled = Method.cancelled.rawValue
    package static let progress = "notifications/progress"
    package static let toolsChanged = "notifications/tools/list_changed"
    /// A subscription has begun.
    package static let acknowledged = "notifications/subscriptions/acknowledged"
}
