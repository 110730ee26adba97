/// Whether something holds, where it may be that only NSX knows.
enum Truth: Int, Comparable {
  case no = 0
  case maybe = 1
  case yes = 2

  init(_ value: Bool) { self = value ? .yes : .no }

  static func < (left: Truth, right: Truth) -> Bool { left.rawValue < right.rawValue }

  /// Both hold.
  static func && (left: Truth, right: Truth) -> Truth { min(left, right) }
  /// One holds.
  static func || (left: Truth, right: Truth) -> Truth { max(left, right) }

  static prefix func ! (value: Truth) -> Truth {
    switch value {
    case .no: .yes
    case .maybe: .maybe
    case .yes: .no
    }
  }

  /// Whether any of a list holds.
  static func any(_ list: some Sequence<Truth>) -> Truth {
    var result = Truth.no
    for value in list {
      result = max(result, value)
      if result == .yes { break }
    }
    return result
  }

  /// Whether all of a list hold.
  static func all(_ list: some Sequence<Truth>) -> Truth {
    var result = Truth.yes
    for value in list {
      result = min(result, value)
      if result == .no { break }
    }
    return result
  }
}
