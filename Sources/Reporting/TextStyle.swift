import Documents

/// Colours for a terminal; none where colour is off.
public struct TextStyle: Sendable, Hashable {
  /// The roles that text plays, each with its colour.
  public enum Role: Sendable, Hashable, CaseIterable {
    /// What is new.
    case added
    /// What goes.
    case removed
    /// What changes.
    case changed
    /// What needs attention.
    case warning
    /// A heading.
    case heading
    /// What matters less.
    case faint
  }

  /// Whether escape sequences are written.
  public var color: Bool

  /// Creates a style.
  public init(color: Bool) { self.color = color }

  /// The text in the colour of its role.
  public func callAsFunction(_ role: Role, _ text: String) -> String {
    guard color, !text.isEmpty else { return text }
    let code =
      switch role {
      case .added: "32"
      case .removed: "31"
      case .changed: "33"
      case .warning: "1;33"
      case .heading: "1"
      case .faint: "2"
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  /// The text without control characters and what reorders text: names come from
  /// NSX and from the cluster, and must not steer a terminal or look like others.
  public static func printable(_ text: String) -> String {
    func steers(_ scalar: Unicode.Scalar) -> Bool {
      scalar.value < 32 || (127...159).contains(scalar.value) || scalar.reordersText
    }
    guard text.unicodeScalars.contains(where: steers) else { return text }
    return String(
      String.UnicodeScalarView(text.unicodeScalars.map { steers($0) ? " " : $0 }))
  }
}
