import Documents

/// All state behind the API; its methods are the verbs.
actor KubernetesState {
  /// Who asks, and how.
  struct Caller: Sendable {
    /// The user of the token or certificate.
    var user: String
    /// `User-Agent`.
    var agent: String
  }

  /// The settings.
  let options: KubernetesOptions
  /// The name of the cluster, a seed of UIDs.
  let clusterName: String
  /// The resources served.
  let catalogue: ResourceCatalogue
  /// The objects.
  var store = ObjectStore()
  /// The reporting part of antrea-controller.
  var controller: AntreaController
  /// The part of Antrea that traces packets.
  var tracer: TraceflowController
  /// The statistics of antrea-controller.
  var traffic = TrafficStatistics()
  /// Antrea's parts that report.
  var monitoring = AntreaMonitoring()
  /// The lists that are being paged through, by token.
  var snapshots: [Int64: [String: [JSONValue]]] = [:]
  /// The logs of containers.
  var logs: [PodLogKey: [(time: Int64, text: String)]] = [:]
  /// What lies below `/var/log` of the nodes.
  var nodeFiles = NodeFiles()
  /// What fills the audit logs there.
  var auditTraffic: AuditTraffic
  /// Requests by `verb plural.group`.
  var counts: [String: Int] = [:]
  private var lastIdentifier = 0
  /// The bundle that antrea-controller keeps.
  var controllerBundle: SystemBundleSlot
  /// How often each collection was read.
  var collectionReads: [String: Int] = [:]
  /// Seconds since 1970 at the start.
  let started: Int64

  /// Creates a cluster with some objects besides Antrea's own.
  init(
    clusterName: String, objects: [JSONValue], antreaVersion: String, options: KubernetesOptions
  ) {
    self.clusterName = clusterName
    self.options = options
    started = options.now()
    auditTraffic = AuditTraffic(since: options.now())
    controllerBundle = SystemBundleSlot(
      name: "controller", bytes: options.bundles.controllerBundle)
    controllerBundle.readsUntilReady = options.bundles.readsUntilReady
    controllerBundle.fails = options.bundles.controllerFails
    controllerBundle.cut = options.bundles.cutsDownload
    catalogue = ResourceCatalogue(options)
    controller = AntreaController(readsUntilRealized: options.readsUntilRealized)
    tracer = TraceflowController(behaviour: options.traceflows, traffic: options.liveTraffic)
    let seeds =
      ClusterSeeds.objects(
        version: antreaVersion, catalogue: catalogue,
        webhookAuthorityPEM: options.webhookAuthorityPEM,
        agents: objects.count { $0.text("kind") == "AntreaAgentInfo" }, now: options.now())
      + objects
    for object in seeds {
      guard
        let kind = catalogue.resource(
          apiVersion: object.text("apiVersion"), kind: object.text("kind"))
      else { continue }
      lastIdentifier += 1
      let seeded = Self.seeded(
        object, kind: kind, uid: Self.identifier(clusterName, lastIdentifier), now: options.now())
      let stored = store.put(kind.groupResource, seeded)
      if kind.isCustom, kind.kind.hasSuffix("Group") {
        controller.observe(
          kind.groupResource, stored, in: &store, at: Timestamps.text(options.now()))
      }
    }
    controller.settle(in: &store, at: Timestamps.text(options.now()))
    var number = lastIdentifier
    monitoring.makeAgents(
      in: &store, at: options.now(),
      newIdentifier: {
        number += 1
        return Self.identifier(clusterName, number)
      }, version: antreaVersion)
    lastIdentifier = number
  }

  /// The time for objects written now.
  var timestamp: String { Timestamps.text(options.now()) }

  /// A new UID, the same in every run.
  func newIdentifier() -> String {
    lastIdentifier += 1
    return Self.identifier(clusterName, lastIdentifier)
  }

  /// Stores an object and lets antrea-controller react when its spec changed.
  func write(_ kind: ResourceKind, _ object: JSONValue, reacting: Bool) -> JSONValue {
    let stored = store.put(kind.groupResource, object)
    if reacting { controller.observe(kind.groupResource, stored, in: &store, at: timestamp) }
    return stored
  }

  /// Gives a list of objects for tests.
  func objects(_ kind: ResourceKind) -> [JSONValue] { store.list(kind.groupResource) }

  /// Finishes all realization.
  func settle() { controller.settle(in: &store, at: timestamp) }

  /// Counts one request.
  func count(_ verb: String, _ kind: ResourceKind) {
    counts["\(verb) \(kind.groupResource)", default: 0] += 1
  }

  private static func identifier(_ cluster: String, _ number: Int) -> String {
    let hex = Array(SHA256.hex("\(cluster)/\(number)"))
    let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }
    return parts.joined(separator: "-")
  }

  private static func seeded(
    _ object: JSONValue, kind: ResourceKind, uid: String, now: Int64
  ) -> JSONValue {
    var result = NamespaceDefaults.applied(to: object, kind)
    let time = JSONValue.string(Timestamps.text(now))
    if result.text("metadata", "uid").isEmpty {
      result.setMember(at: ["metadata", "uid"], to: .string(uid))
    }
    if result.member(at: ["metadata", "creationTimestamp"]) == nil {
      result.setMember(at: ["metadata", "creationTimestamp"], to: time)
    }
    if kind.countsGenerations, result.member(at: ["metadata", "generation"]) == nil {
      result.setMember(at: ["metadata", "generation"], to: 1)
    }
    if kind.isCustom, result.member(at: ["metadata", "managedFields"]) == nil {
      var bare = result
      bare.setMember(at: ["status"], to: nil)
      var managed = ManagedFields(of: result)
      managed.update(
        .init(name: "kubectl-create", operation: "Update", apiVersion: kind.groupVersion),
        from: .object(JSONObject()), to: bare, time: Timestamps.text(now))
      managed.write(to: &result)
    }
    return result
  }
}

extension KubernetesState {
  /// Changes an object without any check; `nil` removes it.
  func edit(
    _ kind: ResourceKind, _ key: ObjectKey, _ change: @Sendable (JSONValue) -> JSONValue?
  ) -> Bool {
    guard let old = store.object(kind.groupResource, key) else { return false }
    guard var object = change(old) else {
      remove(old, kind)
      return true
    }
    if old.member(at: ["metadata", "deletionTimestamp"]) != nil,
      object.list("metadata", "finalizers").isEmpty
    {
      remove(object, kind)
      return true
    }
    let generation = old.member(at: ["metadata", "generation"])?.integer ?? 0
    if kind.countsGenerations, object["spec"] != old["spec"] {
      object.setMember(at: ["metadata", "generation"], to: .integer(generation + 1))
    }
    var managed = ManagedFields(of: old)
    managed.update(
      .init(name: "kubectl-edit", operation: "Update", apiVersion: kind.groupVersion),
      from: old, to: object, time: timestamp)
    managed.write(to: &object)
    _ = write(kind, object, reacting: object["spec"] != old["spec"])
    return true
  }
}
