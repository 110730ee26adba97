import AntreaModel
import Documents

/// What a selector asks of one label: whether it may be missing, and which
/// values it may have.
struct LabelDemand: Hashable {
  /// Values that a label may have.
  enum Values: Hashable {
    case only(Set<String>)
    case allBut(Set<String>)

    func intersection(_ other: Values) -> Values {
      switch (self, other) {
      case (.only(let a), .only(let b)): .only(a.intersection(b))
      case (.only(let a), .allBut(let b)), (.allBut(let b), .only(let a)): .only(a.subtracting(b))
      case (.allBut(let a), .allBut(let b)): .allBut(a.union(b))
      }
    }

    func intersects(_ other: Values) -> Bool {
      switch (self, other) {
      case (.only(let a), .only(let b)): !a.isDisjoint(with: b)
      case (.only(let a), .allBut(let b)), (.allBut(let b), .only(let a)): !a.isSubset(of: b)
      case (.allBut, .allBut): true
      }
    }

    func isSubset(of other: Values) -> Bool {
      switch (self, other) {
      case (.only(let a), .only(let b)): a.isSubset(of: b)
      case (.only(let a), .allBut(let b)): a.isDisjoint(with: b)
      case (.allBut, .only): false
      case (.allBut(let a), .allBut(let b)): b.isSubset(of: a)
      }
    }
  }

  var mayBeMissing: Bool
  var values: Values

  /// What no selector asks.
  static let nothing = LabelDemand(mayBeMissing: true, values: .allBut([]))

  /// Whether a label, or that there is none, could meet both.
  func overlaps(_ other: LabelDemand) -> Bool {
    mayBeMissing && other.mayBeMissing || values.intersects(other.values)
  }

  func intersection(_ other: LabelDemand) -> LabelDemand {
    LabelDemand(
      mayBeMissing: mayBeMissing && other.mayBeMissing,
      values: values.intersection(other.values))
  }

  func isSubset(of other: LabelDemand) -> Bool {
    (!mayBeMissing || other.mayBeMissing) && values.isSubset(of: other.values)
  }

  /// The cases in which this is met and the other is not; `nil` where that is no
  /// single demand.
  func subtracting(_ other: LabelDemand) -> LabelDemand? {
    let missing = mayBeMissing && !other.mayBeMissing
    switch (values, other.values) {
    case (.only(let a), .only(let b)):
      return LabelDemand(mayBeMissing: missing, values: .only(a.subtracting(b)))
    case (.only(let a), .allBut(let b)):
      return LabelDemand(mayBeMissing: missing, values: .only(a.intersection(b)))
    case (.allBut(let a), .only(let b)):
      return LabelDemand(mayBeMissing: missing, values: .allBut(a.union(b)))
    case (.allBut(let a), .allBut(let b)):
      return LabelDemand(mayBeMissing: missing, values: .only(b.subtracting(a)))
    }
  }
}

/// Pods by the labels of their namespaces and their own: one demand for each
/// label that is asked for.
struct LabelTerm: Hashable {
  /// Whose label it is, and its key.
  struct Key: Hashable, Comparable {
    let isNamespace: Bool
    let name: String

    static func < (left: Key, right: Key) -> Bool {
      left.isNamespace == right.isNamespace ? left.name < right.name : left.isNamespace
    }
  }

  /// Sorted by key; none of them asks nothing.
  private(set) var demands: [(key: Key, demand: LabelDemand)] = []

  static func == (left: LabelTerm, right: LabelTerm) -> Bool {
    left.demands.elementsEqual(right.demands) { $0.key == $1.key && $0.demand == $1.demand }
  }

  func hash(into hasher: inout Hasher) {
    for entry in demands {
      hasher.combine(entry.key)
      hasher.combine(entry.demand)
    }
  }

  /// Reads the selectors of a peer or a group; `nil` for one that Antrea could
  /// take for something else than it says.
  init?(namespaces: JSONValue?, pods: JSONValue?) {
    for (document, isNamespace) in [(namespaces, true), (pods, false)] {
      guard let document, !document.isNull else { continue }
      guard add(document, isNamespace) else { return nil }
    }
  }

  private mutating func add(_ document: JSONValue, _ isNamespace: Bool) -> Bool {
    for member in document["matchLabels"]?.object?.members ?? [] {
      guard let value = member.value.string, LabelSyntax.isQualifiedName(member.key),
        LabelSyntax.isValue(value)
      else { return false }
      let demand = LabelDemand(mayBeMissing: false, values: .only([value]))
      set(Key(isNamespace: isNamespace, name: member.key), demand)
    }
    for expression in document["matchExpressions"]?.array ?? [] {
      guard let key = expression["key"]?.string, LabelSyntax.isQualifiedName(key) else {
        return false
      }
      let values = (expression["values"]?.array ?? []).compactMap(\.string)
      guard values.allSatisfy({ LabelSyntax.isValue($0) }) else { return false }
      let demand: LabelDemand
      switch (expression["operator"]?.string, values.isEmpty) {
      case ("In", false): demand = LabelDemand(mayBeMissing: false, values: .only(Set(values)))
      case ("NotIn", false): demand = LabelDemand(mayBeMissing: true, values: .allBut(Set(values)))
      case ("Exists", true): demand = LabelDemand(mayBeMissing: false, values: .allBut([]))
      case ("DoesNotExist", true): demand = LabelDemand(mayBeMissing: true, values: .only([]))
      default: return false
      }
      set(Key(isNamespace: isNamespace, name: key), demand)
    }
    return true
  }

  private mutating func set(_ key: Key, _ demand: LabelDemand) {
    if let index = demands.firstIndex(where: { $0.key >= key }) {
      if demands[index].key == key {
        demands[index].demand = demands[index].demand.intersection(demand)
      } else {
        demands.insert((key, demand), at: index)
      }
    } else {
      demands.append((key, demand))
    }
  }

  /// Whether a pod could be in both.
  func overlaps(_ other: LabelTerm) -> Bool {
    var (left, right) = (0, 0)
    while left < demands.count, right < other.demands.count {
      let (a, b) = (demands[left], other.demands[right])
      if a.key == b.key {
        if !a.demand.overlaps(b.demand) { return false }
        (left, right) = (left + 1, right + 1)
      } else if a.key < b.key {
        left += 1
      } else {
        right += 1
      }
    }
    return true
  }

  /// Whether every pod of this is in the other, whatever labels there are.
  func isSubset(of other: LabelTerm) -> Bool {
    other.demands.allSatisfy { wanted in
      let own = demands.first { $0.key == wanted.key }?.demand ?? .nothing
      return own.isSubset(of: wanted.demand)
    }
  }

  /// A term with all pods of this that are not in the other, and as few others
  /// as are easily told; `nil` for none.
  func subtracting(_ other: LabelTerm) -> LabelTerm? {
    if isSubset(of: other) { return nil }
    // With one demand in which they differ the rest is a term.
    let open = other.demands.filter { wanted in
      !(demands.first { $0.key == wanted.key }?.demand ?? .nothing).isSubset(of: wanted.demand)
    }
    guard open.count == 1, let only = open.first else { return self }
    let own = demands.first { $0.key == only.key }?.demand ?? .nothing
    guard let rest = own.subtracting(only.demand) else { return self }
    var result = self
    result.demands.removeAll { $0.key == only.key }
    result.set(only.key, rest)
    return result
  }
}
