import AntreaModel
import Documents

/// The fields of a Lease that count.
struct LeaseDocument: Sendable {
  /// The whole object.
  private(set) var document: JSONValue

  /// Takes a Lease that was read.
  init(_ object: KubernetesObject) { document = object.document }

  /// A Lease that nobody holds.
  init(namespace: String, name: String) {
    document = [
      "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "spec": ["leaseTransitions": 0],
    ]
  }

  /// Who holds it; empty for nobody.
  var holder: String { document[path: "spec", "holderIdentity"]?.string ?? "" }
  /// When it was taken.
  var acquired: String? { document[path: "spec", "acquireTime"]?.string }
  /// When it was renewed last.
  var renewed: String? { document[path: "spec", "renewTime"]?.string }
  /// After how many seconds without renewal it may be taken; `nil` for never:
  /// what does not say is not stolen.
  var duration: Int64? { document[path: "spec", "leaseDurationSeconds"]?.integer }
  /// What changes with every renewal.
  var version: String? { document[path: "metadata", "resourceVersion"]?.string }

  /// Whether it has expired if its holder's clock and ours agree.
  func looksExpired(at seconds: Int64) -> Bool {
    guard let duration, let renewed = renewed.flatMap({ Timestamp.seconds($0) }) else {
      return false
    }
    return renewed + duration < seconds
  }

  /// Takes or renews it.
  mutating func take(by holder: String, for duration: Int64, at seconds: Int64) {
    let time = JSONValue.string(Timestamp.text(seconds))
    if self.holder != holder {
      // A Lease that was never held before has had no transition.
      if acquired != nil {
        let transitions = document[path: "spec", "leaseTransitions"]?.integer ?? 0
        set("leaseTransitions", .integer(transitions + 1))
      }
      set("acquireTime", time)
    }
    set("holderIdentity", .string(holder))
    set("leaseDurationSeconds", .integer(duration))
    set("renewTime", time)
  }

  /// Gives it back, in the way of client-go.
  mutating func free(at seconds: Int64) {
    set("holderIdentity", "")
    set("leaseDurationSeconds", 1)
    set("renewTime", .string(Timestamp.text(seconds)))
  }

  private mutating func set(_ key: String, _ value: JSONValue) {
    guard var object = document.object else { return }
    object.update("spec") { spec in
      var members = spec.object ?? JSONObject()
      members[key] = value
      spec = .object(members)
    }
    document = .object(object)
  }
}
