import Documents

/// How the objects of an inventory refer to each other.
public enum InventoryReferences {
  private static let members = [
    "cluster_node_id", "container_project_id", "container_application_ids",
  ]

  /// The external ids of the Node, project and applications that an object
  /// belongs to, with the members that name them.
  static func ids(in object: JSONValue) -> [(member: String, id: String)] {
    members.flatMap { member in
      (object[member]?.array ?? [object[member]].compactMap { $0 }).compactMap { value in
        value.string.map { (member: member, id: $0) }
      }
    }
  }

  /// What an object refers to that NSX refused, for people; `nil` for nothing.
  ///
  /// - Parameter refused: Type and name of each refused object, by external id.
  public static func text(of object: JSONValue, refused: [String: String]) -> String? {
    let names = ids(in: object).compactMap { refused[$0.id] }
    return names.isEmpty ? nil : "it refers to \(names.joined(separator: " and "))"
  }

  /// A note for each object that NSX has and that refers to others that NSX
  /// refused.
  ///
  /// - Parameters:
  ///   - refused: Type and name of each refused object, by external id.
  ///   - objects: The inventory as it should be.
  public static func notes(
    refused: [String: String], among objects: [JSONValue]
  ) -> [InventoryNote] {
    guard !refused.isEmpty else { return [] }
    return objects.flatMap { object -> [InventoryNote] in
      guard let type = object["resource_type"]?.string.flatMap(InventoryType.init),
        let id = object["external_id"]?.string, refused[id] == nil
      else { return [] }
      return ids(in: object).compactMap { reference in
        guard let name = refused[reference.id] else { return nil }
        return InventoryNote(
          code: .referenceRefused, type: type, externalID: id,
          object: "\(type.rawValue) \(object["display_name"]?.string ?? id)",
          member: reference.member, text: "\(name), to which it refers, was refused")
      }
    }
  }
}
