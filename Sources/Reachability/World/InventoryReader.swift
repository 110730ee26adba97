import AntreaModel
import Documents

/// Reads Kubernetes objects into an inventory.
struct InventoryReader {
  /// A pod whose namespace and Services may not have been read yet.
  struct PendingPod {
    var workload: Workload
    /// The names of the pod under a headless Service.
    var hostname: String
    var subdomain: String?
  }

  let clusterDomain: String
  var inventory = ClusterInventory()
  var pods: [PendingPod] = []
  /// The Services whose names lead to the pods' own addresses.
  var headless: Set<KubernetesService.Name> = []
  /// Objects that were read, by `Kind/namespace/name`.
  private var seen: Set<String> = []

  init(clusterDomain: String) { self.clusterDomain = clusterDomain }

  /// Reads an object, or each element of a list. The elements of a typed list
  /// (`PodList`) do not name their kind.
  mutating func read(_ document: JSONValue) {
    guard let kind = document["kind"]?.string else {
      note("document", "names no kind")
      return
    }
    guard let items = document["items"]?.array, kind.hasSuffix("List") else {
      read(document, kind: kind, version: document["apiVersion"]?.string ?? "")
      return
    }
    let typed = String(kind.dropLast(4))
    for item in items {
      guard let own = item["kind"]?.string ?? (typed.isEmpty ? nil : typed) else {
        note("document", "names no kind")
        continue
      }
      read(item, kind: own, version: (item["apiVersion"] ?? document["apiVersion"])?.string ?? "")
    }
  }

  private mutating func read(_ document: JSONValue, kind: String, version: String) {
    // Other groups have kinds of these names, for example Knative's Service.
    guard version == "v1", ["Pod", "Namespace", "Service", "Node"].contains(kind) else { return }
    let fields = InventoryFields(kind: kind, document)
    guard let name = fields.name, kind == "Namespace" || kind == "Node" || fields.namespace != nil
    else {
      note(fields.reference, "has no name or no namespace")
      return
    }
    guard seen.insert(fields.reference).inserted else {
      note(fields.reference, "is there twice: the first counts")
      return
    }
    switch kind {
    case "Pod": pod(name, fields)
    case "Namespace":
      var labels = labels(fields)
      labels[Workload.namespaceNameLabel] = name
      inventory.namespaces[name] = labels
    case "Service": service(name, fields)
    default: node(name, fields)
    }
  }

  mutating func note(_ object: String, _ reason: String) {
    inventory.problems.append(ClusterInventory.Problem(object: object, reason: reason))
  }

  mutating func labels(_ fields: InventoryFields) -> [String: String] {
    var result: [String: String] = [:]
    for member in fields.metadata?["labels"]?.object?.members ?? [] {
      if let value = member.value.string {
        result[member.key] = value
      } else {
        note(fields.reference, "the label \(member.key) is no string")
      }
    }
    return result
  }

  /// An address of an object; `nil` with a note where it is none.
  mutating func address(_ text: String, _ fields: InventoryFields) -> IPAddress? {
    if let address = IPAddress(text) { return address }
    note(fields.reference, "\(text) is no address")
    return nil
  }
}

/// The parts of an object that every kind has.
struct InventoryFields {
  let kind: String
  let document: JSONValue
  let metadata: JSONValue?

  init(kind: String, _ document: JSONValue) {
    self.kind = kind
    self.document = document
    metadata = document["metadata"]
  }

  var name: String? { text(metadata, "name") }
  var namespace: String? { text(metadata, "namespace") }

  /// `Kind/name` or `Kind/namespace/name`.
  var reference: String {
    namespace.map { "\(kind)/\($0)/\(name ?? "")" } ?? "\(kind)/\(name ?? "")"
  }

  /// A string that is not empty.
  func text(_ value: JSONValue?, _ key: String) -> String? {
    let text = value?[key]?.string
    return text?.isEmpty == false ? text : nil
  }
}
