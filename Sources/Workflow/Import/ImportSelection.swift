import AntreaModel
import Failures
import Importing

/// Which policies of a cluster are imported.
struct ImportSelection: Sendable {
  /// The policies that were chosen.
  var chosen: [ImportSource] = []
  /// The uids of those in the namespaces that were not.
  var others: Set<String> = []
  /// The policies that cannot be told from a later one of their name.
  var nameless: [ImportFinding] = []

  init(_ objects: [KubernetesObject], _ request: ImportRequest) throws {
    let labels = try Self.requirements(request.selector)
    let namespaces = request.isEverywhere ? nil : Set(request.namespaces)
    for object in objects where Self.isPolicy(object) {
      if object.kind == "ClusterNetworkPolicy" {
        guard namespaces == nil else { continue }
      } else {
        guard namespaces?.contains(object.namespace ?? "default") ?? true else { continue }
      }
      guard let source = ImportSource(object, isOffline: request.isOffline) else {
        nameless.append(
          ImportFinding(
            .noIdentity, source: "\(object.reference)", message: "metadata.uid is missing"))
        continue
      }
      let isNamed = request.names.isEmpty || request.names.contains(object.name)
      let isLabelled = labels.allSatisfy { key, value in
        object.labels[key].map { value == nil || value == $0 } ?? false
      }
      let isMeant = request.includesAntrea || !source.isAntrea
      if isMeant, isNamed, isLabelled { chosen.append(source) } else { others.insert(source.uid) }
    }
    chosen.sort { $0.reference < $1.reference }
  }

  /// Policies of Kubernetes, and those of Antrea that were not made from NSX.
  private static func isPolicy(_ object: KubernetesObject) -> Bool {
    switch (object.reference.group, object.kind) {
    case ("networking.k8s.io", "NetworkPolicy"): true
    case ("crd.antrea.io", "NetworkPolicy"), ("crd.antrea.io", "ClusterNetworkPolicy"):
      object.labels[Ownership.managedByLabel] != Ownership.managedByValue
        && object.labels[Ownership.vendorLabel] == nil
    default: false
    }
  }

  /// `key=value,key`: all must hold.
  private static func requirements(_ text: String?) throws -> [(String, String?)] {
    guard let text else { return [] }
    return try text.split(separator: ",", omittingEmptySubsequences: false).map { part in
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = halves.count == 2 ? String(halves[1]) : nil
      guard LabelSyntax.isQualifiedName(String(halves[0])),
        value.map({ LabelSyntax.isValue($0) }) ?? true
      else {
        throw Failure(
          .usage, subject: "--selector \(text)", cause: "`\(part)` is neither key=value nor a key")
      }
      return (String(halves[0]), value)
    }
  }
}
