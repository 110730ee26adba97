import Glibc

/// What an initialization leaves that was killed before its end: parts of a git
/// folder without `HEAD`, which is made last, and without any object or reference.
struct HalfMadeRepository {
  /// The git folder.
  let folder: String

  private static let parts: Set<String> = [
    "HEAD.lock", "config", "config.lock", "description", "hooks", "info", "objects", "refs",
  ]

  /// - Returns: `nil` where a path has something else.
  init?(at path: String) throws(GitError) {
    guard try FileSystem.kind(path) == .folder else { return nil }
    let names = try FileSystem.names(path)
    guard names == [".git"] else {
      guard try Self.isHalfMade(path, names) else { return nil }
      folder = path
      return
    }
    let inner = path + "/.git"
    guard try FileSystem.kind(inner) == .folder else { return nil }
    let parts = try FileSystem.names(inner)
    if !parts.isEmpty, try !Self.isHalfMade(inner, parts) { return nil }
    folder = inner
  }

  /// Nobody else's files are taken for it: there are git's folders, and they are empty.
  private static func isHalfMade(_ path: String, _ names: [String]) throws(GitError) -> Bool {
    guard names.contains("objects"), parts.isSuperset(of: names) else { return false }
    for (part, inner) in [("objects", ["info", "pack"]), ("refs", ["heads", "tags"])]
    where names.contains(part) {
      let found = try FileSystem.names("\(path)/\(part)")
      guard Set(inner).isSuperset(of: found) else { return false }
      for name in found where try !FileSystem.names("\(path)/\(part)/\(name)").isEmpty {
        return false
      }
    }
    return true
  }

  /// Removes locks of the run that was killed: those that are too old for one that
  /// is at it now.
  func removeLocks() throws(GitError) {
    for name in ["HEAD.lock", "config.lock"] {
      let lock = "\(folder)/\(name)"
      guard let taken = try FileSystem.modified(lock), time(nil) - taken > 10 else { continue }
      try FileSystem.remove(lock)
    }
  }
}

extension GitRepository {
  /// Whether nothing is at a path but what ``initialize(at:bare:branch:)`` leaves
  /// when it is killed: it can be called again there.
  public static func isHalfMade(at path: String) throws(GitError) -> Bool {
    try HalfMadeRepository(at: path) != nil
  }
}
