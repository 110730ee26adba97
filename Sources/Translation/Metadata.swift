import AntreaModel
import NSXModel

/// Labels and annotations of rendered objects.
enum Metadata {
  /// The metadata of the object that is made from an NSX object.
  static func of(_ object: some NSXObject, owner: String) -> ObjectMetadata {
    make(
      name: Naming.object(id: object.id, path: object.path), path: object.path,
      displayName: object.displayName, owner: owner)
  }

  /// Metadata with our labels and annotations.
  static func make(
    name: String, path: String, displayName: String, owner: String
  ) -> ObjectMetadata {
    ObjectMetadata(
      name: name,
      labels: [
        Ownership.managedByLabel: Ownership.managedByValue, Ownership.ownerLabel: owner,
      ],
      annotations: [
        Ownership.pathAnnotation: path, Ownership.displayNameAnnotation: displayName,
      ])
  }
}
