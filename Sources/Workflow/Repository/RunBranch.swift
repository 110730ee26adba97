import Documents
import Failures
import GitRepository
import Translation

/// The branch that a run commits to.
struct RunBranch: Sendable, Hashable {
  /// The name.
  var name: String
  /// The branch that it shall be merged into; `nil` for a direct commit.
  var base: String?

  /// The placeholders of `repository.branchTemplate`: all of them say the same
  /// for the same content, so that a second run finds the branch of the first.
  static let placeholders = ["clusters", "digest", "base"]

  /// Fills a template in.
  ///
  /// - Parameter digests: What each cluster's tree is made from.
  /// - Throws: ``Failure`` of kind usage when the result is no branch's name.
  init(
    template: String?, base: String, digests: [(cluster: String, digest: String)]
  ) throws {
    guard let template else {
      self.init(name: base)
      return
    }
    let setting = "repository.branchTemplate"
    let text = try TextTemplate(template, setting: setting, known: Self.placeholders)
    let sorted = digests.sorted { utf8Order($0.cluster, $1.cluster) < 0 }
    let clusters =
      sorted.count > 3
      ? "\(sorted.count)-clusters" : sorted.map(\.cluster).joined(separator: "-")
    let lines = sorted.map { "\($0.cluster) \($0.digest)\n" }.joined()
    let digest = SHA256.hex(lines)
    let name = text.filled([
      "clusters": clusters, "digest": String(digest.prefix(8)), "base": base,
    ])
    guard GitRepository.isBranchName(name) else {
      throw Failure(
        .usage, subject: setting, cause: "`\(name)` cannot be the name of a branch",
        remedy: "for example nsx/{clusters}-{digest}")
    }
    self.init(name: name, base: name == base ? nil : base)
  }

  /// Creates a branch.
  init(name: String, base: String? = nil) {
    self.name = name
    self.base = base
  }
}

extension Run {
  /// The branch that a run with these contents commits to.
  func runBranch(
    in repository: GitRepository, _ digests: [(cluster: String, digest: String)]
  ) throws -> RunBranch {
    try RunBranch(
      template: settings.text("repository.branchTemplate"), base: baseBranch(of: repository),
      digests: digests)
  }

  /// Refuses to apply at once what a merge request shall be about.
  func refuseProposal(of command: String) throws {
    guard let template = settings.text("repository.branchTemplate") else { return }
    throw Failure(
      .usage, subject: "branch \(template)",
      cause: "\(command) applies what it commits, which a merge request shall prevent",
      remedy: "run `render --push`, and `apply` when it is merged; "
        + "or set repository.branchTemplate to nothing")
  }

  /// The branch that holds what is to be applied.
  func baseBranch(of repository: GitRepository) -> String {
    settings.text("repository.branch") ?? repository.headBranch
  }
}
