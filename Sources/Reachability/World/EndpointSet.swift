/// A set of endpoints by their positions in ``World/endpoints``.
///
/// The bits stand in words from the first to the last that is not zero, so that
/// a set of neighbours is small wherever it lies, and equal sets are equal
/// values.
public struct EndpointSet: Sendable, Hashable {
  /// The position of ``words`` in the row of all words.
  private(set) var base: Int
  /// 64 endpoints a word; neither the first nor the last is zero.
  private(set) var words: [UInt64]

  /// Creates the empty set.
  public init() {
    base = 0
    words = []
  }

  /// Creates the set of the first `count` endpoints.
  public init(all count: Int) {
    base = 0
    words = Array(repeating: .max, count: count / 64)
    if count % 64 > 0 { words.append((1 << UInt64(count % 64)) - 1) }
  }

  /// Creates a set from positions in any order.
  public init(_ members: some Sequence<Int>) {
    self.init()
    for member in members { insert(member) }
  }

  private init(base: Int, trimming words: [UInt64]) {
    self.init()
    guard let first = words.firstIndex(where: { $0 != 0 }),
      let last = words.lastIndex(where: { $0 != 0 })
    else { return }
    self.base = base + first
    self.words = first == 0 && last == words.count - 1 ? words : Array(words[first...last])
  }

  /// Whether there is no member.
  public var isEmpty: Bool { words.isEmpty }

  /// The number of members.
  public var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// The lowest position.
  public var first: Int? {
    words.first.map { base * 64 + $0.trailingZeroBitCount }
  }

  /// Whether an endpoint is a member.
  public func contains(_ member: Int) -> Bool {
    let index = member >> 6 - base
    return words.indices.contains(index) && words[index] >> UInt64(member & 63) & 1 == 1
  }

  /// Adds an endpoint.
  public mutating func insert(_ member: Int) {
    let word = member >> 6
    if words.isEmpty {
      base = word
      words = [0]
    } else if word < base {
      words.insert(contentsOf: repeatElement(0, count: base - word), at: 0)
      base = word
    } else if word >= base + words.count {
      words.append(contentsOf: repeatElement(0, count: word + 1 - base - words.count))
    }
    words[word - base] |= 1 << UInt64(member & 63)
  }

  /// Adds the members of another set.
  public mutating func formUnion(_ other: EndpointSet) {
    if other.isEmpty { return }
    if isEmpty || other.base < base || other.base + other.words.count > base + words.count {
      self = union(other)
    } else {
      let shift = other.base - base
      for index in other.words.indices { words[index + shift] |= other.words[index] }
    }
  }

  /// The members of either set.
  public func union(_ other: EndpointSet) -> EndpointSet {
    if isEmpty { return other }
    if other.isEmpty { return self }
    let start = min(base, other.base)
    let end = max(base + words.count, other.base + other.words.count)
    var result = EndpointSet()
    result.base = start
    result.words = Array(repeating: 0, count: end - start)
    for index in words.indices { result.words[index + base - start] = words[index] }
    let shift = other.base - start
    for index in other.words.indices { result.words[index + shift] |= other.words[index] }
    return result
  }

  /// The members of both sets.
  public func intersection(_ other: EndpointSet) -> EndpointSet {
    let start = max(base, other.base)
    let end = min(base + words.count, other.base + other.words.count)
    if start >= end { return EndpointSet() }
    var list = Array(words[(start - base)..<(end - base)])
    let shift = start - other.base
    for index in list.indices { list[index] &= other.words[index + shift] }
    return EndpointSet(base: start, trimming: list)
  }

  /// The members that are not in another set.
  public func subtracting(_ other: EndpointSet) -> EndpointSet {
    let start = max(base, other.base)
    let end = min(base + words.count, other.base + other.words.count)
    if start >= end { return self }
    var list = words
    for word in start..<end { list[word - base] &= ~other.words[word - other.base] }
    return EndpointSet(base: base, trimming: list)
  }

  /// The endpoints below `count` that are not members.
  public func complement(in count: Int) -> EndpointSet {
    EndpointSet(all: count).subtracting(self)
  }

  /// Whether the sets have a member in common.
  public func intersects(_ other: EndpointSet) -> Bool {
    let start = max(base, other.base)
    let end = min(base + words.count, other.base + other.words.count)
    if start >= end { return false }
    for word in start..<end where words[word - base] & other.words[word - other.base] != 0 {
      return true
    }
    return false
  }

  /// Whether every member is in another set.
  public func isSubset(of other: EndpointSet) -> Bool {
    if isEmpty { return true }
    guard base >= other.base, base + words.count <= other.base + other.words.count else {
      return false
    }
    let shift = base - other.base
    for index in words.indices where words[index] & ~other.words[index + shift] != 0 {
      return false
    }
    return true
  }

  /// Calls a function with every member, ascending.
  public func forEach(_ body: (Int) throws -> Void) rethrows {
    for index in words.indices {
      var word = words[index]
      let first = (base + index) * 64
      while word != 0 {
        try body(first + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
  }

  /// The members, ascending.
  public var members: [Int] {
    var list: [Int] = []
    list.reserveCapacity(count)
    forEach { list.append($0) }
    return list
  }
}
