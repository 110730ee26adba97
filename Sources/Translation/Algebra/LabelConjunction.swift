import AntreaModel

/// Conditions on the labels of one object, one for each key, that all must
/// hold. None holds for every object.
struct LabelConjunction: Hashable {
  /// One label and what it may be: neither nothing nor anything.
  struct Element: Hashable {
    var key: String
    var values: LabelValues
  }

  /// In order of the keys.
  private(set) var elements: [Element] = []
  /// One bit for each key, which keys may share: what one conjunction lacks, its
  /// keys mostly tell without a look at them.
  private var keys: UInt64 = 0
  /// Whether the objects are namespaces, which are never without their name.
  private let isNamespace: Bool

  /// Holds for every object.
  init(ofNamespace isNamespace: Bool) { self.isNamespace = isNamespace }

  private init(_ elements: [Element], _ isNamespace: Bool) {
    self.elements = elements
    self.isNamespace = isNamespace
    keys = Self.signature(elements)
  }

  private static func signature(_ elements: [Element]) -> UInt64 {
    var bits: UInt64 = 0
    for element in elements {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in element.key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      bits |= 1 << (hash >> 58)
    }
    return bits
  }

  /// Requirements that all must hold.
  ///
  /// - Returns: `nil` where they contradict each other.
  init?(_ requirements: [LabelRequirement], ofNamespace isNamespace: Bool) {
    self.isNamespace = isNamespace
    if requirements.count == 1 {
      guard let element = element(requirements[0].key, LabelValues(requirements[0])) else {
        return nil
      }
      if !element.values.isAnything { elements = [element] }
      keys = Self.signature(elements)
      return
    }
    var byKey: [String: LabelValues] = [:]
    for requirement in requirements {
      let values = LabelValues(requirement)
      byKey[requirement.key] = byKey[requirement.key]?.intersection(values) ?? values
    }
    var list: [Element] = []
    for (key, values) in byKey.sorted(by: { $0.key < $1.key }) {
      guard let element = element(key, values) else { return nil }
      if !element.values.isAnything { list.append(element) }
    }
    elements = list
    keys = Self.signature(list)
  }

  // Nothing needs to ask whether a namespace has a name.
  private func element(_ key: String, _ values: LabelValues) -> Element? {
    var values = values
    if isNamespace, values.canBeMissing != values.isExclusion,
      key == ConditionReader.namespaceNameLabel
    {
      values = LabelValues(
        canBeMissing: values.isExclusion, isExclusion: values.isExclusion, values.values)
    }
    return values.isEmpty ? nil : Element(key: key, values: values)
  }

  /// What a label may be.
  subscript(key: String) -> LabelValues {
    elements.first { $0.key == key }?.values ?? .anything
  }

  /// The requirements, in order of key and operator.
  var requirements: [LabelRequirement] {
    elements.flatMap { $0.values.requirements(key: $0.key) ?? [] }
  }

  /// Where both hold; `nil` where they never do.
  func intersection(_ other: LabelConjunction) -> LabelConjunction? {
    if other.elements.isEmpty || self == other { return self }
    if elements.isEmpty { return other }
    var result: [Element] = []
    var (left, right) = (elements[...], other.elements[...])
    while let a = left.first, let b = right.first {
      if a.key == b.key {
        guard let both = element(a.key, a.values.intersection(b.values)) else { return nil }
        result.append(both)
        left.removeFirst()
        right.removeFirst()
      } else if a.key < b.key {
        result.append(left.removeFirst())
      } else {
        result.append(right.removeFirst())
      }
    }
    return LabelConjunction(result + left + right, isNamespace)
  }

  /// Whether no object meets both.
  func isDisjoint(from other: LabelConjunction) -> Bool {
    if keys & other.keys == 0 { return false }
    var (left, right) = (0, 0)
    while left < elements.count, right < other.elements.count {
      let (a, b) = (elements[left], other.elements[right])
      if a.key == b.key {
        if a.values.isDisjoint(from: b.values) { return true }
        left += 1
        right += 1
      } else if a.key < b.key {
        left += 1
      } else {
        right += 1
      }
    }
    return false
  }

  /// Whether every object that meets this meets the other one.
  func isSubset(of other: LabelConjunction) -> Bool {
    if other.keys & ~keys != 0 || other.elements.count > elements.count { return false }
    var index = 0
    for wide in other.elements {
      while index < elements.count, elements[index].key < wide.key { index += 1 }
      guard index < elements.count, elements[index].key == wide.key,
        elements[index].values.isSubset(of: wide.values)
      else { return false }
      index += 1
    }
    return true
  }

  /// The objects that do not meet it: the union of these, one for each label.
  var complement: [LabelConjunction] {
    elements.flatMap { element in
      element.values.complement.expressible.compactMap { values in
        self.element(element.key, values).map { LabelConjunction([$0], isNamespace) }
      }
    }
  }

  /// The union of both where it is one conjunction: they differ in one label,
  /// and what that label may be has requirements.
  func merged(with other: LabelConjunction) -> LabelConjunction? {
    guard elements.count == other.elements.count else { return nil }
    var difference: Int?
    for index in elements.indices where elements[index] != other.elements[index] {
      guard difference == nil, elements[index].key == other.elements[index].key else { return nil }
      difference = index
    }
    guard let difference else { return self }
    let values = elements[difference].values.union(other.elements[difference].values)
    var result = elements
    if values.isAnything {
      result.remove(at: difference)
    } else if values.expressible.count == 1 {
      result[difference].values = values
    } else {
      return nil
    }
    return LabelConjunction(result, isNamespace)
  }
}
