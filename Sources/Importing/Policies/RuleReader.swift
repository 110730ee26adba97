import AntreaModel
import Documents

/// The peers of one rule: selected pods, and addresses.
struct PolicyPeer: Sendable {
  /// What it is.
  enum Form: Sendable {
    /// Pods.
    case pods(PodDemands)
    /// Addresses.
    case addresses(AddressSet)
  }

  var form: Form
  var place: String
  /// The position in the rule.
  var index: Int
}

/// Reads the parts of a NetworkPolicy of Kubernetes.
enum RuleReader {
  /// The peers of a rule; `nil` for everybody.
  static func peers(
    _ rule: JSONValue, _ key: String, namespace: String, at place: String
  ) throws(ImportProblem) -> [PolicyPeer]? {
    try check(rule, [key, "ports"], place)
    let list = try self.list(rule, key, place)
    if list.isEmpty { return nil }
    var peers: [PolicyPeer] = []
    for (index, entry) in list.enumerated() {
      let place = "\(place).\(key)[\(index)]"
      try check(entry, ["ipBlock", "namespaceSelector", "podSelector"], place)
      let form: PolicyPeer.Form
      if let block = entry["ipBlock"], !block.isNull {
        form = .addresses(try addresses(block, place))
      } else {
        form = .pods(try pods(entry, namespace: namespace, place))
      }
      peers.append(PolicyPeer(form: form, place: place, index: index))
    }
    return peers
  }

  /// What `podSelector` and `namespaceSelector` select.
  static func pods(
    _ entry: JSONValue, namespace: String, _ place: String
  ) throws(ImportProblem) -> PodDemands {
    let selector = entry["namespaceSelector"]
    let isOwn = selector?.isNull ?? true
    return PodDemands(
      namespaces: isOwn
        ? LabelDemands(Criteria.nameLabel, is: namespace)
        : try LabelDemands(selector, at: "\(place).namespaceSelector"),
      pods: try LabelDemands(entry["podSelector"], at: "\(place).podSelector"))
  }

  /// The addresses of an `ipBlock`.
  static func addresses(
    _ block: JSONValue, _ place: String
  ) throws(ImportProblem) -> AddressSet {
    try check(block, ["cidr", "except"], "\(place).ipBlock")
    let text = block["cidr"]?.string ?? ""
    guard let network = CIDR(text) else {
      throw ImportProblem(.invalidAddress, at: place, "\(text) is no network")
    }
    var excepted: [AddressRange] = []
    for value in try list(block, "except", place) {
      guard let hole = value.string.flatMap({ CIDR($0) }), network.contains(hole) else {
        throw ImportProblem(
          .invalidAddress, at: place, "except \(value) is no network in \(network)")
      }
      excepted.append(AddressRange(hole))
    }
    return AddressSet([AddressRange(network)]).subtracting(AddressSet(excepted))
  }

  /// A list; empty where the member is missing.
  static func list(
    _ value: JSONValue, _ key: String, _ place: String
  ) throws(ImportProblem) -> [JSONValue] {
    guard let member = value[key], !member.isNull else { return [] }
    guard let list = member.array else {
      throw ImportProblem(.invalidPolicy, at: place, "\(key) is no list")
    }
    return list
  }

  /// Refuses what is no object, or has members that are not known: what they
  /// mean would be lost.
  static func check(
    _ value: JSONValue, _ known: [String], _ place: String
  ) throws(ImportProblem) {
    guard let object = value.object else {
      throw ImportProblem(.invalidPolicy, at: place, "is no object")
    }
    for key in object.keys where !known.contains(key) {
      throw ImportProblem(.invalidPolicy, at: place, "\(key) is not known")
    }
  }
}
