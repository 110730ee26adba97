/// A set of pods by their positions.
struct PodSet: Hashable {
  private var words: [UInt64]

  /// An empty set for so many pods.
  init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

  var isEmpty: Bool { words.allSatisfy { $0 == 0 } }
  var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  mutating func insert(_ position: Int) { words[position / 64] |= 1 << UInt64(position % 64) }

  func contains(_ position: Int) -> Bool {
    words[position / 64] & (1 << UInt64(position % 64)) != 0
  }

  mutating func formUnion(_ other: PodSet) {
    for index in words.indices { words[index] |= other.words[index] }
  }

  mutating func formIntersection(_ other: PodSet) {
    for index in words.indices { words[index] &= other.words[index] }
  }

  mutating func subtract(_ other: PodSet) {
    for index in words.indices { words[index] &= ~other.words[index] }
  }

  /// What is in one of the two sets only.
  func symmetricDifference(_ other: PodSet) -> PodSet {
    var result = self
    for index in words.indices { result.words[index] ^= other.words[index] }
    return result
  }

  /// The pods that are not in the set.
  func complement(count: Int) -> PodSet {
    var all = PodSet(count: count)
    for position in 0..<count { all.insert(position) }
    all.subtract(self)
    return all
  }

  /// The positions in order.
  var positions: [Int] {
    words.indices.flatMap { index in
      (0..<64).filter { words[index] & (1 << UInt64($0)) != 0 }.map { index * 64 + $0 }
    }
  }
}
