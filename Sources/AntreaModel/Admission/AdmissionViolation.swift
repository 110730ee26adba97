/// What Antrea's admission would refuse.
public struct AdmissionViolation: Sendable, Hashable {
  /// The numbers of Antrea's webhook rules as this project counts them
  /// (docs/translation.md), and `schema` for the CRD's own.
  public enum Rule: Sendable, Hashable, CustomStringConvertible {
    /// A rule of the webhook.
    case webhook(Int)
    /// A rule of the CRD's schema or of Kubernetes.
    case schema

    /// The number, or `schema`.
    public var description: String {
      switch self {
      case .webhook(let number): "\(number)"
      case .schema: "schema"
      }
    }
  }

  /// `Kind/name`.
  public var object: String
  /// The rule.
  public var rule: Rule
  /// What is wrong, with the field.
  public var message: String

  /// Creates a violation.
  public init(object: String, rule: Rule, message: String) {
    self.object = object
    self.rule = rule
    self.message = message
  }
}
