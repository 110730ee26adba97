import Documents

/// Which Kubernetes cluster an inventory describes: the uid of its namespace
/// `kube-system`. A cluster that was built anew has another one.
public enum InventoryIdentity {
  /// The Namespace that every cluster has as long as it lives.
  public static let namespace = "kube-system"

  /// The uids of the cluster that an inventory describes; empty where nothing
  /// tells it.
  ///
  /// What was written into the ContainerCluster counts, else the projects of
  /// the name, which inventories of other tools have too.
  ///
  /// - Parameter current: The inventory as NSX lists it, or part of it.
  public static func recorded(in current: [JSONValue]) -> Set<String> {
    var projects: Set<String> = []
    for object in current {
      switch object["resource_type"]?.string.flatMap(InventoryType.init) {
      case .cluster:
        let property = object["origin_properties"]?.array?.first {
          $0["key"]?.string == InventoryOrigin.identityKey
        }
        if let uid = property?["value"]?.string { return [uid] }
      case .project where object["display_name"]?.string == namespace:
        if let uid = object["external_id"]?.string { projects.insert(uid) }
      default: break
      }
    }
    return projects
  }
}
