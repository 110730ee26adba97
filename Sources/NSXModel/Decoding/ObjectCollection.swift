import Documents

/// The objects of a document while they are being read.
struct ObjectCollection {
  var snapshot = NSXSnapshot()
  /// Whether policies without the member `rules` have none.
  var hasEveryRule = false
  var policies: [String: SecurityPolicy] = [:]
  /// Rules that stand apart from their policy, by its path.
  var looseRules: [String: [RuleFields]] = [:]
  /// Entries that stand apart from their service, by its path.
  var looseEntries: [String: [(entry: ServiceEntry, unknown: [String])]] = [:]
  /// L7 access profiles with entries that stand apart.
  var dividedProfiles: Set<String> = []
  var planes: [String: ClusterControlPlane] = [:]
  var spans: Set<ContainerClusterSpan> = []
  let bytes: UnsafeBufferPointer<UInt8>

  /// An object in a `Child…` wrapper: its key there, and where it stands.
  typealias Wrapped = (type: String, range: Range<Int>)

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads an object, its children, and those in its wrapper.
  mutating func readObject(
    _ reader: inout JSONReader, hint: String?, parent: String?
  ) throws {
    _ = try reader.peek()
    let start = reader.offset
    var fields = ObjectFields()
    var wrapped: [Wrapped] = []
    do {
      try reader.readMembers { key, reader in
        if let first = key.first, first >= 65, first <= 90, try reader.peek() == .object {
          wrapped.append((key.string, try reader.skipRange()))
        } else {
          try fields.read(key, &reader)
        }
      }
      try add(fields, wrapped: wrapped, hint: hint, parent: parent, offset: start)
    } catch let error as JSONSyntaxError {
      throw SnapshotError.malformed(
        offset: error.offset, reason: error.reason,
        path: FaultFinder.path(
          bytes, around: error.offset, from: start, parent: parent, hint: fields.type ?? hint))
    }
  }

  mutating func add(
    _ fields: ObjectFields, wrapped: [Wrapped], hint: String?, parent: String?, offset: Int
  ) throws {
    guard let type = fields.type ?? hint else {
      throw SnapshotError.objectWithoutType(offset: offset, path: fields.identity.path)
    }
    if type.hasPrefix("Child") {
      return try addWrapper(fields, type, wrapped, parent: parent, offset: offset)
    }
    let common = fields.common(
      type: type, parent: parent ?? "/infra", collection: PolicyCollection.name(type))
    try store(fields, type: type, common: common, parent: parent, offset: offset)
    try readChildren(fields, path: type == "Infra" ? "/infra" : common?.path ?? parent)
  }

  private mutating func addWrapper(
    _ fields: ObjectFields, _ type: String, _ wrapped: [Wrapped], parent: String?, offset: Int
  ) throws {
    if fields.identity.isMarkedForDelete { return }
    if type == "ChildResourceReference" {
      guard let target = fields.targetType, let id = fields.identity.id else {
        throw SnapshotError.childWithoutObject(type: type, offset: offset, parent: parent)
      }
      let path = "\(parent ?? "/infra")/\(PolicyCollection.name(target))/\(id)"
      return try readChildren(fields, path: path)
    }
    let inner = String(type.dropFirst("Child".count))
    if Self.isRead(inner), !wrapped.contains(where: { $0.type == inner }) {
      throw SnapshotError.childWithoutObject(type: type, offset: offset, parent: parent)
    }
    for (type, range) in wrapped {
      var reader = JSONReader(bytes, from: range.lowerBound)
      try readObject(&reader, hint: type, parent: parent)
    }
  }

  /// Whether objects of a type, or what lies below them, become part of a
  /// snapshot.
  private static func isRead(_ type: String) -> Bool {
    switch type {
    case "SecurityPolicy", "Rule", "Group", "Service", "ServiceEntry", "PolicyContextProfile",
      "L7AccessProfile", "L7AccessEntry", "ClusterControlPlane", "SecurityPolicyContainerCluster",
      "Infra", "Domain", "Site", "EnforcementPoint":
      true
    default: false
    }
  }

  private mutating func readChildren(_ fields: ObjectFields, path: String?) throws {
    for range in fields.children {
      var reader = JSONReader(bytes, from: range.lowerBound)
      try reader.readArray { try readObject(&$0, hint: nil, parent: path) }
    }
  }

  private mutating func store(
    _ fields: ObjectFields, type: String, common: CommonFields?, parent: String?, offset: Int
  ) throws {
    func required() throws -> CommonFields {
      guard let common else { throw SnapshotError.objectWithoutPath(type: type, offset: offset) }
      return common
    }
    /// The object that this one belongs to.
    func owner() throws -> String {
      let identity = fields.identity
      guard
        let path = identity.parentPath ?? parent ?? PolicyCollection.parent(of: identity.path)
      else { throw SnapshotError.objectWithoutPath(type: type, offset: offset) }
      return path
    }
    switch type {
    case "SecurityPolicy": try store(fields, policy: try required())
    case "Rule":
      let place = try owner()
      if PolicyCollection.isGatewayPolicy(place) { break }
      var reader = JSONReader(bytes, from: offset)
      looseRules[place, default: []].append(try RuleFields(&reader))
    case "Group":
      let group = Group(
        common: try required(), types: fields.groupTypes, expression: fields.expression,
        hasExtendedExpression: fields.hasExtendedExpression)
      try store(group, in: \.snapshot.groups)
    case "Service":
      let service = Service(
        common: try required(), entries: fields.serviceEntries, isDefault: fields.policy.isDefault)
      try store(service, in: \.snapshot.services)
    case _ where type.hasSuffix("ServiceEntry"):
      var unknown: [String] = []
      var reader = JSONReader(bytes, from: offset)
      let entry = try reader.serviceEntry(noting: &unknown)
      looseEntries[try owner(), default: []].append((entry, unknown))
    case "PolicyContextProfile":
      let profile = PolicyContextProfile(common: try required(), attributes: fields.attributes)
      try store(profile, in: \.snapshot.contextProfiles)
    case "L7AccessProfile":
      let profile = L7AccessProfile(
        common: try required(), defaultAction: fields.defaultAction,
        entries: fields.accessEntries)
      try store(profile, in: \.snapshot.l7AccessProfiles)
    case "L7AccessEntry": dividedProfiles.insert(try owner())
    case "ClusterControlPlane":
      // A made-up path would be no span's, and the cluster would lose its policies.
      if fields.identity.path == nil, fields.identity.parentPath ?? parent == nil {
        throw SnapshotError.objectWithoutPath(type: type, offset: offset)
      }
      let plane = ClusterControlPlane(
        common: try required(), nodeType: fields.nodeType, nodeID: fields.nodeID)
      try store(plane, in: \.planes)
    case "SecurityPolicyContainerCluster":
      let identity = fields.identity
      let policy = identity.parentPath ?? PolicyCollection.parent(of: identity.path) ?? parent
      guard let policy, let cluster = fields.clusterPath else {
        throw SnapshotError.objectWithoutPath(type: type, offset: offset)
      }
      if identity.isMarkedForDelete { break }
      spans.insert(ContainerClusterSpan(policyPath: policy, clusterPath: cluster))
    default: break
    }
  }

  private mutating func store(_ fields: ObjectFields, policy common: CommonFields) throws {
    var policy = try fields.securityPolicy(common)
    if let range = fields.scope {
      var reader = JSONReader(bytes, from: range.lowerBound)
      do {
        policy.scope = try reader.strings()
      } catch let error as JSONSyntaxError {
        throw SnapshotError.malformed(
          offset: error.offset, reason: "scope: \(error.reason)", path: policy.path)
      }
    }
    if hasEveryRule { policy.hasRuleList = true }
    try store(policy, in: \.policies)
  }

  /// Keeps an object unless a newer one is there.
  private mutating func store<Object: NSXObject & Equatable>(
    _ object: Object, in place: WritableKeyPath<ObjectCollection, [String: Object]>
  ) throws(SnapshotError) {
    if try Self.isNewer(object, than: self[keyPath: place][object.path]) {
      self[keyPath: place][object.path] = object
    }
  }

  /// Whether an object takes the place of one that was read before.
  ///
  /// - Throws: ``SnapshotError/conflictingObjects(path:)`` where it cannot be
  ///   told which of two holds.
  static func isNewer<Object: NSXObject & Equatable>(
    _ object: Object, than old: Object?
  ) throws(SnapshotError) -> Bool {
    guard let old else { return true }
    let (revision, known) = (object.revision ?? 0, old.revision ?? 0)
    if revision == known, object != old { throw .conflictingObjects(path: object.path) }
    return revision > known
  }
}
