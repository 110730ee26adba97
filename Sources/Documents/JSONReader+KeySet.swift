extension JSONReader {
  /// The keys of one object as they are read, to tell when one comes again: the
  /// texts do not say which of two values is meant.
  public struct KeySet {
    private var keys: [Key] = []
    /// One bit for what most keys differ in, so that few are compared.
    private var marks: UInt64 = 0

    /// Creates an empty set.
    public init() {}

    /// Adds a key; `false` where it is there already.
    public mutating func insert(_ key: Key) -> Bool {
      let mark: UInt64 = 1 << (key.hint & 63)
      if marks & mark != 0, keys.contains(where: { $0.isEqual(to: key) }) { return false }
      marks |= mark
      keys.append(key)
      return true
    }
  }
}

extension JSONReader.Key {
  /// A number that is the same for equal keys.
  fileprivate var hint: UInt64 {
    if let escaped { return Self.hint(escaped.utf8.count, escaped.utf8.first, escaped.utf8.last) }
    return Self.hint(bytes.count, bytes.first, bytes.last)
  }

  private static func hint(_ count: Int, _ first: UInt8?, _ last: UInt8?) -> UInt64 {
    UInt64(truncatingIfNeeded: count) &* 31 &+ UInt64(first ?? 0) &* 7 &+ UInt64(last ?? 0)
  }

  fileprivate func isEqual(to other: JSONReader.Key) -> Bool {
    if escaped != nil || other.escaped != nil { return string == other.string }
    return bytes.count == other.bytes.count && bytes.elementsEqual(other.bytes)
  }
}
