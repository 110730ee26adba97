import Documents

/// Reads every form of document that holds NSX objects.
struct SnapshotDecoder {
  private var snapshot = NSXSnapshot()
  private var policies: [String: SecurityPolicy] = [:]
  private var looseRules: [String: [RuleFields]] = [:]
  private var planes: [String: ClusterControlPlane] = [:]
  private var spans: Set<ContainerClusterSpan> = []
  private var foundObjects = false
  private let bytes: UnsafeBufferPointer<UInt8>

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads a document.
  ///
  /// - Throws: ``SnapshotError``.
  static func decode(_ bytes: UnsafeBufferPointer<UInt8>) throws -> NSXSnapshot {
    var decoder = SnapshotDecoder(bytes)
    do {
      var reader = JSONReader(bytes)
      if try reader.peek() == .array {
        try decoder.readList(&reader, hint: nil, parent: nil)
      } else {
        try decoder.readDocument(&reader)
      }
      try reader.expectEnd()
    } catch let error as JSONSyntaxError {
      throw SnapshotError.malformed(offset: error.offset, reason: error.reason, path: nil)
    }
    guard decoder.foundObjects else { throw SnapshotError.notASnapshot }
    return try decoder.finish()
  }

  private mutating func readDocument(_ reader: inout JSONReader) throws {
    let start = reader.offset
    var fields = ObjectFields()
    var format: String?
    var complete: Bool?
    var hasCursor = false
    try reader.readObject { key, reader in
      switch key {
      case "format": format = try reader.optionalString()
      case "manager": snapshot.manager = try reader.optionalString() ?? ""
      case "complete": complete = try reader.optionalBool()
      case "incompleteTypes", "incomplete": snapshot.incompleteTypes = try reader.strings()
      case "memberIPs":
        if try reader.readNull() { return }
        try reader.readObject { snapshot.memberIPs[$0.string] = try $1.strings() }
      case "objects", "results":
        foundObjects = true
        try readList(&reader, hint: nil, parent: nil)
      case "cursor":
        hasCursor = true
        try reader.skip()
      case "services":
        foundObjects = true
        try readList(&reader, hint: "Service", parent: "/infra")
      case "domains":
        foundObjects = true
        try readDomains(&reader)
      default: try fields.read(key, &reader)
      }
    }
    if let format {
      guard format == NSXSnapshot.format else { throw SnapshotError.unsupportedFormat(format) }
      snapshot.isComplete = (complete ?? false) && snapshot.incompleteTypes.isEmpty
    } else {
      snapshot.isComplete = (complete ?? true) && !hasCursor
    }
    if fields.type != nil {
      foundObjects = true
      try add(fields, wrapped: [], hint: nil, parent: nil, offset: start)
    }
  }

  private mutating func readDomains(_ reader: inout JSONReader) throws {
    if try reader.readNull() { return }
    try reader.readArray { reader in
      try reader.readObject { key, reader in
        guard key.string == "resources" else { return try reader.skip() }
        try reader.readObject { key, reader in
          switch key {
          case "security_policies":
            try readList(&reader, hint: "SecurityPolicy", parent: "/infra/domains/default")
          case "groups": try readList(&reader, hint: "Group", parent: "/infra/domains/default")
          default: try reader.skip()
          }
        }
      }
    }
  }

  private mutating func readList(
    _ reader: inout JSONReader, hint: String?, parent: String?
  ) throws {
    if try reader.readNull() { return }
    try reader.readArray {
      foundObjects = true; try readObject(&$0, hint: hint, parent: parent)
    }
  }

  private mutating func readObject(
    _ reader: inout JSONReader, hint: String?, parent: String?
  ) throws {
    let start = reader.offset
    var fields = ObjectFields()
    var wrapped: [(type: String, range: Range<Int>)] = []
    do {
      try reader.readObject { key, reader in
        if let first = key.string.utf8.first, first >= 65, first <= 90,
          try reader.peek() == .object
        {
          wrapped.append((key.string, try reader.skipRange()))
        } else {
          try fields.read(key, &reader)
        }
      }
    } catch let error as JSONSyntaxError {
      throw SnapshotError.malformed(
        offset: error.offset, reason: error.reason, path: fields.identity.path)
    }
    try add(fields, wrapped: wrapped, hint: hint, parent: parent, offset: start)
  }

  private mutating func add(
    _ fields: ObjectFields, wrapped: [(type: String, range: Range<Int>)], hint: String?,
    parent: String?, offset: Int
  ) throws {
    let type = fields.type ?? hint ?? ""
    if type.hasPrefix("Child") {
      if fields.identity.isMarkedForDelete { return }
      for (type, range) in wrapped {
        var reader = JSONReader(bytes, from: range.lowerBound)
        try readObject(&reader, hint: type, parent: parent)
      }
      if type == "ChildResourceReference" {
        let target = fields.targetType ?? ""
        try readChildren(
          fields, path: "\(parent ?? "/infra")/\(collection(target))/\(fields.identity.id ?? "")")
      }
      return
    }
    let common = fields.identity.common(parent: parent ?? "/infra", collection: collection(type))
    try store(fields, type: type, common: common, parent: parent, offset: offset)
    try readChildren(fields, path: type == "Infra" ? "/infra" : common?.path ?? parent)
  }

  private mutating func readChildren(_ fields: ObjectFields, path: String?) throws {
    for range in fields.children {
      var reader = JSONReader(bytes, from: range.lowerBound)
      try readList(&reader, hint: nil, parent: path)
    }
  }

  private mutating func store(
    _ fields: ObjectFields, type: String, common: CommonFields?, parent: String?, offset: Int
  ) throws {
    func required() throws -> CommonFields {
      guard let common else { throw SnapshotError.objectWithoutPath(type: type, offset: offset) }
      return common
    }
    switch type {
    case "SecurityPolicy":
      var policy = try fields.securityPolicy(try required())
      if let range = fields.scope {
        var reader = JSONReader(bytes, from: range.lowerBound)
        policy.scope = try located(policy.path) { try reader.strings() }
      }
      if try isNewer(policy, than: policies[policy.path]) { policies[policy.path] = policy }
    case "Rule":
      let place = fields.identity.parentPath ?? parent ?? ownerPath(fields.identity.path)
      guard let place else { throw SnapshotError.objectWithoutPath(type: type, offset: offset) }
      var reader = JSONReader(bytes, from: offset)
      looseRules[place, default: []].append(try RuleFields(&reader))
    case "Group":
      let group = Group(
        common: try required(), types: fields.groupTypes, expression: fields.expression,
        hasExtendedExpression: fields.hasExtendedExpression)
      if try isNewer(group, than: snapshot.groups[group.path]) {
        snapshot.groups[group.path] = group
      }
    case "Service":
      let service = Service(
        common: try required(), entries: fields.serviceEntries, isDefault: fields.policy.isDefault)
      if try isNewer(service, than: snapshot.services[service.path]) {
        snapshot.services[service.path] = service
      }
    case "PolicyContextProfile":
      let profile = PolicyContextProfile(common: try required())
      snapshot.contextProfiles[profile.path] = profile
    case "L7AccessProfile":
      let profile = L7AccessProfile(common: try required())
      snapshot.l7AccessProfiles[profile.path] = profile
    case "ClusterControlPlane":
      let plane = ClusterControlPlane(
        common: try required(), nodeType: fields.nodeType, nodeID: fields.nodeID)
      if try isNewer(plane, than: planes[plane.path]) { planes[plane.path] = plane }
    case "SecurityPolicyContainerCluster":
      let owner = fields.identity.parentPath ?? ownerPath(fields.identity.path) ?? parent
      guard let owner, let cluster = fields.clusterPath else {
        throw SnapshotError.objectWithoutPath(type: type, offset: offset)
      }
      if fields.identity.isMarkedForDelete { break }
      spans.insert(ContainerClusterSpan(policyPath: owner, clusterPath: cluster))
    default: break
    }
  }

  /// Adds the object that is being read to the error.
  private func located<T>(_ path: String?, _ read: () throws -> T) throws -> T {
    do {
      return try read()
    } catch let error as JSONSyntaxError {
      throw SnapshotError.malformed(offset: error.offset, reason: error.reason, path: path)
    }
  }

  /// The object that a child's path lies below: two components up.
  private func ownerPath(_ path: String?) -> String? {
    guard let path else { return nil }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 3 ? parts.dropLast(2).joined(separator: "/") : nil
  }

  /// Whether an object takes the place of one that was read before.
  ///
  /// - Throws: ``SnapshotError/conflictingObjects(path:)`` where it cannot be
  ///   told which of two holds.
  private func isNewer<Object: NSXObject & Equatable>(
    _ object: Object, than old: Object?
  ) throws(SnapshotError) -> Bool {
    guard let old else { return true }
    let (revision, known) = (object.revision ?? 0, old.revision ?? 0)
    if revision == known, object != old { throw .conflictingObjects(path: object.path) }
    return revision > known
  }

  private func collection(_ type: String) -> String {
    switch type {
    case "SecurityPolicy": "security-policies"
    case "Rule": "rules"
    case "Group": "groups"
    case "Service": "services"
    case "Domain": "domains"
    case "PolicyContextProfile": "context-profiles"
    case "L7AccessProfile": "l7-access-profiles"
    case "SecurityPolicyContainerCluster": "container-cluster-span"
    case "Site": "sites"
    case "EnforcementPoint": "enforcement-points"
    case "ClusterControlPlane": "cluster-control-planes"
    default: type
    }
  }

  private mutating func finish() throws(SnapshotError) -> NSXSnapshot {
    for (path, rules) in looseRules {
      guard var policy = policies[path] else { continue }
      var places: [String: Int] = [:]
      for (index, rule) in policy.rules.enumerated() { places[rule.path] = index }
      for fields in rules {
        let rule = try fields.rule(policy: path)
        if let place = places[rule.path] {
          if try isNewer(rule, than: policy.rules[place]) { policy.rules[place] = rule }
        } else {
          places[rule.path] = policy.rules.count
          policy.rules.append(rule)
        }
      }
      policies[path] = policy
    }
    snapshot.policies = policies.values.sorted { utf8Order($0.path, $1.path) < 0 }
    snapshot.controlPlanes = planes.values.sorted { utf8Order($0.path, $1.path) < 0 }
    snapshot.spans = spans.sorted {
      ($0.policyPath, $0.clusterPath) < ($1.policyPath, $1.clusterPath)
    }
    return snapshot
  }
}
