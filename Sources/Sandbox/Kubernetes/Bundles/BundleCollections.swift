import Documents

extension ResourceCatalogue {
  /// SupportBundleCollection, in the version that Antrea serves it.
  static let bundles: [ResourceKind] = [
    ResourceKind(
      group: "crd.antrea.io", version: "v1alpha1", kind: "SupportBundleCollection",
      plural: "supportbundlecollections", shortNames: ["sbc"], hasStatus: true, isCustom: true,
      countsGenerations: true, schema: AntreaSchemas.open)
  ]
}

extension KubernetesState {
  private static let collections = "supportbundlecollections.crd.antrea.io"

  /// What Antrea's schema and webhook say about a new collection.
  func admitCollection(_ object: JSONValue) throws {
    for (field, path) in [
      ("fileServer", ["spec", "fileServer"]), ("authentication", ["spec", "authentication"]),
    ] where object.member(at: path) == nil {
      throw KubernetesFault(
        code: 422, reason: "Invalid",
        message: "SupportBundleCollection.crd.antrea.io is invalid: spec.\(field): Required value")
    }
    if object.member(at: ["spec", "nodes"]) == nil,
      object.member(at: ["spec", "externalNodes"]) == nil
    {
      throw KubernetesFault(
        code: 422, reason: "Invalid",
        message: "SupportBundleCollection.crd.antrea.io is invalid: spec: nodes or externalNodes")
    }
    guard options.bundles.collectsBundles else {
      throw KubernetesFault(
        code: 500, reason: "InternalError",
        message:
          "Internal error occurred: failed calling webhook \"supportbundlecollectionvalidator.antrea.io\": the server could not find the requested resource"
      )
    }
  }

  /// Lets antrea-controller go on with the collections that are read.
  func stepCollections(_ groupResource: String) {
    guard groupResource == Self.collections else { return }
    for object in store.list(Self.collections) {
      let name = object.text("metadata", "name")
      let isDone = object.list("status", "conditions").contains {
        $0.text("type") == "Completed" && $0.text("status") == "True"
      }
      if isDone { continue }
      let reads = collectionReads[name, default: 0]
      collectionReads[name] = reads + 1
      var changed = object
      changed.setMember(
        at: ["status"], to: status(isOver: reads >= options.bundles.readsUntilReady, of: object))
      _ = store.put(Self.collections, changed)
    }
  }

  private func status(isOver: Bool, of object: JSONValue) -> JSONValue {
    let wanted = object.list("spec", "nodes", "nodeNames").compactMap(\.string)
    let nodes = store.list("nodes").map { $0.text("metadata", "name") }
      .filter { wanted.isEmpty || wanted.contains($0) }
    let failed = nodes.filter { options.bundles.failingNodes.contains($0) }
    func condition(_ type: String, _ holds: Bool, _ reason: String = "", _ message: String = "")
      -> JSONValue
    {
      [
        "type": .string(type), "status": holds ? "True" : "False",
        "lastTransitionTime": .string(timestamp), "reason": .string(reason),
        "message": .string(message),
      ]
    }
    var conditions = [condition("Started", true)]
    if isOver {
      conditions += [
        condition("BundleCollected", failed.count < nodes.count),
        failed.isEmpty
          ? condition("CollectionFailure", false)
          : condition(
            "CollectionFailure", true, "InternalError",
            "Failed Agent count: \(failed.count), \"failed to upload\":[\(failed.joined(separator: ", "))]"
          ),
        condition("Completed", true),
      ]
    }
    return [
      "desiredNodes": .integer(Int64(nodes.count)),
      "collectedNodes": .integer(isOver ? Int64(nodes.count - failed.count) : 0),
      "conditions": .array(conditions),
    ]
  }
}
