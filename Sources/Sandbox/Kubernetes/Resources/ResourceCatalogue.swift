import Documents

/// All resources of the sandbox cluster.
struct ResourceCatalogue: Sendable {
  /// The resources in the order of discovery.
  let kinds: [ResourceKind]
  private let byPath: [String: ResourceKind]
  private let byKind: [String: ResourceKind]

  /// Creates the catalogue of every resource served.
  ///
  /// - Parameters:
  ///   - missing: fields that schemas lack, by `plural.group`.
  ///   - without: kinds that are not served, by `plural.group`.
  init(missing: [String: [String]] = [:], without: Set<String> = []) {
    var kinds = Self.core + Self.standard + Self.antrea + Self.bundles + Self.antreaAggregated
    kinds.removeAll { without.contains($0.groupResource) }
    for index in kinds.indices {
      for field in missing[kinds[index].groupResource] ?? [] {
        kinds[index].schema = kinds[index].schema?.without(field.split(separator: ".")[...])
      }
    }
    self.init(kinds: kinds)
  }

  /// Creates the catalogue of a cluster with options.
  init(_ options: KubernetesOptions) {
    let all = ResourceCatalogue(missing: options.missingFields, without: options.missingKinds)
    self.init(kinds: all.kinds.filter { !options.missingGroups.contains($0.group) })
  }

  private init(kinds: [ResourceKind]) {
    self.kinds = kinds
    var paths: [String: ResourceKind] = [:]
    var names: [String: ResourceKind] = [:]
    for kind in kinds {
      paths["\(kind.groupVersion)/\(kind.plural)"] = kind
      names["\(kind.groupVersion)/\(kind.kind)"] = kind
    }
    byPath = paths
    byKind = names
  }

  /// The resource with a group, version and plural.
  func resource(groupVersion: String, plural: String) -> ResourceKind? {
    byPath["\(groupVersion)/\(plural)"]
  }

  /// The resource of an object's `apiVersion` and `kind`.
  func resource(apiVersion: String, kind: String) -> ResourceKind? {
    byKind["\(apiVersion)/\(kind)"]
  }

  /// The resource with a unique `plural.group` name.
  func resource(named groupResource: String) -> ResourceKind? {
    kinds.first { $0.groupResource == groupResource }
  }

  /// The groups other than the core one, in order, each with its versions.
  var groups: [(name: String, versions: [String])] {
    var order: [String] = []
    var versions: [String: [String]] = [:]
    for kind in kinds where !kind.group.isEmpty {
      if versions[kind.group] == nil { order.append(kind.group) }
      if versions[kind.group]?.contains(kind.version) != true {
        versions[kind.group, default: []].append(kind.version)
      }
    }
    return order.map { ($0, versions[$0] ?? []) }
  }

  /// What a path below `/api` or `/apis` names; `nil` where nothing is served.
  func target(of segments: [String]) -> ResourceTarget? {
    let groupVersion: String
    var rest: ArraySlice<String>
    switch segments.first {
    case "api" where segments.count >= 3:
      groupVersion = segments[1]
      rest = segments[2...]
    case "apis" where segments.count >= 4:
      groupVersion = "\(segments[1])/\(segments[2])"
      rest = segments[3...]
    default: return nil
    }
    if rest.first == "namespaces", rest.count >= 3 {
      let namespace = rest[rest.startIndex + 1]
      let plural = rest[rest.startIndex + 2]
      if let kind = resource(groupVersion: groupVersion, plural: plural), kind.namespaced {
        rest = rest.dropFirst(3)
        guard rest.count <= 2 else { return nil }
        return ResourceTarget(
          kind: kind, namespace: namespace, name: rest.first,
          subresource: rest.dropFirst().first)
      }
    }
    guard let plural = rest.first, rest.count <= 3,
      let kind = resource(groupVersion: groupVersion, plural: plural)
    else { return nil }
    rest = rest.dropFirst()
    if kind.namespaced, !rest.isEmpty { return nil }
    return ResourceTarget(
      kind: kind, namespace: nil, name: rest.first, subresource: rest.dropFirst().first)
  }
}

extension JSONValue {
  /// A schema without a field: names of members, with `[]` behind those of
  /// lists.
  fileprivate func without(_ field: ArraySlice<Substring>) -> JSONValue {
    guard let first = field.first, var object, var members = object["properties"]?.object else {
      return self
    }
    let name = String(first.prefix { $0 != "[" })
    if field.count == 1 {
      members[name] = nil
    } else if var inner = members[name] {
      let rest = field.dropFirst()
      if first.hasSuffix("[]"), let items = inner["items"] {
        inner.setMember(at: ["items"], to: items.without(rest))
      } else {
        inner = inner.without(rest)
      }
      members[name] = inner
    }
    object["properties"] = .object(members)
    return .object(object)
  }
}
