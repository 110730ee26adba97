import Documents

/// One part of the clusters of a fleet: `--shard 0/4` to `--shard 3/4`.
///
/// A cluster's name alone decides its part (rendezvous hashing): every part
/// gives it a score, and the highest wins. So a cluster that comes or goes moves
/// no other one, and of n parts one more takes about 1/(n + 1) of each.
///
/// Parts count from 0, as `JOB_COMPLETION_INDEX` of an Indexed Job does.
public struct Shard: Sendable, Hashable {
  /// Which part, from 0.
  public let index: Int
  /// How many there are.
  public let count: Int

  /// Reads `index/count`; `nil` where it is not one, or no part of the count.
  public init?(parsing text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Self.number(parts[0]), let count = Self.number(parts[1]),
      index < count, count <= 10_000
    else { return nil }
    self.index = index
    self.count = count
  }

  /// Whether a cluster is in this part.
  public func contains(_ cluster: String) -> Bool {
    Self.index(of: cluster, among: count) == index
  }

  /// The part of a cluster.
  ///
  /// - Parameter count: How many parts there are, at least one.
  static func index(of cluster: String, among count: Int) -> Int {
    var best = (index: 0, score: UInt64(0))
    for index in 0..<count {
      let score = score(of: cluster, index)
      if index == 0 || score > best.score { best = (index, score) }
    }
    return best.index
  }

  /// The first eight bytes of SHA-256, so that every version and machine agrees.
  private static func score(of cluster: String, _ index: Int) -> UInt64 {
    SHA256.hash("\(cluster)/\(index)".utf8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// A number of plain digits: `Int` would take `+1` as well.
  private static func number(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 &- 48 < 10 }) else { return nil }
    return Int(text)
  }
}

extension Run {
  /// The part of the clusters that this run is for; `nil` for all.
  var shard: Shard? { settings.text("shard").flatMap { Shard(parsing: $0) } }

  /// Those of some clusters that this run is for.
  func ofShard(_ clusters: [ClusterSettings]) -> [ClusterSettings] {
    guard let shard else { return clusters }
    return clusters.filter { shard.contains($0.name) }
  }

  /// Says so, and is true, where no cluster belongs to the part that this run is
  /// for: there is nothing to do, and nothing has to be read to know it.
  func isIdle(_ names: [String]) -> Bool {
    guard let shard else { return false }
    let all = names.isEmpty ? settings.clusters.map(\.name) : names
    guard !all.isEmpty, !all.contains(where: { shard.contains($0) }) else { return false }
    talk("none of \(all.count) clusters is in shard \(shard.index)/\(shard.count)")
    return true
  }
}
