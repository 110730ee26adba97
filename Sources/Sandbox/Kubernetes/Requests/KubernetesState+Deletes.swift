import Documents

extension KubernetesState {
  /// Deletes an object at once, or marks it where finalizers hold it.
  func delete(_ body: JSONValue, _ target: ResourceTarget, _ request: WriteRequest) throws
    -> WriteResult
  {
    let kind = target.kind
    let live = try existing(target)
    let name = target.name ?? ""
    if let uid = body.member(at: ["preconditions", "uid"])?.string,
      uid != live.text("metadata", "uid")
    {
      throw KubernetesFault.conflict(
        kind, name,
        "Precondition failed: UID in precondition: \(uid), UID in object meta: "
          + live.text("metadata", "uid"))
    }
    if let version = body.member(at: ["preconditions", "resourceVersion"])?.string,
      version != live.text("metadata", "resourceVersion")
    {
      throw KubernetesFault.conflict(
        kind, name,
        "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion "
          + "in record (\(live.text("metadata", "resourceVersion"))). The object might have been "
          + "modified")
    }
    try validateDeletion(live, kind, request.caller)
    if !request.dryRun { remove(live, kind) }
    // What finalizers hold comes back as it is now, marked; only what is gone is
    // answered with a Status.
    if !request.dryRun, let held = store.object(kind.groupResource, live.objectKey) {
      return WriteResult(object: held)
    }
    var details: JSONValue = ["name": .string(name), "kind": .string(kind.plural)]
    if !kind.group.isEmpty { details.setMember(at: ["group"], to: .string(kind.group)) }
    details.setMember(at: ["uid"], to: live.member(at: ["metadata", "uid"]))
    return WriteResult(
      object: [
        "kind": "Status", "apiVersion": "v1", "metadata": .object(JSONObject()),
        "status": "Success", "details": details,
      ])
  }

  /// Deletes every object that a list request would give.
  func deleteCollection(
    _ selected: [JSONValue], _ target: ResourceTarget, _ request: WriteRequest
  ) throws -> WriteResult {
    for object in selected { try validateDeletion(object, target.kind, request.caller) }
    if !request.dryRun {
      for object in selected { remove(object, target.kind) }
    }
    return WriteResult(
      object: [
        "kind": .string("\(target.kind.kind)List"),
        "apiVersion": .string(target.kind.groupVersion),
        "metadata": ["resourceVersion": .string(String(store.revision))],
        "items": .array(selected),
      ])
  }

  /// Removes an object; a namespace takes what is in it along.
  func remove(_ object: JSONValue, _ kind: ResourceKind) {
    if !object.list("metadata", "finalizers").isEmpty {
      var marked = object
      marked.setMember(at: ["metadata", "deletionTimestamp"], to: .string(timestamp))
      _ = store.put(kind.groupResource, marked)
      return
    }
    store.remove(kind.groupResource, object.objectKey)
    controller.forget(kind.groupResource, object)
    traffic.forget(object.text("metadata", "uid"))
    guard kind.kind == "Namespace" else { return }
    for other in catalogue.kinds where other.namespaced {
      for inner in store.list(other.groupResource)
      where inner.text("metadata", "namespace") == object.text("metadata", "name") {
        remove(inner, other)
      }
    }
  }
}
