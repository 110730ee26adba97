import Documents

/// The parameters that all writes share.
struct WriteRequest: Sendable {
  /// Who writes.
  var caller: KubernetesState.Caller
  /// Whether nothing is stored.
  var dryRun = false
  /// `Strict`, `Warn` or `Ignore`.
  var fieldValidation = "Warn"
  /// `fieldManager`; empty for the default.
  var fieldManager = ""
  /// `force` of an apply.
  var force = false

  /// The manager that an update or apply is recorded under.
  func manager(_ operation: String, _ target: ResourceTarget) -> ManagedFields.Manager {
    var name = fieldManager
    if name.isEmpty {
      name = caller.agent.split(separator: "/").first.map(String.init) ?? "unknown"
    }
    return ManagedFields.Manager(
      name: name, operation: operation, apiVersion: target.kind.groupVersion,
      subresource: target.subresource ?? "")
  }
}

/// What a write gives back.
struct WriteResult: Sendable {
  /// The HTTP status.
  var status = 200
  /// The object.
  var object: JSONValue
  /// Texts for `Warning` headers.
  var warnings: [String] = []
}
