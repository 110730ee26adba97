import Failures

/// Where the trees lie in a repository that may hold other things as well.
struct RepositoryLayout: Sendable, Hashable {
  /// The folder that holds `clusters`, with a `/` at its end; empty for the top.
  let prefix: String

  /// Reads `repository.folder`, for example `deploy/network`.
  ///
  /// - Throws: ``Failure`` of kind usage when it would lead out of the
  ///   repository or into git's own folder.
  init(folder: String?) throws {
    var parts = (folder ?? "").split(separator: "/", omittingEmptySubsequences: false)
    while parts.last == "" || parts.last == "." { parts.removeLast() }
    while parts.first == "." { parts.removeFirst() }
    for part in parts {
      let name = part.lowercased()
      guard !["", ".", "..", ".git"].contains(name), !part.contains("\0") else {
        throw Failure(
          .usage, subject: "repository.folder", cause: "`\(folder ?? "")` is not a folder inside",
          remedy: "write it from the top of the repository, for example deploy/network")
      }
    }
    prefix = parts.isEmpty ? "" : parts.joined(separator: "/") + "/"
  }

  /// The folder of all trees.
  var clusters: String { prefix + "clusters" }

  /// The folder of one cluster's tree.
  func cluster(_ name: String) -> String { "\(clusters)/\(name)" }
}

extension Run {
  /// Where the trees lie in the repository.
  var layout: RepositoryLayout {
    get throws { try RepositoryLayout(folder: settings.text("repository.folder")) }
  }
}
