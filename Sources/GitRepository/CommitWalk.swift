/// Commits from some on, each once, newest first. A commit comes before its
/// parents as long as clocks do not run backwards from parent to child by more
/// than the distance to its siblings, which is git's own order by date.
///
/// Reads raw objects, because libgit2 1.5 knows no shallow repositories: parents
/// that are not stored end the walk there.
struct CommitWalk {
  private var waiting: [(id: ObjectID, commit: RawCommit)] = []
  private var seen: Set<ObjectID> = []
  /// Commits whose parents are not stored.
  private(set) var borders: Set<ObjectID> = []

  /// Begins at a commit, which must be stored.
  init(from start: ObjectID, _ database: borrowing ObjectDatabase) throws(GitError) {
    guard let commit = try database.commit(start) else { throw .unknownRevision(start.hex) }
    seen = [start]
    waiting = [(start, commit)]
  }

  /// The next commit; `nil` at the end.
  mutating func next(
    _ database: borrowing ObjectDatabase
  ) throws(GitError) -> (id: ObjectID, commit: RawCommit)? {
    guard let next = waiting.popLast() else { return nil }
    for parent in next.commit.parents where seen.insert(parent).inserted {
      guard let commit = try database.commit(parent) else {
        borders.insert(next.id)
        continue
      }
      // Sorted by time, the newest last; of equal ones the first found goes first.
      var low = 0
      var high = waiting.count
      while low < high {
        let middle = (low + high) / 2
        if waiting[middle].commit.time < commit.time { low = middle + 1 } else { high = middle }
      }
      waiting.insert((parent, commit), at: low)
    }
    return next
  }
}
