import Documents

extension KubernetesState {
  /// Creates an object.
  func create(_ body: JSONValue, _ target: ResourceTarget, _ request: WriteRequest) throws
    -> WriteResult
  {
    var object = try addressed(body, target)
    let prefix = object.text("metadata", "generateName")
    if object.text("metadata", "name").isEmpty, !prefix.isEmpty {
      let suffix = String(SHA256.hex(newIdentifier()).prefix(5))
      object.setMember(at: ["metadata", "name"], to: .string(prefix + suffix))
    }
    let key = object.objectKey
    if store.object(target.kind.groupResource, key) != nil {
      throw KubernetesFault.alreadyExists(target.kind, key.name)
    }
    if !object.text("metadata", "resourceVersion").isEmpty {
      throw KubernetesFault(
        code: 500, reason: "InternalError",
        message: "resourceVersion should not be set on objects to be created")
    }
    var result = try commit(
      object, over: nil, target, request, manager: request.manager("Update", target))
    result.status = 201
    return result
  }

  /// Replaces an object.
  func replace(_ body: JSONValue, _ target: ResourceTarget, _ request: WriteRequest) throws
    -> WriteResult
  {
    let object = try addressed(body, target)
    let live = try existing(target)
    return try commit(
      object, over: live, target, request, manager: request.manager("Update", target))
  }

  /// The object that a target names.
  func existing(_ target: ResourceTarget) throws -> JSONValue {
    let key = ObjectKey(namespace: target.namespace ?? "", name: target.name ?? "")
    guard let object = store.object(target.kind.groupResource, key) else {
      throw KubernetesFault.notFound(target.kind, key.name)
    }
    return object
  }

  /// The body with the kind and the namespace of the path.
  ///
  /// - Throws: 400 where body and path name different things.
  func addressed(_ body: JSONValue, _ target: ResourceTarget) throws -> JSONValue {
    guard body.object != nil else {
      throw KubernetesFault.badRequest("the object provided is unrecognized (must be an object)")
    }
    let kind = target.kind
    let version = body.text("apiVersion")
    let name = body.text("kind")
    guard version.isEmpty || version == kind.groupVersion, name.isEmpty || name == kind.kind else {
      throw KubernetesFault.badRequest(
        "the API version in the data (\(version), Kind=\(name)) does not match the expected API "
          + "version (\(kind.goDescription))")
    }
    var object = body
    object.setMember(at: ["apiVersion"], to: .string(kind.groupVersion))
    object.setMember(at: ["kind"], to: .string(kind.kind))
    if kind.namespaced, let namespace = target.namespace {
      let own = body.text("metadata", "namespace")
      guard own.isEmpty || own == namespace else {
        throw KubernetesFault.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request")
      }
      object.setMember(at: ["metadata", "namespace"], to: .string(namespace))
    }
    if let name = target.name {
      let own = body.text("metadata", "name")
      guard own.isEmpty || own == name else {
        throw KubernetesFault.badRequest(
          "the name of the object (\(own)) does not match the name on the URL (\(name))")
      }
      object.setMember(at: ["metadata", "name"], to: .string(name))
    }
    return object
  }

  /// Admits, validates and stores the next state of an object.
  ///
  /// - Parameter manager: who is recorded for an update; `nil` when the
  ///   managed fields of an apply stand in the object already.
  func commit(
    _ proposed: JSONValue, over live: JSONValue?, _ target: ResourceTarget,
    _ request: WriteRequest, manager: ManagedFields.Manager?
  ) throws -> WriteResult {
    let kind = target.kind
    let name = proposed.text("metadata", "name")
    var warnings: [String] = []
    var object = NamespaceDefaults.applied(
      to: kind.isCustom ? proposed.withoutNulls : proposed, kind)
    if let schema = kind.schema {
      var pruner = SchemaPruner()
      object = pruner.pruneResource(object, schema: schema)
      let problems = pruner.unknown.map { "unknown field \"\($0)\"" }
      if !problems.isEmpty, request.fieldValidation == "Strict" {
        throw KubernetesFault.badRequest(
          "\(kind.kind) in version \"\(kind.version)\" cannot be handled as a \(kind.kind): "
            + "strict decoding error: \(problems.joined(separator: ", "))")
      }
      if request.fieldValidation == "Warn" { warnings += problems }
    }
    if let live {
      let expected = object.text("metadata", "resourceVersion")
      if !expected.isEmpty, expected != live.text("metadata", "resourceVersion") {
        throw KubernetesFault.conflict(kind, name, KubernetesFault.modified)
      }
      let uid = object.text("metadata", "uid")
      if !uid.isEmpty, uid != live.text("metadata", "uid") {
        throw KubernetesFault.conflict(
          kind, name,
          "Precondition failed: UID in precondition: \(uid), UID in object meta: "
            + live.text("metadata", "uid"))
      }
    }
    object = inheriting(object, from: live, target)
    if let manager {
      var managed = ManagedFields(of: live ?? .null)
      managed.update(
        manager, from: owned(live, target), to: owned(object, target), time: timestamp)
      managed.write(to: &object)
    }
    if target.subresource == nil {
      if ["ClusterNetworkPolicy", "NetworkPolicy"].contains(kind.kind), kind.isCustom {
        object = PolicyMutator.mutate(object)
      }
      try validate(object, kind, name)
      try validateAdmission(object, over: live, kind, request.caller)
      if kind.kind == "ClusterNetworkPolicy" { warnings += PolicyAdmission.warnings(object) }
    } else {
      try validate(object, kind, name)
    }
    return try store(object, over: live, target, request, warnings: warnings)
  }

  private func store(
    _ proposed: JSONValue, over live: JSONValue?, _ target: ResourceTarget,
    _ request: WriteRequest, warnings: [String]
  ) throws -> WriteResult {
    var object = proposed
    let changed = live.map { body($0) != body(object) } ?? true
    if target.kind.countsGenerations, changed {
      let last = live?.member(at: ["metadata", "generation"])?.integer ?? 0
      object.setMember(at: ["metadata", "generation"], to: .integer(last + 1))
    }
    if let live {
      object.setMember(
        at: ["metadata", "resourceVersion"], to: live.member(at: ["metadata", "resourceVersion"]))
      if object == live { return WriteResult(object: live, warnings: warnings) }
    }
    if request.dryRun { return WriteResult(object: object, warnings: warnings) }
    if object.member(at: ["metadata", "deletionTimestamp"]) != nil,
      object.list("metadata", "finalizers").isEmpty
    {
      store.remove(target.kind.groupResource, object.objectKey)
      controller.forget(target.kind.groupResource, object)
      return WriteResult(object: object, warnings: warnings)
    }
    let stored = write(
      target.kind, object, reacting: changed || !target.kind.countsGenerations)
    return WriteResult(object: stored, warnings: warnings)
  }

  /// What counts for `metadata.generation`: all but metadata and status.
  private func body(_ object: JSONValue) -> JSONValue {
    var result = object
    result.setMember(at: ["metadata"], to: nil)
    result.setMember(at: ["status"], to: nil)
    return result
  }

  /// The part of an object that a request to this target can own.
  private func owned(_ object: JSONValue?, _ target: ResourceTarget) -> JSONValue {
    guard var object else { return .object(JSONObject()) }
    if target.subresource == "status" {
      let status = object["status"]
      object = .object(JSONObject())
      object.setMember(at: ["status"], to: status)
    } else if target.kind.hasStatus {
      object.setMember(at: ["status"], to: nil)
    }
    return object
  }

  /// Sets what the server decides: identity, times and the half of the object
  /// that the target does not write.
  private func inheriting(
    _ proposed: JSONValue, from live: JSONValue?, _ target: ResourceTarget
  ) -> JSONValue {
    var object = proposed
    if target.subresource == "status", let live {
      let status = proposed["status"]
      object = live
      object.setMember(at: ["status"], to: status)
    } else if target.kind.hasStatus, target.kind.isCustom || live != nil {
      object.setMember(at: ["status"], to: live?["status"])
    }
    let fixed = ["uid", "creationTimestamp", "generation", "deletionTimestamp"]
    for field in fixed {
      object.setMember(at: ["metadata", field], to: live?.member(at: ["metadata", field]))
    }
    object.setMember(at: ["metadata", "resourceVersion"], to: nil)
    if live == nil {
      object.setMember(at: ["metadata", "uid"], to: .string(newIdentifier()))
      object.setMember(at: ["metadata", "creationTimestamp"], to: .string(timestamp))
    }
    return object
  }

  private func validate(_ object: JSONValue, _ kind: ResourceKind, _ name: String) throws {
    var causes: [KubernetesFault.Cause] = []
    if name.isEmpty {
      causes.append(
        .init(
          reason: "FieldValueRequired", message: "Required value: name or generateName is required",
          field: "metadata.name"))
    } else if !QualifiedNames.isSubdomain(name) {
      causes.append(
        .init(
          reason: "FieldValueInvalid",
          message: "Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must consist of "
            + "lower case alphanumeric characters, '-' or '.', and must start and end with an "
            + "alphanumeric character", field: "metadata.name"))
    }
    for (key, value) in object.strings("metadata", "labels").sorted(by: { $0.key < $1.key })
    where !QualifiedNames.isQualifiedName(key) || !QualifiedNames.isLabelValue(value) {
      causes.append(
        .init(
          reason: "FieldValueInvalid", message: "Invalid value: \"\(key)=\(value)\": not a label",
          field: "metadata.labels"))
    }
    if let schema = kind.schema {
      var validator = SchemaValidator()
      validator.validate(object, schema)
      causes += validator.causes
    }
    if !causes.isEmpty { throw KubernetesFault.invalid(kind, name, causes) }
  }
}
