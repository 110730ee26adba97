/// The name syntaxes of Kubernetes.
enum QualifiedNames {
  /// `[prefix/]name`, the syntax of label and annotation keys.
  static func isQualifiedName(_ text: String) -> Bool {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    switch parts.count {
    case 1: return isNamePart(parts[0])
    case 2: return isSubdomain(String(parts[0])) && isNamePart(parts[1])
    default: return false
    }
  }

  /// The syntax of label values: at most 63 bytes, empty allowed.
  static func isLabelValue(_ text: String) -> Bool { text.isEmpty || isNamePart(text[...]) }

  /// RFC 1123 subdomain, the syntax of most object names.
  static func isSubdomain(_ text: String) -> Bool {
    guard !text.isEmpty, text.utf8.count <= 253 else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.utf8.first, let last = label.utf8.last else { return false }
      return isLowerAlphanumeric(first) && isLowerAlphanumeric(last)
        && label.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
    }
  }

  private static func isNamePart(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 63 else {
      return false
    }
    return isAlphanumeric(first) && isAlphanumeric(last)
      && text.utf8.allSatisfy { isAlphanumeric($0) || "-_.".utf8.contains($0) }
  }

  private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    isLowerAlphanumeric(byte) || isLowerAlphanumeric(byte | 0x20) && byte >= UInt8(ascii: "A")
  }
}
