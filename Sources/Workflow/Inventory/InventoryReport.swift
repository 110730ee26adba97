import Documents
import Failures
import Inventory

/// What a report of one cluster's inventory did, or would do.
struct InventoryReport: Sendable {
  /// How many objects of a type are created, updated and deleted.
  struct Count: Sendable, Hashable {
    var creates = 0
    var updates = 0
    var deletes = 0
  }

  /// One change in words.
  struct Line: Sendable, Hashable {
    let kind: InventoryUpdate.Kind
    let type: InventoryType
    let id: String
    let name: String
    /// The members that an update changes.
    let members: [String]
  }

  /// Name of the cluster.
  let cluster: String
  /// `external_id` of its ContainerCluster.
  let id: String
  /// Whether nothing was sent on purpose.
  let isDryRun: Bool
  /// By type, in the order of creation.
  private(set) var counts: [InventoryType: Count] = [:]
  /// The changes, in order.
  private(set) var lines: [Line] = []
  /// How many changes NSX took.
  var accepted = 0
  /// What NSX did not take.
  var problems: [String] = []
  /// Type and name of the objects that NSX refused to create, by external id.
  var refused: [String: String] = [:]
  /// Names by external id, for changes that carry none.
  let names: [String: String]
  /// What ended the report early.
  var failure: Failure?
  /// What was cut or left out.
  var notes: [InventoryNote] = []
  /// The kinds that were not read.
  var gaps: [InventorySource.Gap] = []
  /// Objects of other principals that Kubernetes does not have.
  var foreign: [JSONValue] = []
  /// Why NSX has not all of it; `nil` where it has.
  var shortfall: Failure? {
    guard !problems.isEmpty else { return nil }
    return Failure(
      accepted > 0 ? .partial : failure?.kind ?? .failed, subject: "cluster \(cluster)",
      cause: "the inventory was not reported whole",
      remedy: failure?.kind == .permissionDenied
        ? "a right is missing, or another principal created this inventory; see docs/inventory.md"
        : "the warnings above tell what was refused; the next report sends it again")
  }

  /// Creates a report of changes.
  ///
  /// - Parameter names: Names by external id, for changes that carry none.
  init(
    cluster: String, id: String, isDryRun: Bool, updates: [InventoryUpdate],
    names: [String: String]
  ) {
    self.cluster = cluster
    self.id = id
    self.isDryRun = isDryRun
    self.names = names
    for update in updates {
      add(
        update.kind, update.type, id: update.externalID,
        name: update.object["display_name"]?.string ?? names[update.externalID] ?? "",
        members: update.object.object?.keys ?? [])
    }
  }

  /// Counts a change.
  mutating func add(
    _ kind: InventoryUpdate.Kind, _ type: InventoryType, id: String, name: String,
    members: [String] = []
  ) {
    switch kind {
    case .create: counts[type, default: Count()].creates += 1
    case .update: counts[type, default: Count()].updates += 1
    case .delete: counts[type, default: Count()].deletes += 1
    }
    let changed = kind == .update ? members.filter { !Self.identity.contains($0) } : []
    lines.append(Line(kind: kind, type: type, id: id, name: name, members: changed))
  }

  private static let identity: Set<String> = ["external_id", "resource_type"]

  /// All types together.
  var total: Count {
    counts.values.reduce(into: Count()) {
      $0.creates += $1.creates
      $0.updates += $1.updates
      $0.deletes += $1.deletes
    }
  }

  /// Names by external id of objects as NSX or the mapper has them.
  static func names(_ objects: [JSONValue]...) -> [String: String] {
    var result: [String: String] = [:]
    for object in objects.joined() {
      if let id = object["external_id"]?.string, let name = object["display_name"]?.string {
        result[id] = name
      }
    }
    return result
  }
}
