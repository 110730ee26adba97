/// Sets of small numbers that differ by one member from step to step, each with
/// a number of its own: equal sets, reached in any order, have equal numbers.
///
/// A set is a binary tree over all possible members of which equal parts are
/// kept once, so that a step costs as much as the tree is deep.
struct MembershipSets {
  /// The number of the empty set.
  static let nothing: Int32 = 0

  // 0 is a part without members; 1 is a single member.
  private var nodes: [(left: Int32, right: Int32)] = [(0, 0), (0, 0)]
  private var numbers: [UInt64: Int32] = [:]
  private let depth: Int

  /// - Parameter count: members are below it.
  init(count: Int) {
    var depth = 0
    while 1 << depth < count { depth += 1 }
    self.depth = depth
  }

  /// The set with a member added, or taken out where it was in.
  mutating func toggle(_ member: Int, in set: Int32) -> Int32 {
    toggle(member, set, depth)
  }

  private mutating func toggle(_ member: Int, _ part: Int32, _ level: Int) -> Int32 {
    if level == 0 { return 1 - part }
    var (left, right) = part == 0 ? (0, 0) : nodes[Int(part)]
    if member >> (level - 1) & 1 == 0 {
      left = toggle(member, left, level - 1)
    } else {
      right = toggle(member, right, level - 1)
    }
    if left == 0, right == 0 { return 0 }
    let key = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    if let number = numbers[key] { return number }
    let number = Int32(nodes.count)
    nodes.append((left, right))
    numbers[key] = number
    return number
  }
}
