import AntreaModel
import Documents

extension Vocabulary {
  /// What Antrea's and Kubernetes' policies and groups mention; other kinds of
  /// objects are left out.
  public init(objects: [KubernetesObject]) {
    self.init()
    for object in objects {
      let kinds = ["ClusterGroup", "Group"]
      guard object.kind.hasSuffix("NetworkPolicy") || kinds.contains(object.kind) else { continue }
      if let namespace = object.namespace { namespaceNames.mention(namespace) }
      guard let spec = object.document["spec"] else { continue }
      readBlocks([spec["ipBlock"]].compactMap(\.self))
      read(spec)
    }
  }

  /// Reads every form of a peer wherever it stands: a form that a rule cannot
  /// have there costs classes, a form that was overlooked would cost the truth.
  private mutating func read(_ value: JSONValue) {
    if let list = value.array {
      readBlocks(list.compactMap { $0["ipBlock"] })
      for element in list { read(element) }
    }
    for member in value.object?.members ?? [] {
      let inner = member.value
      switch member.key {
      case "namespaceSelector": Self.readSelector(inner, &namespaceLabels)
      case "podSelector", "externalEntitySelector": Self.readSelector(inner, &podLabels)
      case "nodeSelector": readNodeSelector(inner)
      // Read with the others of its list.
      case "ipBlock": break
      case "ipBlocks": readBlocks(inner.array ?? [])
      case "fqdn": if let name = inner.string { hostNames.insert(name.lowercased()) }
      case "serviceAccount": readName(inner, \.serviceAccounts)
      case "serviceReference", "service": readName(inner, \.services)
      case "toServices": for service in inner.array ?? [] { readName(service, \.services) }
      // Relative to the namespace of the pods: it may be any.
      case "namespaces": readNamespaces(inner)
      case "port": if let name = inner.string { ports.insert(name) }
      default: read(inner)
      }
    }
  }

  private mutating func readNamespaces(_ value: JSONValue) {
    namespaceNames.mentionEverything()
    for key in value["sameLabels"]?.array ?? [] {
      guard let key = key.string else { continue }
      namespaceLabels[key.lowercased(), default: MentionedTexts()].mentionEverything()
    }
  }

  private mutating func readName(
    _ value: JSONValue, _ texts: WritableKeyPath<Vocabulary, MentionedTexts>
  ) {
    if let name = value["name"]?.string { self[keyPath: texts].mention(name) }
    if let namespace = value["namespace"]?.string { namespaceNames.mention(namespace) }
  }

  private static func readSelector(
    _ value: JSONValue, _ labels: inout [String: MentionedTexts]
  ) {
    for label in value["matchLabels"]?.object?.members ?? [] {
      labels[label.key.lowercased(), default: MentionedTexts()].mention(label.value.string ?? "")
    }
    for expression in value["matchExpressions"]?.array ?? [] {
      guard let key = expression["key"]?.string?.lowercased() else { continue }
      // Also without values: whether the label is there.
      labels[key, default: MentionedTexts()].mention("")
      for text in expression["values"]?.array ?? [] {
        labels[key, default: MentionedTexts()].mention(text.string ?? "")
      }
    }
  }

  private mutating func readNodeSelector(_ value: JSONValue) {
    for label in value["matchLabels"]?.object?.members ?? [] { nodeLabels.insert(label.key) }
    for expression in value["matchExpressions"]?.array ?? [] {
      if let key = expression["key"]?.string { nodeLabels.insert(key) }
    }
    // An empty selector tells Nodes from other addresses.
    nodeLabels.insert("")
  }

  /// Blocks of which rules use the union. What a block leaves out is told apart
  /// for each.
  private mutating func readBlocks(_ blocks: [JSONValue]) {
    var plain: [AddressRange] = []
    for block in blocks {
      guard let cidr = block["cidr"]?.string.flatMap({ CIDR($0) }) else { continue }
      let except = (block["except"]?.array ?? []).compactMap { $0.string.flatMap { CIDR($0) } }
      if except.isEmpty {
        plain.append(AddressRange(cidr))
      } else {
        mention(AddressSet([AddressRange(cidr)]))
        for inner in except { mention(AddressSet([AddressRange(inner)])) }
      }
    }
    mention(AddressSet(plain))
  }
}
