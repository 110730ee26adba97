import AntreaModel

/// Any set of pods that labels and Services describe: a union of terms.
///
/// Nothing is guessed: what two terms have in common is computed from their
/// conditions, and a question about a Service's pods that only the cluster could
/// answer stays a term without a form in Antrea.
struct PodSelection: Hashable {
  /// No term lies within another one.
  private(set) var terms: [PodTerm]

  /// No pod.
  static let nothing = PodSelection(terms: [])
  /// Every pod.
  static let everyPod = PodSelection(terms: [.everyPod])

  private init(terms: [PodTerm]) { self.terms = terms }

  /// The pods of one term.
  init(_ term: PodTerm) { terms = [term] }

  /// The union of terms.
  init(_ terms: [PodTerm], _ budget: inout SelectorBudget) throws(Problem) {
    self.terms = []
    try add(terms, &budget)
  }

  /// Whether certainly no pod is in the set.
  var isEmpty: Bool { terms.isEmpty }

  /// Whether certainly every pod is in the set.
  var isEveryPod: Bool { terms.contains(where: \.isEveryPod) }

  private mutating func add(
    _ others: [PodTerm], _ budget: inout SelectorBudget
  ) throws(Problem) {
    for term in others {
      try budget.spend(terms.count + 1)
      var isNew = true
      for other in terms where term.isSubset(of: other) {
        isNew = false
        break
      }
      if !isNew { continue }
      terms.removeAll { $0.isSubset(of: term) }
      terms.append(term)
      try SelectorBudget.check(terms.count)
    }
  }

  /// What is in one of the sets.
  func union(
    _ other: PodSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> PodSelection {
    var result = self
    try result.add(other.terms, &budget)
    return result
  }

  /// What is in both sets.
  func intersection(
    _ other: PodSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> PodSelection {
    if isEveryPod { return other }
    if other.isEveryPod { return self }
    var result = PodSelection.nothing
    for a in terms {
      try budget.spend(other.terms.count)
      try result.add(other.terms.compactMap { a.intersection($0) }, &budget)
    }
    return result
  }

  /// What is in this set and not in the other one.
  func subtracting(
    _ other: PodSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> PodSelection {
    var result = self
    // What takes the most away and divides the least comes first.
    let holes = other.terms.filter { !isDisjoint(from: $0) }
    let merged = holes.count < 2 ? holes : PodSelection(terms: holes).merged.terms
    let pieces = merged.map { ($0, $0.complement) }.sorted { $0.1.count < $1.1.count }
    for (hole, around) in pieces {
      try budget.spend(result.terms.count)
      var rest = PodSelection.nothing
      for term in result.terms {
        if term.isDisjoint(from: hole) {
          try rest.add([term], &budget)
        } else {
          try rest.add(around.compactMap { term.intersection($0) }, &budget)
        }
      }
      result = rest
    }
    return result
  }

  private func isDisjoint(from term: PodTerm) -> Bool {
    terms.allSatisfy { $0.isDisjoint(from: term) }
  }

  /// Whether certainly no pod is in both sets.
  func isDisjoint(from other: PodSelection) -> Bool {
    other.terms.allSatisfy { isDisjoint(from: $0) }
  }

  /// Whether certainly all pods of this set are in the other one.
  func isSubset(
    of other: PodSelection, _ budget: inout SelectorBudget
  ) throws(Problem) -> Bool {
    if terms.allSatisfy({ term in other.terms.contains { term.isSubset(of: $0) } }) { return true }
    // Several terms together may hold what none holds alone.
    return try subtracting(other, &budget).isEmpty
  }

  /// The same pods in few terms and in an order of their own: two terms that
  /// differ in one label become one where that has a form.
  var merged: PodSelection {
    if terms.count < 2 { return self }
    var list = PodTerm.sorted(terms)
    // A union may fit a term that was passed over; more rounds are rare, and
    // nothing depends on the last one.
    for _ in 0..<4 {
      let before = list.count
      var result: [PodTerm] = []
      while let first = list.first {
        var union = first
        var others: [PodTerm] = []
        for term in list.dropFirst() {
          if let both = union.merged(with: term) {
            union = both
          } else if !term.isSubset(of: union) {
            others.append(term)
          }
        }
        result.removeAll { $0.isSubset(of: union) }
        result.append(union)
        list = others
      }
      list = result
      if list.count == before { break }
    }
    return PodSelection(terms: PodTerm.sorted(list))
  }

  /// A set of terms that all have a form, with all of these pods and perhaps
  /// more.
  func widened(_ budget: inout SelectorBudget) throws(Problem) -> PodSelection {
    try PodSelection(terms.map(\.widened), &budget)
  }

  /// A term without a form.
  var inexpressible: PodTerm? { terms.first { $0.members == nil } }
}
