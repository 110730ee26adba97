import Documents

/// Names one object of a resource.
struct ObjectKey: Sendable, Hashable, Comparable {
  /// The namespace; empty for an object of cluster scope.
  let namespace: String
  /// The name.
  let name: String

  /// The order of etcd's keys, hence of lists.
  static func < (left: Self, right: Self) -> Bool {
    let order = utf8Order(left.namespace, right.namespace)
    return order != 0 ? order < 0 : utf8Order(left.name, right.name) < 0
  }
}

extension JSONValue {
  /// The key of an object by its metadata.
  var objectKey: ObjectKey {
    ObjectKey(namespace: text("metadata", "namespace"), name: text("metadata", "name"))
  }
}
