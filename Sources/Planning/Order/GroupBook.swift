import AntreaModel
import Documents

/// What a group says of its members.
struct OrderedGroup: Hashable {
  /// The members that it names itself.
  var own = EndpointTerms()
  /// Other groups whose members it has.
  var children: [KubernetesObject.Reference] = []

  /// Reads a group.
  init(_ object: KubernetesObject) {
    let spec = object.document["spec"] ?? [:]
    let namespace = object.kind == "ClusterGroup" ? nil : object.namespace ?? ""
    let names = (spec["childGroups"]?.array ?? []).compactMap(\.string)
    children = names.map { AntreaKinds.group(named: $0, namespace: namespace) }
    guard children.isEmpty, spec.object?.isEmpty == false else { return }
    guard namespace == nil else {
      own.insert(.unknown(spec))
      return
    }
    var blocks = spec["ipBlocks"]?.array ?? []
    if let block = spec["ipBlock"], !block.isNull { blocks.append(block) }
    guard !blocks.isEmpty else {
      own.insert(EndpointTerm(spec))
      return
    }
    for block in blocks {
      own.insert(EndpointTerm.addresses(block).map(EndpointTerm.addresses) ?? .unknown(block))
    }
  }
}

/// The groups of a cluster at one time.
struct GroupBook {
  typealias Reference = KubernetesObject.Reference

  let groups: [Reference: OrderedGroup]
  private let members: [Reference: EndpointTerms]

  init(_ groups: [Reference: OrderedGroup]) {
    self.groups = groups
    // One level of children: Antrea allows no more.
    members = groups.mapValues { group in
      var result = group.own
      for child in group.children {
        if let inner = groups[child] { result.formUnion(inner.own) }
      }
      return result
    }
  }

  /// The members of a group; none of one that does not exist.
  func members(of name: Reference) -> EndpointTerms { members[name] ?? EndpointTerms() }

  /// What a list of entries means.
  func terms(_ entries: [EndpointEntry]) -> EndpointTerms {
    var result = EndpointTerms()
    for entry in entries {
      switch entry {
      case .group(let name): result.formUnion(members(of: name))
      case .term(let term): result.insert(term)
      }
    }
    return result
  }

  /// The flows of a rule. It is enforced at pods by their labels, so that
  /// addresses among its targets mean none.
  func region(_ rule: OrderedRule) -> FlowRegion {
    let targets = EndpointTerms(
      terms(rule.targets).terms.filter { if case .addresses = $0 { false } else { true } })
    return FlowRegion(targets: targets, peers: rule.peers.map(terms), traffic: rule.traffic)
  }

  /// A group and its children.
  func closure(_ name: Reference) -> [Reference] { [name] + (groups[name]?.children ?? []) }
}

extension AntreaKinds {
  /// The ClusterGroup of a name, or the Group in a namespace.
  static func group(named name: String, namespace: String?) -> KubernetesObject.Reference {
    KubernetesObject.Reference(
      group: group, kind: namespace == nil ? "ClusterGroup" : "Group", namespace: namespace,
      name: name)
  }
}
