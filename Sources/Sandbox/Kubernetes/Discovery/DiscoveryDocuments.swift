import Documents

/// The discovery documents, plain and aggregated.
struct DiscoveryDocuments: Sendable {
  /// The resources served.
  let catalogue: ResourceCatalogue
  /// The groups whose server does not answer.
  var stale: Set<String> = []

  /// `/api`.
  var coreVersions: JSONValue {
    [
      "kind": "APIVersions", "versions": ["v1"],
      "serverAddressByClientCIDRs": [
        ["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1"]
      ],
    ]
  }

  /// `/apis`.
  var groupList: JSONValue {
    [
      "kind": "APIGroupList", "apiVersion": "v1",
      "groups": .array(catalogue.groups.map { description(of: $0) }),
    ]
  }

  /// `/apis/<group>`; `nil` for an unknown group.
  func group(_ name: String) -> JSONValue? {
    guard let group = catalogue.groups.first(where: { $0.name == name }) else { return nil }
    var result = description(of: group)
    result.setMember(at: ["kind"], to: "APIGroup")
    result.setMember(at: ["apiVersion"], to: "v1")
    return result
  }

  private func description(of group: (name: String, versions: [String])) -> JSONValue {
    let versions: [JSONValue] = group.versions.map {
      ["groupVersion": .string("\(group.name)/\($0)"), "version": .string($0)]
    }
    return [
      "name": .string(group.name), "versions": .array(versions),
      "preferredVersion": versions.first ?? .null,
    ]
  }

  /// `/api/v1` or `/apis/<group>/<version>`; `nil` where nothing is served.
  func resources(of groupVersion: String) -> JSONValue? {
    let kinds = catalogue.kinds.filter { $0.groupVersion == groupVersion }
    if kinds.isEmpty { return nil }
    var list: [JSONValue] = []
    for kind in kinds {
      list.append(resource(kind, name: kind.plural, verbs: kind.verbs))
      if kind.hasStatus {
        list.append(
          resource(kind, name: "\(kind.plural)/status", verbs: ["get", "patch", "update"]))
      }
    }
    return [
      "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": .string(groupVersion),
      "resources": .array(list),
    ]
  }

  private func resource(_ kind: ResourceKind, name: String, verbs: [String]) -> JSONValue {
    var result: JSONValue = [
      "name": .string(name),
      "singularName": .string(name.contains("/") ? "" : kind.singular),
      "namespaced": .bool(kind.namespaced), "kind": .string(kind.kind),
      "verbs": .array(verbs.map(JSONValue.string)),
    ]
    if !kind.shortNames.isEmpty, !name.contains("/") {
      result.setMember(
        at: ["shortNames"], to: .array(kind.shortNames.map(JSONValue.string)))
    }
    return result
  }

  /// The aggregated form of `/api` (`core`) or `/apis`, in version `v2` or
  /// `v2beta1`.
  func aggregated(core: Bool, version: String) -> JSONValue {
    let groups = core ? [(name: "", versions: ["v1"])] : catalogue.groups
    let items: [JSONValue] = groups.map { group in
      let versions: [JSONValue] = group.versions.map { version in
        let kinds = catalogue.kinds.filter { $0.group == group.name && $0.version == version }
        return [
          "version": .string(version),
          "freshness": stale.contains(group.name) ? "Stale" : "Current",
          "resources": .array(kinds.map(aggregatedResource)),
        ]
      }
      var metadata: JSONValue = ["creationTimestamp": .null]
      if !group.name.isEmpty { metadata.setMember(at: ["name"], to: .string(group.name)) }
      return ["metadata": metadata, "versions": .array(versions)]
    }
    return [
      "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"),
      "metadata": .object(JSONObject()), "items": .array(items),
    ]
  }

  private func aggregatedResource(_ kind: ResourceKind) -> JSONValue {
    let responseKind: JSONValue = [
      "group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind),
    ]
    var result: JSONValue = [
      "resource": .string(kind.plural), "responseKind": responseKind,
      "scope": kind.namespaced ? "Namespaced" : "Cluster",
      "singularResource": .string(kind.singular),
      "verbs": .array(kind.verbs.map(JSONValue.string)),
    ]
    if !kind.shortNames.isEmpty {
      result.setMember(at: ["shortNames"], to: .array(kind.shortNames.map(JSONValue.string)))
    }
    if kind.hasStatus {
      result.setMember(
        at: ["subresources"],
        to: [
          [
            "subresource": "status", "responseKind": responseKind,
            "verbs": ["get", "patch", "update"],
          ]
        ])
    }
    return result
  }
}
