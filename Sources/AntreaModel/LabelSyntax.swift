/// Kubernetes's rules for names, label keys and label values. Antrea takes an
/// invalid selector for none at all, which would widen a policy, so every
/// selector is held against these before it is rendered.
public enum LabelSyntax {
  /// Whether a text is a label value: at most 63 letters, digits, `-`, `_`,
  /// `.`, beginning and ending with a letter or digit; empty is valid.
  public static func isValue(_ text: String) -> Bool {
    text.isEmpty || isNamePart(text.utf8[...])
  }

  /// Whether a text is a qualified name such as `app.kubernetes.io/name`.
  public static func isQualifiedName(_ text: String) -> Bool {
    let bytes = text.utf8
    guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")) else { return isNamePart(bytes[...]) }
    return isSubdomain(bytes[..<slash]) && isNamePart(bytes[bytes.index(after: slash)...])
  }

  /// Whether a text is an RFC 1123 subdomain of at most 253 characters: the
  /// name of a custom resource.
  public static func isSubdomain(_ text: String) -> Bool { isSubdomain(text.utf8[...]) }

  /// Whether a text is an RFC 1123 label of at most 63 characters: the name of
  /// a namespace or a service.
  public static func isDNSLabel(_ text: String) -> Bool {
    text.utf8.count <= 63 && !text.utf8.contains(UInt8(ascii: ".")) && isSubdomain(text)
  }

  private static func isSubdomain(_ text: Substring.UTF8View) -> Bool {
    guard text.count <= 253 else { return false }
    // Each part between dots begins and ends with a letter or digit.
    var previous = UInt8(ascii: ".")
    for byte in text {
      switch byte {
      case UInt8(ascii: "."):
        if !isLowerAlphanumeric(previous) { return false }
      case UInt8(ascii: "-"):
        if previous == UInt8(ascii: ".") { return false }
      default:
        if !isLowerAlphanumeric(byte) { return false }
      }
      previous = byte
    }
    return isLowerAlphanumeric(previous)
  }

  private static func isNamePart(_ text: Substring.UTF8View) -> Bool {
    guard text.count <= 63, let first = text.first, let last = text.last else { return false }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && text.allSatisfy {
        isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
          || $0 == UInt8(ascii: ".")
      }
  }

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || byte &- 97 < 26
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || byte &- 65 < 26
  }
}
