/// For each endpoint of a world, whether it is a member, where it may be that
/// only NSX knows.
struct TruthSet: Sendable, Hashable {
  /// Those that are members.
  var certain: EndpointSet
  /// Those that are or may be.
  var possible: EndpointSet

  init(certain: EndpointSet, possible: EndpointSet) {
    self.certain = certain
    self.possible = possible
  }

  /// Members that are known to be.
  init(_ certain: EndpointSet) { self.init(certain: certain, possible: certain) }

  /// The same answer for every endpoint.
  init(_ value: Truth, in world: World) {
    self.init(
      certain: value == .yes ? world.everyone : EndpointSet(),
      possible: value == .no ? EndpointSet() : world.everyone)
  }

  /// The answer for one endpoint.
  subscript(index: Int) -> Truth {
    certain.contains(index) ? .yes : possible.contains(index) ? .maybe : .no
  }

  /// Whether nothing is left open.
  var isDetermined: Bool { certain == possible }

  mutating func formUnion(_ other: TruthSet) {
    certain.formUnion(other.certain)
    possible.formUnion(other.possible)
  }

  func intersection(_ other: TruthSet) -> TruthSet {
    TruthSet(
      certain: certain.intersection(other.certain),
      possible: possible.intersection(other.possible))
  }

  func complement(in world: World) -> TruthSet {
    TruthSet(
      certain: world.everyone.subtracting(possible),
      possible: world.everyone.subtracting(certain))
  }
}
