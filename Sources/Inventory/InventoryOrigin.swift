import Documents

/// The key in `origin_properties` by which we know what we have created in
/// NSX, and how the properties of several reports live together.
public enum InventoryOrigin {
  /// Key of the mark. It is written when an object is created and never added
  /// later: an object that another principal created stays its own, also
  /// where we have changed it since.
  public static let markKey = "reported_by"
  /// Value of the mark.
  public static let markValue = "nsx-antrea"
  /// Key of the property of a ContainerCluster that tells which Kubernetes
  /// cluster it describes.
  static let identityKey = "cluster_uid"
  /// Key of the property of a ContainerCluster with its version of Antrea.
  static let versionKey = "antrea_version"

  /// Whether we have created an object that NSX lists.
  public static func isOurs(_ object: JSONValue) -> Bool {
    (object["origin_properties"]?.array ?? []).contains { isMark($0) }
  }

  private static func isMark(_ property: JSONValue) -> Bool {
    property["key"]?.string == markKey && property["value"]?.string == markValue
  }

  /// An object as it is created: with the mark.
  static func marked(_ object: JSONObject) -> JSONObject {
    var result = object
    let others = (object["origin_properties"]?.array ?? []).filter { !isMark($0) }
    result["origin_properties"] = sorted(
      others + [["key": .string(markKey), "value": .string(markValue)]])
    return result
  }

  /// The properties that an object of NSX gets: the wanted ones, the mark and
  /// what it tells of the cluster if it has them, and those of other reports that the wanted ones do not name. Of
  /// an object that another principal created all others stay too.
  static func merged(_ wanted: JSONValue, into present: JSONValue?) -> JSONValue {
    let list = wanted.array ?? []
    let named = Set(list.compactMap { $0["key"]?.string })
    let isOurs = (present?.array ?? []).contains { isMark($0) }
    let kept = (present?.array ?? []).filter { property in
      guard let key = property["key"]?.string, !named.contains(key) else { return false }
      return !isOurs || isMark(property) || key == identityKey || key == versionKey
        || InventoryObservations.isKept(key)
    }
    return kept.isEmpty ? wanted : sorted(list + kept)
  }

  private static func sorted(_ list: [JSONValue]) -> JSONValue {
    .array(list.sorted { utf8Order($0["key"]?.string ?? "", $1["key"]?.string ?? "") < 0 })
  }
}
