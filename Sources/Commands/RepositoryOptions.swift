import ArgumentParser
import Workflow

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
