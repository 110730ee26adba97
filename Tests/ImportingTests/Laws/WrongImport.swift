import Documents
import Importing

/// Ways in which an import can be wrong.
enum WrongImport: String, CaseIterable {
  /// What is not allowed passes.
  case withoutDrops
  /// The drops come before what is allowed.
  case dropsFirst
  /// One more peer than was meant: everybody.
  case everybody
  /// All traffic instead of some ports.
  case everyPort
  /// One rule that lets something through is missing.
  case ruleLost
  /// It holds for all pods of the cluster.
  case everywhere

  /// Makes an import wrong.
  ///
  /// - Returns: whether there was anything to make wrong.
  func apply(to policies: inout [ImportedPolicy]) -> Bool {
    let before = policies
    for index in policies.indices {
      switch self {
      case .withoutDrops: policies[index].drop = nil
      case .dropsFirst: policies[index].drop?.policy.set("sequence_number", .integer(0))
      case .everywhere: policies[index].drop?.policy.set("scope", ["ANY"])
      case .ruleLost:
        if policies[index].allow?.rules.isEmpty == false {
          policies[index].allow?.rules.removeFirst()
        }
      case .everybody:
        for rule in (policies[index].allow?.rules ?? []).indices {
          policies[index].allow?.rules[rule].set("source_groups", ["ANY"])
          policies[index].allow?.rules[rule].set("destination_groups", ["ANY"])
        }
      case .everyPort:
        for rule in (policies[index].allow?.rules ?? []).indices {
          policies[index].allow?.rules[rule].set("service_entries", [])
        }
      }
    }
    return policies != before
  }
}

extension ImportObject {
  fileprivate mutating func set(_ key: String, _ value: JSONValue) {
    guard var object = document.object else { return }
    object[key] = value
    document = .object(object)
  }
}
