import Documents

extension Estate {
  /// The objects in another order, and so every list whose order has no
  /// meaning: operands, rules that have numbers, members, services, ports.
  func shuffled(seed: UInt64) -> [JSONValue] {
    var dice = Dice(seed: seed)
    return dice.shuffled(objects.map { Self.shuffled($0, "", &dice) })
  }

  private static func shuffled(_ value: JSONValue, _ key: String, _ dice: inout Dice) -> JSONValue {
    switch value {
    case .object(var object):
      for member in object.members {
        object[member.key] = shuffled(member.value, member.key, &dice)
      }
      return .object(object)
    case .array(let list):
      let inner = list.map { shuffled($0, "", &dice) }
      guard key == "expression" || key == "expressions" else { return .array(dice.shuffled(inner)) }
      return .array(operands(inner, &dice))
    default: return value
    }
  }

  /// Shuffles AND-runs and the operands of each; what is no such list stays.
  private static func operands(_ list: [JSONValue], _ dice: inout Dice) -> [JSONValue] {
    var runs: [[JSONValue]] = [[]]
    for (index, element) in list.enumerated() {
      if index % 2 == 0 {
        if element["conjunction_operator"] != nil { return list }
        runs[runs.count - 1].append(element)
        continue
      }
      switch element["conjunction_operator"] {
      case "AND": continue
      case "OR": runs.append([])
      default: return list
      }
    }
    if list.count % 2 == 0 { return list }
    let shuffled = dice.shuffled(
      runs.map { EstateGenerator.joined(dice.shuffled($0), by: EstateGenerator.conjunctionAnd) })
    return shuffled.enumerated().flatMap {
      $0 == 0 ? $1 : [EstateGenerator.conjunctionOr] + $1
    }
  }
}
