/// Finds the steps that can concern the same pods as another, by the values of
/// one label: the one that tells most of them apart.
struct TargetIndex {
  /// Steps by value.
  private var steps: [String: [Int]] = [:]
  /// Steps whose targets may have any value.
  private var wide: [Int] = []
  private var values: [Int: Set<String>] = [:]
  private let all: [Int]

  /// - Parameter targets: The pods that each step concerns, by its number.
  init(_ targets: [Int: [EndpointTerms]]) {
    all = targets.keys.sorted()
    var counts: [LabelTerm.Key: [String: Int]] = [:]
    for terms in targets.values.joined() {
      for case .pods(let term) in terms.terms {
        for entry in term.demands {
          for value in entry.demand.few ?? [] {
            counts[entry.key, default: [:]][value, default: 0] += 1
          }
        }
      }
    }
    // The key that leaves the fewest pairs, if all others were pairs.
    let total = targets.values.joined().reduce(0) { $0 + $1.terms.count }
    let key = counts.min { left, right in
      let (a, b) = (Self.pairs(left.value, of: total), Self.pairs(right.value, of: total))
      return a == b ? left.key < right.key : a < b
    }?.key
    for step in all {
      var own: Set<String>? = []
      for term in (targets[step] ?? []).flatMap(\.terms) {
        guard case .pods(let labels) = term, let key,
          let few = labels.demands.first(where: { $0.key == key })?.demand.few
        else {
          own = nil
          break
        }
        own?.formUnion(few)
      }
      guard let own else {
        wide.append(step)
        continue
      }
      values[step] = own
      for value in own { steps[value, default: []].append(step) }
    }
  }

  private static func pairs(_ counts: [String: Int], of total: Int) -> Int {
    let known = counts.values.reduce(0, +)
    return counts.values.reduce(0) { $0 + $1 * $1 } + max(0, total - known) * total
  }

  /// The steps that can concern a pod that a step concerns, itself among them,
  /// in order.
  func candidates(of step: Int) -> [Int] {
    guard let own = values[step] else { return all }
    var result = Set(wide)
    for value in own { result.formUnion(steps[value] ?? []) }
    return result.sorted()
  }
}

extension LabelDemand {
  /// The values of a label that must be there with one of a few values.
  fileprivate var few: Set<String>? {
    guard !mayBeMissing, case .only(let values) = values, values.count <= 64 else { return nil }
    return values
  }
}
