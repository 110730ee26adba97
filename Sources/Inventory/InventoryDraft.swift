import AntreaModel
import Documents

/// An object of NSX in the making, and what of it does not fit.
struct InventoryDraft {
  let type: InventoryType
  let id: String
  /// The Kubernetes object; `nil` for the cluster.
  let source: KubernetesObject?
  private let name: String
  private(set) var members = JSONObject()
  private(set) var notes: [InventoryNote] = []

  /// Begins an object; `nil` without a uid.
  init?(_ type: InventoryType, _ source: KubernetesObject, cluster: InventoryCluster) {
    guard let uid = source.uid, !uid.isEmpty else { return nil }
    self.init(type, id: uid, source: source, name: source.reference.description)
    self["container_cluster_id"] = .string(cluster.id)
    text("display_name", source.name, limit: 255)
    tags(source.labels)
    if type.hasHealth { health([]) }
  }

  /// Begins the object of a cluster.
  init(cluster: InventoryCluster) {
    self.init(.cluster, id: cluster.id, source: nil, name: "Cluster/\(cluster.name)")
    text("display_name", cluster.name, limit: 255)
  }

  /// Begins an object that NSX has.
  init(_ type: InventoryType, id: String) {
    self.init(type, id: id, source: nil, name: id)
  }

  private init(_ type: InventoryType, id: String, source: KubernetesObject?, name: String) {
    self.type = type
    self.id = id
    self.source = source
    self.name = name
    members["resource_type"] = .string(type.rawValue)
    members["external_id"] = .string(id)
  }

  subscript(member: String) -> JSONValue? {
    get { members[member] }
    set { members[member] = newValue }
  }

  mutating func note(_ code: InventoryNote.Code, _ member: String, _ text: String) {
    notes.append(
      InventoryNote(
        code: code, type: type, externalID: id, object: name, member: member, text: text))
  }

  /// A text cut to a number of characters, which NSX counts.
  mutating func fitting(_ text: String, limit: Int, _ member: String) -> String {
    let result = InventoryText.prefix(text, limit)
    if result.utf8.count < text.utf8.count {
      note(
        .textCut, member,
        "\(text.unicodeScalars.count) characters, NSX takes \(limit): `\(InventoryText.prefix(text, 40))…`"
      )
    }
    return result
  }

  /// Sets a text; `nil` sets nothing.
  mutating func text(_ member: String, _ value: String?, limit: Int) {
    guard let value else { return }
    self[member] = .string(fitting(value, limit: limit, member))
  }

  /// Sets a list of texts.
  mutating func texts(_ member: String, _ list: [String]) {
    self[member] = .array(list.map { .string($0) })
  }

  /// Sets the tags of labels.
  mutating func tags(_ labels: [String: String]) {
    let sorted = labels.sorted { utf8Order($0.key, $1.key) < 0 }
    let room = InventoryText.maximumTags(type)
    if sorted.count > room {
      let dropped = sorted.dropFirst(room).map { "`\($0.key)`" }
      note(
        .labelsLeftOut, "tags",
        "\(sorted.count) labels, \(room) are sent; left out: \(dropped.joined(separator: ", "))")
    }
    var list: [JSONValue] = []
    for (key, value) in sorted.prefix(room) {
      let scope = InventoryText.scope(of: key)
      let tag = InventoryText.prefix(value, InventoryText.maximumTag)
      if scope != InventoryText.scopePrefix + key {
        note(.labelCut, "tags", "the key `\(InventoryText.prefix(key, 40))…` became `\(scope)`")
      }
      if tag != value { note(.labelCut, "tags", "the value of `\(key)` is cut") }
      list.append(["scope": .string(scope), "tag": .string(tag)])
    }
    self["tags"] = .array(list)
  }

  /// Sets `network_status` and `network_errors`; an empty list clears what NSX
  /// had.
  mutating func health(_ messages: [String], isHealthy: Bool? = nil) {
    health(
      isHealthy: isHealthy ?? messages.isEmpty,
      messages.map { InventoryObservation.Problem(message: $0) })
  }

  /// Sets `network_status` and `network_errors`, each message once.
  mutating func health(isHealthy: Bool, _ problems: [InventoryObservation.Problem]) {
    self["network_status"] = isHealthy ? "HEALTHY" : "UNHEALTHY"
    var list: [JSONValue] = []
    var seen: Set<String> = []
    for problem in isHealthy ? [] : problems {
      let message = fitting(
        problem.message, limit: InventoryText.maximumMessage, "network_errors")
      guard !message.isEmpty, seen.insert(message).inserted else { continue }
      var error = JSONObject()
      error["error_code"] = problem.code.map { .string($0) }
      error["error_message"] = .string(message)
      error["spec"] = problem.details.map { .string($0) }
      list.append(.object(error))
    }
    self["network_errors"] = .array(list)
  }

  /// Sets `origin_properties`, sorted by key.
  mutating func properties(_ texts: [String: String?]) {
    var list: [JSONValue] = []
    for (key, value) in texts.sorted(by: { utf8Order($0.key, $1.key) < 0 }) {
      guard let value else { continue }
      list.append([
        "key": .string(fitting(key, limit: 255, "origin_properties")),
        "value": .string(fitting(value, limit: 1024, "origin_properties.\(key)")),
      ])
    }
    self["origin_properties"] = .array(list)
  }

  /// Sets the spec as YAML, cut at a line where it is too long.
  mutating func spec() {
    let (text, rest) = InventoryText.spec(of: source?.document["spec"] ?? [:])
    if rest > 0 { note(.specCut, "spec", "the last \(rest) bytes are left out") }
    self["spec"] = .string(text)
  }

  /// Sets what an observation says.
  mutating func observe(_ observation: InventoryObservation) {
    if let isHealthy = observation.isHealthy {
      health(isHealthy: isHealthy, observation.problems)
    }
    guard !observation.properties.isEmpty else { return }
    let old = (self["origin_properties"]?.array ?? []).map {
      ($0["key"]?.string ?? "", $0["value"]?.string)
    }
    properties(
      Dictionary(old, uniquingKeysWith: { first, _ in first })
        .merging(observation.properties.mapValues { $0 }) { $1 })
  }

  /// The finished object.
  var value: JSONValue { .object(members) }
}
