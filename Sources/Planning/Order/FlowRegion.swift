/// Flows in one direction: no fewer than those of a rule, or of a part of it.
struct FlowRegion: Hashable {
  /// The pods at which the rule is enforced.
  var targets: EndpointTerms
  /// The other ends; `nil` for any.
  var peers: EndpointTerms?
  /// The traffic; `nil` for all.
  var traffic: [TrafficTerm]?

  /// Whether there is no flow for certain.
  var isEmpty: Bool {
    targets.isEmpty || peers?.isEmpty == true || traffic?.isEmpty == true
  }

  /// Whether a flow could be in both.
  func overlaps(_ other: FlowRegion) -> Bool {
    Self.overlap(traffic, other.traffic) && Self.overlap(peers, other.peers)
      && targets.overlaps(other.targets)
  }

  /// Whether a connection could be in this at one end, and in the other at its
  /// other end.
  func meets(_ other: FlowRegion) -> Bool {
    Self.overlap(traffic, other.traffic) && Self.overlap(peers, other.targets)
      && Self.overlap(other.peers, targets)
  }

  /// Whether every flow of this is in the other for certain.
  func isSubset(of other: FlowRegion) -> Bool {
    let hasPeers =
      other.peers.map { all in peers.map { $0.isSubset(of: all) } ?? false } ?? true
    let hasTraffic =
      other.traffic.map { all in
        traffic.map { $0.allSatisfy { own in all.contains { own.isSubset(of: $0) } } } ?? false
      } ?? true
    return hasPeers && hasTraffic && targets.isSubset(of: other.targets)
  }

  private static func overlap(_ left: EndpointTerms?, _ right: EndpointTerms?) -> Bool {
    guard let left, let right else { return true }
    return left.overlaps(right)
  }

  private static func overlap(_ left: [TrafficTerm]?, _ right: [TrafficTerm]?) -> Bool {
    guard let left, let right, left.count * right.count <= 4_000 else { return true }
    return left.contains { term in right.contains { term.overlaps($0) } }
  }
}
