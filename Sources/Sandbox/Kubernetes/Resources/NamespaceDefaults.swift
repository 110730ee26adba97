import Documents

/// What an API server sets in every Namespace that it reads, from a request or
/// from its store (`SetDefaults_Namespace` of Kubernetes 1.21 and later).
enum NamespaceDefaults {
  private static let label = "kubernetes.io/metadata.name"

  /// The object with the label that bears its name; other kinds are as they are.
  static func applied(to object: JSONValue, _ kind: ResourceKind) -> JSONValue {
    let name = object.text("metadata", "name")
    guard kind.kind == "Namespace", kind.group.isEmpty, !name.isEmpty else { return object }
    var result = object
    result.setMember(at: ["metadata", "labels", label], to: .string(name))
    return result
  }
}
