import Documents

/// One resource that the API serves: its names, its scope and its schema.
struct ResourceKind: Sendable {
  /// The API group; empty for the core group.
  let group: String
  /// The served (and stored) version.
  let version: String
  /// The kind.
  let kind: String
  /// The plural, which stands in paths.
  let plural: String
  /// The short names of `kubectl`.
  var shortNames: [String] = []
  /// Whether objects live in a namespace.
  var namespaced = false
  /// Whether there is a `/status` subresource.
  var hasStatus = false
  /// Whether a CustomResourceDefinition declares it: pruning, schema
  /// validation and no strategic merge.
  var isCustom = false
  /// Whether `metadata.generation` counts changes of the spec.
  var countsGenerations = false
  /// The verbs, as discovery lists them.
  var verbs = [
    "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
  ]
  /// The columns of `kubectl get` behind NAME and before AGE.
  var columns: [PrinterColumn] = []
  /// Whether AGE is the last column.
  var showsAge = true
  /// The structural schema of a custom resource.
  var schema: JSONValue?

  /// `group/version`, or the version alone in the core group.
  var groupVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
  /// `plural.group`, or the plural alone in the core group: unique.
  var groupResource: String { group.isEmpty ? plural : "\(plural).\(group)" }
  /// `Kind.group`, as validation errors name it.
  var groupKind: String { group.isEmpty ? kind : "\(kind).\(group)" }
  /// The singular name.
  var singular: String { kind.lowercased() }
  /// `group/version, Kind=Kind`, as Go prints it.
  var goDescription: String { "\(groupVersion), Kind=\(kind)" }
}

/// One column of a server-side table.
struct PrinterColumn: Sendable {
  /// The heading.
  let name: String
  /// The OpenAPI type of the cells.
  let type: String
  /// The dotted path of the cell's value.
  let path: [String]
  /// 0 for always, 1 for `-o wide` only.
  var priority = 0

  /// Creates a column from a dotted path such as `.spec.priority`.
  init(_ name: String, type: String = "string", _ path: String, priority: Int = 0) {
    self.name = name
    self.type = type
    self.path = path.split(separator: ".").map(String.init)
    self.priority = priority
  }
}

/// What a request path names.
struct ResourceTarget: Sendable {
  /// The resource.
  let kind: ResourceKind
  /// The namespace in the path.
  var namespace: String?
  /// The object's name.
  var name: String?
  /// `status` or another subresource.
  var subresource: String?

  /// Whether a token of a ServiceAccount is asked for.
  var isTokenRequest: Bool {
    kind.groupResource == "serviceaccounts" && subresource == "token" && name != nil
  }

  /// Whether it is the log of a pod.
  var isPodLog: Bool { kind.groupResource == "pods" && subresource == "log" && name != nil }

  /// The resource as RBAC names it: `pods/log`.
  var resource: String { subresource.map { "\(kind.plural)/\($0)" } ?? kind.plural }
}
