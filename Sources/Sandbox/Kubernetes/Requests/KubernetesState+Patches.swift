import Documents

extension KubernetesState {
  /// Patches an object in the format of a content type.
  func patch(
    _ body: JSONValue, type: String, _ target: ResourceTarget, _ request: WriteRequest
  ) throws -> WriteResult {
    switch type {
    case "application/apply-patch+yaml": return try apply(body, target, request)
    case "application/merge-patch+json":
      let live = try existing(target)
      return try replacePatched(JSONPatches.merge(body, into: live), live, target, request)
    case "application/json-patch+json":
      let live = try existing(target)
      return try replacePatched(try JSONPatches.apply(body, to: live), live, target, request)
    case "application/strategic-merge-patch+json" where !target.kind.isCustom:
      let live = try existing(target)
      let merged = JSONPatches.merge(JSONPatches.withoutDirectives(body), into: live)
      return try replacePatched(merged, live, target, request)
    default:
      var supported = ["application/json-patch+json", "application/merge-patch+json"]
      if !target.kind.isCustom { supported.append("application/strategic-merge-patch+json") }
      throw KubernetesFault.unsupportedMediaType(
        type, supported + ["application/apply-patch+yaml"])
    }
  }

  private func replacePatched(
    _ patched: JSONValue, _ live: JSONValue, _ target: ResourceTarget, _ request: WriteRequest
  ) throws -> WriteResult {
    try commit(
      try addressed(patched, target), over: live, target, request,
      manager: request.manager("Update", target))
  }

  /// Server-side apply; creates the object when it is missing.
  private func apply(
    _ body: JSONValue, _ target: ResourceTarget, _ request: WriteRequest
  ) throws -> WriteResult {
    guard !request.fieldManager.isEmpty else {
      throw KubernetesFault(
        code: 422, reason: "Invalid",
        message: "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is "
          + "required for apply patch",
        group: "meta.k8s.io", kind: "PatchOptions",
        causes: [
          .init(
            reason: "FieldValueRequired", message: "Required value: is required for apply patch",
            field: "fieldManager")
        ])
    }
    if body.list("metadata", "managedFields").isEmpty == false {
      throw KubernetesFault.badRequest("metadata.managedFields must be nil")
    }
    var configuration = try addressed(body, target)
    let kind = target.kind
    if let schema = kind.schema { try refuseUndeclared(configuration, schema, kind) }
    let live = try? existing(target)
    if live == nil, target.subresource != nil { _ = try existing(target) }
    let sentVersion = configuration.member(at: ["metadata", "resourceVersion"])
    configuration.setMember(at: ["metadata", "resourceVersion"], to: nil)
    try refuseOtherUID(&configuration, live, target)
    if target.subresource == nil, kind.hasStatus, kind.isCustom {
      configuration.setMember(at: ["status"], to: nil)
    }
    let apply = ServerSideApply(
      manager: request.manager("Apply", target), force: request.force, time: timestamp)
    if let live, let sentVersion,
      sentVersion != live.member(at: ["metadata", "resourceVersion"])
    {
      throw KubernetesFault.conflict(kind, target.name ?? "", KubernetesFault.modified)
    }
    let merged = try apply.merge(configuration, into: live)
    var result = try commit(merged, over: live, target, request, manager: nil)
    if live == nil { result.status = 201 }
    return result
  }

  /// An apply that names a uid is about that object and no other: where it is gone
  /// nothing is made anew.
  private func refuseOtherUID(
    _ configuration: inout JSONValue, _ live: JSONValue?, _ target: ResourceTarget
  ) throws {
    guard let uid = configuration.member(at: ["metadata", "uid"])?.string else { return }
    configuration.setMember(at: ["metadata", "uid"], to: nil)
    let found = live?.member(at: ["metadata", "uid"])?.string
    guard found != uid else { return }
    throw KubernetesFault.conflict(
      target.kind, target.name ?? "",
      "uid mismatch: the provided object specified uid \(uid), and "
        + (found.map { "the existing object has uid \($0)" } ?? "no existing object was found"))
  }

  /// An apply names no field that the schema lacks, whatever `fieldValidation`
  /// says: the typed conversion fails, and kube-apiserver answers 500.
  private func refuseUndeclared(
    _ configuration: JSONValue, _ schema: JSONValue, _ kind: ResourceKind
  ) throws {
    var pruner = SchemaPruner()
    _ = pruner.pruneResource(configuration, schema: schema)
    guard !pruner.unknown.isEmpty else { return }
    let fields = pruner.unknown.map { ".\($0): field not declared in schema" }
    let key = configuration.objectKey
    throw KubernetesFault(
      code: 500, reason: "",
      message: "failed to create typed patch object (\(key.namespace)/\(key.name); "
        + "\(kind.goDescription)): "
        + (fields.count == 1 ? fields[0] : "errors:\n  " + fields.joined(separator: "\n  ")))
  }
}
