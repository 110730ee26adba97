import Documents

/// A tier of policies; lower priorities are evaluated first.
public struct Tier: AntreaObject, Hashable {
  /// `Tier`.
  public static let kind = "Tier"
  /// Name, labels, annotations.
  public var metadata: ObjectMetadata
  /// `spec.priority`, 0 to 255. Immutable on a live tier.
  public var priority: Int
  /// `spec.description`.
  public var summary: String

  /// Creates a tier.
  public init(metadata: ObjectMetadata, priority: Int, summary: String) {
    self.metadata = metadata
    self.priority = priority
    self.summary = summary
  }

  /// `spec`.
  public var spec: JSONValue {
    ["description": .string(summary), "priority": .integer(Int64(priority))]
  }
}
