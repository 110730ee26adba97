import Documents
import NSXModel
import Reachability
import Translation

/// Makes a failing estate small: takes out whatever can go while the estate
/// still fails.
enum Minimizer {
  /// A small estate on which the comparison fails like on the given one, with
  /// the differences.
  static func report(_ estate: Estate, _ world: World, _ setting: LawSetting) -> String {
    let small = minimize(estate) { candidate in
      guard let trial = try? Trial(candidate, world, setting), trial.translation.isApplicable
      else { return false }
      return (try? trial.prove(limit: 1).differences.isEmpty) == false
    }
    let differences =
      (try? Trial(small, world, setting).prove(limit: 2).differences.map(\.description)) ?? []
    return differences.joined(separator: "\n") + "\nfamilies \(setting.families as Any), networks "
      + "\(setting.podNetworks as Any)\n" + text(small)
  }

  /// The estate as JSON, one object a line.
  static func text(_ estate: Estate) -> String {
    let members = estate.memberIPs.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return
      ((estate.policies + estate.groups + estate.services).map {
        String(decoding: JSONWriter.compact($0), as: UTF8.self)
      } + members).joined(separator: "\n")
  }

  /// The smallest estate that greedy removal finds.
  static func minimize(_ estate: Estate, fails: (Estate) -> Bool) -> Estate {
    var current = estate
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for part in [\Estate.policies, \Estate.groups, \Estate.services] {
        shrink(&current, part, fails, &isSmaller)
      }
      for path in current.memberIPs.keys.sorted() {
        var candidate = current
        candidate.memberIPs[path] = nil
        if fails(candidate) { (current, isSmaller) = (candidate, true) }
      }
    }
    return current
  }

  /// Takes out whole objects, then parts of those that are left.
  private static func shrink(
    _ estate: inout Estate, _ part: WritableKeyPath<Estate, [JSONValue]>,
    _ fails: (Estate) -> Bool, _ isSmaller: inout Bool
  ) {
    for index in estate[keyPath: part].indices.reversed() {
      var candidate = estate
      candidate[keyPath: part].remove(at: index)
      if fails(candidate) { (estate, isSmaller) = (candidate, true) }
    }
    for index in estate[keyPath: part].indices {
      var rest = smaller(estate[keyPath: part][index])
      while let next = rest.popLast() {
        var candidate = estate
        candidate[keyPath: part][index] = next
        guard fails(candidate) else { continue }
        (estate, isSmaller) = (candidate, true)
        rest = smaller(next)
      }
    }
  }

  /// Members without which an object is another one.
  private static let kept: Set<String> = ["resource_type", "id", "path", "member_type", "key"]

  /// A value with one element or member less, at any depth.
  private static func smaller(_ value: JSONValue) -> [JSONValue] {
    switch value {
    case .array(let list):
      var result: [JSONValue] = []
      let isExpression = list.contains { $0["conjunction_operator"] != nil }
      for index in list.indices {
        for inner in smaller(list[index]) {
          var copy = list
          copy[index] = inner
          result.append(.array(copy))
        }
        // An operand goes with the conjunction before or after it.
        if isExpression, index % 2 == 1 { continue }
        for count in isExpression ? [index == 0 ? 0 : -1, 0] : [0] {
          var copy = list
          let bounds =
            isExpression ? (index + count)..<min(index + count + 2, list.count) : index..<index + 1
          copy.removeSubrange(bounds)
          result.append(.array(copy))
        }
      }
      return result
    case .object(let object):
      var result: [JSONValue] = []
      for member in object {
        for inner in smaller(member.value) {
          var copy = object
          copy[member.key] = inner
          result.append(.object(copy))
        }
        if kept.contains(member.key) { continue }
        var copy = object
        copy[member.key] = nil
        result.append(.object(copy))
      }
      return result
    default: return []
    }
  }
}
