import NSXModel

/// The priorities of the policies of one tier.
enum PolicyOrder {
  /// Quarters of VMware's step of 2^-50: the distance of neighbouring Doubles
  /// at 1, which leaves room for three ties.
  static let unit = 0x1p-52

  /// Sorts policies by their number and gives each a distinct priority:
  /// 1 + number * 2^-50.
  ///
  /// - Parameter needsPlaceBefore: whether a policy gets another one right before
  ///   it, one unit away.
  /// - Returns: the policies in order; the findings tell of ties.
  static func assign(
    _ policies: [SecurityPolicy], needsPlaceBefore: (SecurityPolicy) -> Bool = { _ in false }
  ) -> (ordered: [(policy: SecurityPolicy, priority: Double)], findings: [Finding]) {
    // One number for all, so that no order is made up between two scales.
    let useInternal = policies.allSatisfy { $0.internalSequenceNumber != nil }
    func number(_ policy: SecurityPolicy) -> Int64 {
      (useInternal ? policy.internalSequenceNumber : policy.sequenceNumber) ?? 0
    }
    var findings: [Finding] = []
    var result: [(SecurityPolicy, Double)] = []
    let sorted = policies.sorted {
      number($0) == number($1) ? $0.path < $1.path : number($0) < number($1)
    }
    var previous: Int64 = -1
    for (index, policy) in sorted.enumerated() {
      let value = number(policy)
      guard value >= 0, value < 1 << 46 else {
        findings.append(
          Finding(.orderOutOfRange, path: policy.path, message: "the sequence number is \(value)"))
        continue
      }
      if index > 0, number(sorted[index - 1]) == value {
        findings.append(
          Finding(
            .orderTie, path: policy.path,
            message: "same sequence number \(value) as \(sorted[index - 1].path)"))
      }
      let units = max(value * 4, previous + (needsPlaceBefore(policy) ? 2 : 1))
      previous = units
      result.append((policy, 1 + Double(units) * unit))
    }
    return (result, findings)
  }

  /// A policy's rules in order of evaluation.
  static func rules(_ policy: SecurityPolicy) -> (ordered: [Rule], findings: [Finding]) {
    let rules = policy.rules.filter { !$0.common.isMarkedForDelete && !$0.isDisabled }
    // Without any number the order of the document is all there is.
    if rules.allSatisfy({ $0.sequenceNumber == nil }) { return (rules, []) }
    func key(_ rule: Rule) -> (Int64, Int64, String) {
      (rule.sequenceNumber ?? 0, rule.ruleID ?? .max, rule.path)
    }
    let sorted = rules.sorted { key($0) < key($1) }
    var findings: [Finding] = []
    for index in sorted.indices.dropFirst()
    where (sorted[index].sequenceNumber ?? 0) == (sorted[index - 1].sequenceNumber ?? 0) {
      findings.append(
        Finding(
          .ruleOrderTie, path: policy.path, rule: sorted[index].path,
          message: "same sequence number as \(sorted[index - 1].path)"))
    }
    return (sorted, findings)
  }
}
