import Documents

/// Imported policies as a snapshot document, as a pull would read them back: what
/// a translation and a proof take.
public enum ImportSnapshot {
  /// The document.
  ///
  /// - Parameter order: gives the `internal_sequence_number` of a policy's path
  ///   and `sequence_number`; `nil` leaves it out.
  public static func document(
    _ policies: [ImportedPolicy], scope: ImportScope, order: ((String, Int64) -> Int64)? = nil
  ) -> JSONValue {
    var objects: [JSONValue] = [
      [
        "resource_type": "ClusterControlPlane",
        "id": .string(scope.controlPlane.split(separator: "/").last.map(String.init) ?? ""),
        "display_name": .string(scope.cluster), "node_type": "ANTREA_NODE",
        "path": .string(scope.controlPlane),
      ]
    ]
    for policy in policies {
      objects += policy.groups.map { placed($0, parent: nil) }
      for section in policy.sections {
        var document = placed(section.policy, parent: nil).object ?? JSONObject()
        document["rules"] = .array(
          section.rules.map { placed($0, parent: section.policy.path) })
        if let order, let number = document["sequence_number"]?.integer {
          document["internal_sequence_number"] = .integer(order(section.policy.path, number))
        }
        objects.append(.object(document))
        objects.append(placed(section.span, parent: section.policy.path))
      }
    }
    return [
      "format": "nsx-snapshot/1", "manager": "", "complete": true, "objects": .array(objects),
      "memberIPs": [:],
    ]
  }

  private static func placed(_ object: ImportObject, parent: String?) -> JSONValue {
    var document = object.document.object ?? JSONObject()
    document["path"] = .string(object.path)
    if let parent { document["parent_path"] = .string(parent) }
    return .object(document)
  }
}
