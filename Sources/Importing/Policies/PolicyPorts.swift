import Documents

/// The ports of one rule as the API writes them, read and checked.
struct PolicyPorts: Sendable {
  /// A port that its pods name.
  struct Named: Sendable, Hashable {
    var name: String
    var transport: String
    var place: String
  }

  /// What needs no pods to be known.
  private(set) var entries = PortEntries()
  /// What the pods at the destination say.
  private(set) var named: [Named] = []
  /// Whether nothing is asked: all traffic.
  private(set) var isEverything = true
  /// Whether all of SCTP is asked for.
  private(set) var hasAllSCTP = false

  init(_ value: JSONValue?, at place: String) throws(ImportProblem) {
    guard let value, !value.isNull else { return }
    guard let list = value.array else {
      throw ImportProblem(.invalidPolicy, at: place, "ports is no list")
    }
    for (index, port) in list.enumerated() {
      isEverything = false
      try add(port, at: "\(place).ports[\(index)]")
    }
  }

  private mutating func add(_ port: JSONValue, at place: String) throws(ImportProblem) {
    for key in port.object?.keys ?? [] where !["protocol", "port", "endPort"].contains(key) {
      throw ImportProblem(.invalidPolicy, at: place, "\(key) is not known")
    }
    let transport = port["protocol"]?.string ?? "TCP"
    guard ["TCP", "UDP", "SCTP"].contains(transport) else {
      throw ImportProblem(.invalidPort, at: place, "protocol \(transport)")
    }
    switch port["port"] {
    case nil, .null?:
      guard port["endPort"]?.integer == nil else {
        throw ImportProblem(.invalidPort, at: place, "endPort without port")
      }
      if transport == "SCTP" { hasAllSCTP = true }
      entries.add(transport, nil)
    case .string(let name)?:
      guard port["endPort"]?.integer == nil, !name.isEmpty else {
        throw ImportProblem(.invalidPort, at: place, "a range from a name")
      }
      try refuseSCTP(transport, place)
      named.append(Named(name: name, transport: transport, place: place))
    case let value?:
      let lower = value.integer ?? 0
      let upper = port["endPort"]?.integer ?? lower
      guard (1...65535).contains(lower), (lower...65535).contains(upper) else {
        throw ImportProblem(.invalidPort, at: place, "\(value) to \(upper)")
      }
      try refuseSCTP(transport, place)
      entries.add(transport, Int(lower)...Int(upper))
    }
  }

  private func refuseSCTP(_ transport: String, _ place: String) throws(ImportProblem) {
    guard transport == "SCTP" else { return }
    throw ImportProblem(.sctpPort, at: place, "L4PortSetServiceEntry takes TCP and UDP")
  }

  /// The entries with named ports as the numbers that all pods give them.
  ///
  /// - Parameters:
  ///   - words: which pods these are.
  ///   - problems: takes each name of which pods disagree, that one lacks, or that
  ///     there is no pod for.
  func resolved(
    at pods: [ImportPod], _ words: String, _ problems: inout [ImportProblem]
  ) -> PortEntries {
    var result = entries
    for port in named {
      switch Self.number(of: port, at: pods, words) {
      case .success(let number): result.add(port.transport, number...number)
      case .failure(let problem): if !problems.contains(problem) { problems.append(problem) }
      }
    }
    return result
  }

  private static func number(
    of port: Named, at pods: [ImportPod], _ words: String
  ) -> Result<Int, ImportProblem> {
    func refused(_ cause: String) -> Result<Int, ImportProblem> {
      .failure(
        ImportProblem(
          .namedPort, at: port.place, "port \(port.name) of \(port.transport): \(cause)"))
    }
    var numbers: [Int: String] = [:]
    for pod in pods {
      let found = pod.ports.first { $0.name == port.name && $0.transport == port.transport }
      guard let found else { return refused("pod \(pod.name) has none of this name") }
      numbers[found.number] = numbers[found.number] ?? pod.name
    }
    guard let number = numbers.keys.first else {
      return refused("there is no pod among \(words) to say which number it is")
    }
    guard numbers.count == 1 else {
      return refused(
        numbers.sorted { $0.key < $1.key }.prefix(3).map { "\($0.key) at \($0.value)" }
          .joined(separator: " and "))
    }
    return .success(number)
  }
}
