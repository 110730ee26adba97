/// How two commits stand to each other.
struct CommitAncestry {
  /// The newest commit that both have; `nil` when none is stored.
  private(set) var base: ObjectID?
  /// Whether parents that are not stored (of a shallow repository) may hide a
  /// nearer common commit or any at all.
  private(set) var isCut = false

  private struct Mark: OptionSet {
    let rawValue: UInt8
    static let left = Mark(rawValue: 1)
    static let right = Mark(rawValue: 2)
    static let both: Mark = [.left, .right]
    /// Below a common commit: nothing new can come from here.
    static let stale = Mark(rawValue: 4)
  }

  /// Walks both histories until only common commits are left.
  init(
    _ left: ObjectID, _ right: ObjectID, _ database: borrowing ObjectDatabase
  ) throws(GitError) {
    var marks: [ObjectID: Mark] = [left: .left]
    marks[right, default: []].insert(.right)
    var commits: [ObjectID: RawCommit] = [:]
    var waiting: Set<ObjectID> = []
    var common: [ObjectID] = []
    for id in [left, right] {
      guard let commit = try database.commit(id) else { throw .unknownRevision(id.hex) }
      commits[id] = commit
      waiting.insert(id)
    }
    func isFresh(_ id: ObjectID) -> Bool { marks[id]?.contains(.stale) == false }
    // Of several that are common, one may be below another.
    while waiting.contains(where: isFresh) || common.count(where: isFresh) > 1 {
      guard let id = waiting.max(by: { (commits[$0]?.time ?? 0) < (commits[$1]?.time ?? 0) }),
        let commit = commits[id], var mark = marks[id]
      else { break }
      waiting.remove(id)
      if mark.isSuperset(of: .both), !mark.contains(.stale) {
        common.append(id)
        // Of its parents, not of itself: commits of one second come in any order, and
        // a nearer one may be found later.
        mark.insert(.stale)
      }
      for parent in commit.parents where marks[parent]?.isSuperset(of: mark) != true {
        if commits[parent] == nil {
          guard let found = try database.commit(parent) else {
            if !mark.contains(.stale) { isCut = true }
            continue
          }
          commits[parent] = found
        }
        marks[parent, default: []].formUnion(mark)
        waiting.insert(parent)
      }
    }
    base = common.first(where: isFresh)
  }
}
