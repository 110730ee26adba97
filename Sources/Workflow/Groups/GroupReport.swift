import AntreaModel
import Documents
import Failures
import Importing

/// What a report of resolved addresses did with one group.
struct GroupResult: Sendable {
  /// How it ended.
  enum Outcome: Sendable {
    case unchanged
    /// The entries that came and went.
    case written(added: Int, removed: Int)
    /// The same, of a run that writes nothing.
    case planned(added: Int, removed: Int)
    case failed(Failure)
  }

  let path: String
  /// The addresses and ranges that it should have.
  let entries: Int
  /// The objects that have them.
  let objects: Int
  var outcome: Outcome

  fileprivate var text: String {
    let size = "\(entries) entries of \(objects) objects"
    return switch outcome {
    case .unchanged: "\(path): unchanged, \(size)"
    case .written(let added, let removed): "\(path): +\(added) -\(removed), \(size)"
    case .planned(let added, let removed): "\(path): would be +\(added) -\(removed), \(size)"
    case .failed(let failure): "\(path): not written: \(failure.cause)"
    }
  }

  fileprivate var document: JSONValue {
    let (name, added, removed): (JSONValue, Int, Int) =
      switch outcome {
      case .unchanged: ("unchanged", 0, 0)
      case .written(let added, let removed): ("written", added, removed)
      case .planned(let added, let removed): ("planned", added, removed)
      case .failed: ("failed", 0, 0)
      }
    var failure = JSONValue.null
    if case .failed(let reason) = outcome { failure = reason.document }
    return [
      "path": .string(path), "outcome": name, "entries": .integer(Int64(entries)),
      "objects": .integer(Int64(objects)), "added": .integer(Int64(added)),
      "removed": .integer(Int64(removed)), "failure": failure,
    ]
  }
}

/// What a report of resolved addresses did for one cluster.
struct GroupReport: Sendable {
  let cluster: String
  var results: [GroupResult] = []

  /// The groups that were written.
  var written: Int {
    results.count { if case .written = $0.outcome { true } else { false } }
  }

  /// Why NSX has not all of it; `nil` where it has.
  var shortfall: Failure? {
    results.lazy.compactMap { result -> Failure? in
      if case .failed(let failure) = result.outcome { failure } else { nil }
    }.first
  }

  /// A line for each group.
  var text: String { results.map { "\(cluster): \($0.text)\n" }.joined() }

  /// The report in JSON.
  var document: JSONValue {
    ["name": .string(cluster), "groups": .array(results.map(\.document))]
  }
}

extension ClusterAttempt<GroupReport> {
  /// Why NSX has not all groups of the cluster; `nil` where it has.
  var shortfall: Failure? { failure ?? value?.shortfall }
}
