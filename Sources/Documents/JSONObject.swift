/// The members of a JSON object, sorted by the UTF-8 bytes of their keys (the
/// order in which kubectl and Go print maps).
public struct JSONObject: Sendable, Hashable {
  /// One key with its value.
  public struct Member: Sendable, Hashable {
    /// The key.
    public let key: String
    /// The value.
    public var value: JSONValue

    /// Creates a member.
    public init(key: String, value: JSONValue) {
      self.key = key
      self.value = value
    }
  }

  /// The members in ascending order of their keys; no key occurs twice.
  public private(set) var members: [Member]

  /// Creates an empty object.
  public init() { members = [] }

  /// Creates an object from members in any order.
  ///
  /// - Returns: `nil` when a key occurs twice.
  public init?(unsorted: [Member]) {
    var list = unsorted
    var sorted = true
    for index in list.indices.dropFirst() {
      switch utf8Order(list[index - 1].key, list[index].key) {
      case ..<0: continue
      case 0: return nil
      default: sorted = false
      }
      if !sorted { break }
    }
    if !sorted {
      list.sort { utf8Order($0.key, $1.key) < 0 }
      for index in list.indices.dropFirst()
      where utf8Order(list[index - 1].key, list[index].key) == 0 {
        return nil
      }
    }
    members = list
  }

  /// Whether there is no member.
  public var isEmpty: Bool { members.isEmpty }
  /// The number of members.
  public var count: Int { members.count }
  /// The keys in ascending order.
  public var keys: [String] { members.map(\.key) }

  /// Reads, replaces, inserts or (with `nil`) removes the member with a key.
  public subscript(key: String) -> JSONValue? {
    get {
      let (index, found) = position(of: key)
      return found ? members[index].value : nil
    }
    set {
      let (index, found) = position(of: key)
      switch (found, newValue) {
      case (true, let value?): members[index].value = value
      case (true, nil): members.remove(at: index)
      case (false, let value?): members.insert(Member(key: key, value: value), at: index)
      case (false, nil): break
      }
    }
  }

  /// Changes the value of a key in place, starting from `null` where it is
  /// missing.
  public mutating func update(_ key: String, _ change: (inout JSONValue) throws -> Void) rethrows {
    var value = self[key] ?? .null
    try change(&value)
    self[key] = value
  }

  private func position(of key: String) -> (index: Int, found: Bool) {
    // Most objects are built in the order of their keys.
    if let last = members.last, utf8Order(last.key, key) < 0 { return (members.count, false) }
    var low = 0
    var high = members.count
    while low < high {
      let middle = (low + high) / 2
      let order = utf8Order(members[middle].key, key)
      if order == 0 { return (middle, true) }
      if order < 0 { low = middle + 1 } else { high = middle }
    }
    return (low, false)
  }
}

extension JSONObject: Sequence {
  /// Iterates over the members in ascending order of their keys.
  public func makeIterator() -> IndexingIterator<[Member]> { members.makeIterator() }
}

/// Compares two strings by their UTF-8 bytes: negative, 0 or positive.
///
/// Swift's `<` compares by Unicode canonical order, which differs from Go's
/// and from git's for strings that are not ASCII.
public func utf8Order(_ left: String, _ right: String) -> Int {
  let order = left.utf8.withContiguousStorageIfAvailable { a in
    right.utf8.withContiguousStorageIfAvailable { b in bytesOrder(a, b) }
  }
  if let order, let order { return order }
  return Array(left.utf8).withUnsafeBufferPointer { a in
    Array(right.utf8).withUnsafeBufferPointer { b in bytesOrder(a, b) }
  }
}

private func bytesOrder(
  _ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>
) -> Int {
  let count = Swift.min(left.count, right.count)
  let (a, b) = (UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
  var index = 0
  // Eight at a time: names share long beginnings.
  while index + 8 <= count,
    a.loadUnaligned(fromByteOffset: index, as: UInt64.self)
      == b.loadUnaligned(fromByteOffset: index, as: UInt64.self)
  {
    index += 8
  }
  while index < count {
    if left[index] != right[index] { return Int(left[index]) - Int(right[index]) }
    index += 1
  }
  return left.count - right.count
}
