import AntreaModel

/// What one endpoint can reach, or who can reach it.
public struct ReachTable: Sendable {
  /// Others for which the same rules decide the same.
  public struct Row: Sendable, Hashable {
    /// The others, in words.
    public var peers: EndpointGroup
    /// The others.
    public var members: EndpointSet
    /// The traffic that passes, all of it or as far as its content is right.
    public var passing: TrafficSet
    /// What both ends decide, by traffic: first what passes, then what does not.
    public var parts: [Part]
  }

  /// What both ends decide about some traffic.
  public struct Part: Sendable, Hashable {
    /// The traffic.
    public var traffic: TrafficSet
    /// The deciding rules.
    public var decision: Decision
  }

  /// Which way connections are opened.
  public enum Direction: Sendable, Hashable {
    /// By the endpoint.
    case from
    /// To the endpoint.
    case to
  }

  /// Those that are reached first, then those that are not; the most pods first.
  public private(set) var rows: [Row] = []

  /// Asks about one class of a universe.
  ///
  /// - Parameter endpoint: a class of the universe that the rules were made for.
  public init(
    _ direction: Direction, _ endpoint: Endpoint, in book: RuleBook, _ naming: EndpointNaming
  ) {
    struct Key: Hashable {
      var passing: Int32
      var parts: [Part]
      var kind: EndpointNaming.Kind
    }
    var view = RuleBookView(book, endpoint.address.family)
    var rows: [Key: EndpointSet] = [:]
    // States are few; what they say in words is put together once.
    var known: [UInt64: (passing: Int32, parts: [Part])] = [:]
    for peer in view.members.members {
      let other = view.world.endpoints[peer]
      if peer == endpoint.index, endpoint.count == 1 { continue }
      if !endpoint.isEnforced, !other.isEnforced { continue }
      let (source, destination) =
        direction == .from ? (endpoint.index, peer) : (peer, endpoint.index)
      let egress = view.state(at: .egress, own: source, peer: destination)
      let ingress = view.state(at: .ingress, own: destination, peer: source)
      let pair = UInt64(UInt32(bitPattern: egress)) << 32 | UInt64(UInt32(bitPattern: ingress))
      let value = known[pair] ?? (view.passing(egress, ingress), Self.parts(&view, egress, ingress))
      known[pair] = value
      let key = Key(
        passing: value.passing, parts: value.parts, kind: EndpointNaming.kind(other))
      rows[key, default: EndpointSet()].insert(peer)
    }
    self.rows = rows.map { key, peers in
      Row(
        peers: naming.group(peers), members: peers, passing: view[traffic: key.passing],
        parts: key.parts)
    }.sorted { $0.precedes($1) }
  }

  private static func parts(
    _ view: inout RuleBookView, _ egress: Int32, _ ingress: Int32
  ) -> [Part] {
    let parts = view.parts(egress, ingress).map { Part(traffic: $0.traffic, decision: $0.decision) }
    return parts.filter(\.passes) + parts.filter { !$0.passes }
  }
}

extension ReachTable.Part {
  /// Whether the traffic passes, all of it or as far as its content is right.
  public var passes: Bool { decision.outcome == .allow || decision.outcome == .inspect }
}

extension ReachTable.Row {
  fileprivate func precedes(_ other: ReachTable.Row) -> Bool {
    if passing.isEmpty != other.passing.isEmpty { return !passing.isEmpty }
    if peers.pods != other.peers.pods { return peers.pods > other.peers.pods }
    return (peers.words, passing.description, "\(parts)")
      < (other.peers.words, other.passing.description, "\(other.parts)")
  }
}
