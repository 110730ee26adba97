import AntreaModel
import Documents

/// A part of what a peer, an entry of `appliedTo` or a group means, as far as
/// two of them can be told apart by what they say.
enum EndpointTerm: Hashable {
  /// Pods by labels.
  case pods(LabelTerm)
  /// Addresses, which pods may have as well.
  case addresses(AddressSet)
  /// Something that may be anything, but is the same where it reads the same.
  case unknown(JSONValue)

  /// Whether an endpoint could be in both.
  func overlaps(_ other: EndpointTerm) -> Bool {
    switch (self, other) {
    case (.pods(let a), .pods(let b)): a.overlaps(b)
    case (.addresses(let a), .addresses(let b)): a.intersects(b)
    default: true
    }
  }

  /// Whether every endpoint of this is in the other for certain.
  func isSubset(of other: EndpointTerm) -> Bool {
    switch (self, other) {
    case (.pods(let a), .pods(let b)): a.isSubset(of: b)
    case (.addresses(let a), .addresses(let b)): a.isSubset(of: b)
    default: self == other
    }
  }
}

/// A union of terms.
struct EndpointTerms: Hashable {
  /// The terms; addresses are in one of them.
  private(set) var terms: [EndpointTerm] = []

  init(_ terms: some Sequence<EndpointTerm> = []) { for term in terms { insert(term) } }

  /// Whether there is none.
  var isEmpty: Bool { terms.isEmpty }

  mutating func insert(_ term: EndpointTerm) {
    if case .addresses(let more) = term {
      if more.isEmpty { return }
      for (index, old) in terms.enumerated() {
        guard case .addresses(let addresses) = old else { continue }
        terms[index] = .addresses(addresses.union(more))
        return
      }
    }
    if !terms.contains(term) { terms.append(term) }
  }

  mutating func formUnion(_ other: EndpointTerms) { for term in other.terms { insert(term) } }

  /// How many pairs are compared before two unions count as overlapping.
  private static let bound = 400

  /// Whether an endpoint could be in both.
  func overlaps(_ other: EndpointTerms) -> Bool {
    if terms.count * other.terms.count > Self.bound { return true }
    return terms.contains { term in other.terms.contains { term.overlaps($0) } }
  }

  /// Whether every endpoint of this is in the other for certain.
  func isSubset(of other: EndpointTerms) -> Bool {
    if self == other { return true }
    if terms.count * other.terms.count > Self.bound { return false }
    return terms.allSatisfy { term in other.terms.contains { term.isSubset(of: $0) } }
  }

  /// All endpoints of this that are not in the other, and as few others as are
  /// easily told.
  func subtracting(_ other: EndpointTerms) -> EndpointTerms {
    if terms.count * other.terms.count > Self.bound * 10 { return self }
    var result = EndpointTerms()
    for term in terms {
      switch term {
      case .addresses(let own):
        let rest = other.terms.reduce(own) { left, right in
          if case .addresses(let taken) = right { left.subtracting(taken) } else { left }
        }
        result.insert(.addresses(rest))
      case .pods(let own):
        var rest: LabelTerm? = own
        for case .pods(let taken) in other.terms { rest = rest?.subtracting(taken) }
        if let rest { result.insert(.pods(rest)) }
      case .unknown:
        if !other.terms.contains(term) { result.insert(term) }
      }
    }
    return result
  }
}
