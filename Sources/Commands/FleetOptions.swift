import ArgumentParser
import Workflow

/// How the clusters of a fleet are split and worked on.
struct FleetOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Only part i of n of the clusters, i from 0, for example 0/4; a cluster's name alone decides its part.",
      valueName: "i/n"))
  var shard: String?
  @Option(help: ArgumentHelp("Most clusters that are worked on at the same time.", valueName: "n"))
  var parallel: Int?

  func validate() throws {
    if let parallel, parallel < 1 {
      throw ValidationError("--parallel \(parallel): must be at least 1")
    }
  }

  var flags: [String: String] {
    var result: [String: String] = [:]
    if let shard { result["shard"] = shard }
    if let parallel { result["parallel"] = String(parallel) }
    return result
  }
}

/// How long other things are waited for.
struct LockOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How long to wait for a Lease that another run holds, for example 2m; default: not at all.",
      valueName: "time"))
  var lockTimeout: String?
  @Option(
    help: ArgumentHelp("How long to wait for realization, for example 5m.", valueName: "time"))
  var waitTimeout: String?

  var flags: [String: String] {
    var result: [String: String] = [:]
    if let lockTimeout { result["apply.lockTimeout"] = lockTimeout }
    if let waitTimeout { result["apply.waitTimeout"] = waitTimeout }
    return result
  }
}
