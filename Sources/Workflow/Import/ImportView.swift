import Documents
import Failures
import Importing

/// One import as it is shown.
struct ImportView: Sendable {
  let cluster: String
  let delta: ImportDelta
  let findings: [ImportFinding]
  let proof: ImportProof.Outcome
  /// The references of the originals that will be deleted.
  var originals: [String] = []

  /// The plan in text.
  var text: String {
    var lines: [String] = []
    var source: String?
    for step in delta.steps where step.action != .unchanged {
      guard step.object.type == .group || step.object.type == .policy || step.action != .create
      else { continue }
      if step.source != source {
        source = step.source
        lines.append(step.source)
      }
      let changed = step.changed.isEmpty ? "" : " (\(step.changed.joined(separator: ", ")))"
      let number =
        step.object.document["sequence_number"].flatMap { value in
          step.object.type == .policy ? value.integer.map { ", number \($0)" } : nil
        } ?? ""
      lines.append(
        "  \(step.action.rawValue) \(step.object.type.rawValue) \"\(step.object.displayName)\"\(number)\(changed)"
      )
      lines.append("    \(step.object.path)")
    }
    for original in delta.interrupted {
      lines.append(
        originals.contains(original)
          ? "deletion of \(original) was begun before and did not succeed: tried again"
          : "deletion of \(original) was begun before and did not succeed: it is imported as if that had not been"
      )
    }
    if !delta.migrated.isEmpty {
      lines.append(
        "kept: \(delta.migrated.count) objects whose originals were deleted after their import")
    }
    for original in originals { lines.append("delete from the cluster: \(original)") }
    lines.append("\(cluster): \(summary)")
    lines.append(proofText)
    return lines.map { $0 + "\n" }.joined()
  }

  /// How much is done.
  var summary: String {
    "\(delta.policies.count) policies: "
      + ImportStep.Action.allCases.map {
        "\(delta.count($0)) to \($0 == .unchanged ? "keep" : $0.rawValue)"
      }.joined(separator: ", ")
  }

  private var proofText: String {
    switch proof {
    case .proved(let policies, let pods):
      "proved: \(policies) policies decide in NSX as they do now, over \(pods) pods and all addresses"
    case .notJudged(let reason): "not proved: \(reason)"
    case .refuted(let text, let count, _): "refuted: \(count) differences, the first: \(text)"
    }
  }

  /// The plan in JSON.
  ///
  /// - Parameter written: The number of objects that were written.
  func document(written: Int) -> JSONValue {
    let (outcome, detail): (JSONValue, JSONValue) =
      switch proof {
      case .proved: ("proved", .null)
      case .notJudged(let reason): ("not-judged", .string(reason))
      case .refuted(let text, _, _): ("refuted", .string(text))
      }
    var counts = JSONObject()
    for action in ImportStep.Action.allCases {
      counts[action.rawValue] = .integer(Int64(delta.count(action)))
    }
    return [
      "schemaVersion": 1, "cluster": .string(cluster),
      "policies": .integer(Int64(delta.policies.count)), "counts": .object(counts),
      "steps": .array(
        delta.steps.filter { $0.action != .unchanged }.map { step in
          [
            "action": .string(step.action.rawValue), "type": .string(step.object.type.rawValue),
            "path": .string(step.object.path), "displayName": .string(step.object.displayName),
            "source": .string(step.source), "changed": .array(step.changed.map { .string($0) }),
          ]
        }),
      "findings": .array(
        findings.map { finding in
          [
            "code": .string(finding.code.rawValue),
            "severity": .string(finding.code.isRefusal ? "error" : "info"),
            "source": .string(finding.source), "place": .string(finding.place),
            "message": .string(finding.message),
            "hint": finding.code.remedy.isEmpty ? .null : .string(finding.code.remedy),
          ]
        }),
      "proof": ["outcome": outcome, "detail": detail],
      "interrupted": .array(delta.interrupted.map { .string($0) }),
      "originals": .array(originals.map { .string($0) }), "written": .integer(Int64(written)),
    ]
  }
}

extension ImportConflict {
  /// Why nothing is written.
  var failure: Failure {
    switch reason {
    case .foreign:
      Failure(
        .refused, subject: path, cause: "exists and was not imported by this tool",
        remedy: "rename or delete it in NSX, then import again")
    case .locked(let user):
      Failure(
        .refused, subject: path, cause: "is locked by \(user)",
        remedy: "have it unlocked in NSX, then import again")
    case .otherSource(let uid):
      Failure(
        .refused, subject: path, cause: "was imported from another policy, \(uid)",
        remedy: "delete it in NSX, then import again")
    case .otherCluster(let old, let new?):
      Failure(
        .refused, subject: path,
        cause:
          "was imported from another cluster of this name: kube-system was \(old), and is \(new)",
        remedy:
          "give the configuration or context of the right cluster; if this one was built anew, say so by --rebuilt-cluster"
      )
    case .otherCluster(let old, nil):
      Failure(
        .permissionDenied, subject: path,
        cause:
          "was imported from the cluster whose kube-system is \(old), and which cluster this is cannot be told",
        remedy: "allow `get` of namespaces (examples/rbac.yaml)")
    case .otherName(let name):
      Failure(
        .refused, subject: path, cause: "was imported from this cluster under the name \(name)",
        remedy: "name the cluster so in the configuration, or delete that import in NSX")
    }
  }
}
