import ArgumentParser
import Workflow

/// Where a commit goes.
struct BranchOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Commit to this branch, for a merge request into repository.branch; {clusters}, {digest} and {base} are filled in.",
      valueName: "name"))
  var branch: String?

  var flags: [String: String] { branch.map { ["repository.branchTemplate": $0] } ?? [:] }
}

/// Which tree of the repository is meant.
struct RefOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take the tree of this commit, tag or branch instead of the newest one.", valueName: "commit")
  )
  var ref: String?

  /// The source with the tree that is meant.
  func of(_ source: DesiredSource) -> DesiredSource {
    var source = source
    source.ref = ref
    return source
  }
}
