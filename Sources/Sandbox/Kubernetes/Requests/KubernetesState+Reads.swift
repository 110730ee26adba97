import Documents

/// The parameters of a list.
struct ListRequest: Sendable {
  /// `labelSelector`.
  var labels = LabelSelector(object: .null)
  /// `fieldSelector`.
  var fields: FieldSelector?
  /// `limit`; 0 for all.
  var limit = 0
  /// `continue`.
  var continueToken = ""
}

extension KubernetesState {
  /// Lets the controllers of a resource take a step before it is read.
  private func step(_ resource: String) {
    controller.step(resource, in: &store, at: timestamp)
    if resource == TraceflowController.resource { tracer.step(in: &store, now: options.now()) }
    stepCollections(resource)
  }

  /// Gets one object.
  func get(_ target: ResourceTarget) throws -> JSONValue {
    if Self.isStatistics(target.kind) { return try statistics(get: target) }
    step(target.kind.groupResource)
    beat(target.kind)
    return beating(try existing(target), target.kind)
  }

  /// The objects that selectors choose, all of them.
  func selected(_ target: ResourceTarget, _ request: ListRequest) -> [JSONValue] {
    store.list(target.kind.groupResource).filter { matches($0, target, request) }
  }

  private func matches(
    _ object: JSONValue, _ target: ResourceTarget, _ request: ListRequest
  ) -> Bool {
    if let namespace = target.namespace, object.text("metadata", "namespace") != namespace {
      return false
    }
    return
      (request.labels.requirements.isEmpty
      || request.labels.matches(object.strings("metadata", "labels")))
      && request.fields?.matches(object) ?? true
  }

  /// Lists a page.
  ///
  /// - Throws: 410 when the list that a token continues is gone.
  func list(_ target: ResourceTarget, _ request: ListRequest) throws -> JSONValue {
    if Self.isStatistics(target.kind) { return statistics(list: target, request) }
    let resource = target.kind.groupResource
    var items: [JSONValue]
    let revision: Int64
    if request.continueToken.isEmpty {
      step(resource)
      beat(target.kind)
      revision = store.revision
      items = selected(target, request)
    } else {
      guard let token = ContinueToken(request.continueToken) else {
        throw KubernetesFault.badRequest("continue key is not valid: illegal base64 data")
      }
      if token.revision < 0 {
        revision = store.revision
        items = selected(target, request)
      } else if let kept = snapshots[token.revision]?[resource] {
        revision = token.revision
        items = kept.filter { matches($0, target, request) }
      } else {
        throw KubernetesFault.expired(
          continueToken: ContinueToken(revision: -1, last: token.last).text)
      }
      items = items.filter { token.last < $0.objectKey }
    }
    var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
    if request.limit > 0, items.count > request.limit {
      let rest = items.count - request.limit
      items = Array(items.prefix(request.limit))
      keep(resource, revision)
      if let last = items.last?.objectKey {
        metadata.setMember(
          at: ["continue"], to: .string(ContinueToken(revision: revision, last: last).text))
      }
      if request.labels.requirements.isEmpty, request.fields == nil {
        metadata.setMember(at: ["remainingItemCount"], to: .integer(Int64(rest)))
      }
    }
    return [
      "apiVersion": .string(target.kind.groupVersion),
      "kind": .string("\(target.kind.kind)List"), "metadata": metadata,
      "items": .array(items.map { beating($0, target.kind) }),
    ]
  }

  private func keep(_ resource: String, _ revision: Int64) {
    if snapshots[revision]?[resource] == nil {
      snapshots[revision, default: [:]][resource] = store.list(resource)
    }
    while snapshots.count > 64, let oldest = snapshots.keys.min() { snapshots[oldest] = nil }
  }

  /// Forgets the lists that are being paged through, as etcd's compaction
  /// does: the next page answers 410.
  func compact() { snapshots = [:] }

  /// The events since a revision; the present objects first when it is empty.
  func watch(_ target: ResourceTarget, _ request: ListRequest, since: String) -> [JSONValue] {
    if since.isEmpty || since == "0" {
      return selected(target, request).map { ["type": "ADDED", "object": $0] }
    }
    let start = Int64(since) ?? 0
    return store.events.compactMap { event in
      guard event.revision > start, event.resource == target.kind.groupResource,
        matches(event.object, target, request)
      else { return nil }
      return ["type": .string(event.type), "object": event.object]
    }
  }
}
