import Documents

/// Finds out which NSX object a fault in a document lies in. Only used when
/// reading has failed: it reads what can be read once more.
struct FaultFinder {
  private struct Names {
    var path: String?
    var parent: String?
    var id: String?
    var type: String?
  }
  private struct Broken: Error {}
  /// Objects deeper than this in each other are not looked into: a hostile text
  /// must not exhaust the stack.
  private static let maximumDepth = 32

  private let bytes: UnsafeBufferPointer<UInt8>
  private let fault: Int

  /// The path of the object around a fault: its own, or one below its parent's
  /// by its id; `nil` where nothing names it.
  ///
  /// - Parameters:
  ///   - start: where an object begins that is around the fault.
  ///   - parent: the path that the object lies below.
  ///   - hint: its type where it does not say so.
  static func path(
    _ bytes: UnsafeBufferPointer<UInt8>, around fault: Int, from start: Int, parent: String?,
    hint: String?
  ) -> String? {
    var result: String?
    let chain = FaultFinder(bytes: bytes, fault: fault).chain(from: start, level: 0)
    for (depth, names) in chain.enumerated() {
      let type = names.type ?? hint ?? ""
      if let path = names.path {
        result = path
      } else if let id = names.id, depth == 0 || type == "Rule" {
        let base = names.parent ?? result ?? parent ?? "/infra"
        result = "\(base)/\(PolicyCollection.name(type))/\(id)"
      }
    }
    return result
  }

  /// The names of the objects around the fault, the outermost first.
  private func chain(from start: Int, level: Int) -> [Names] {
    var names = Names()
    var inner: [Names] = []
    var reader = JSONReader(bytes, from: start)
    do {
      try reader.readObject { key, reader in
        switch (key, try reader.peek()) {
        case ("path", .string): names.path = try reader.readString()
        case ("parent_path", .string): names.parent = try reader.readString()
        case ("id", .string): names.id = try reader.readString()
        case ("resource_type", .string): names.type = try reader.readString()
        case (_, .object), (_, .array):
          var value = inside(&reader, level: level)
          // Rules in their policy need not say what they are.
          if case "rules" = key, !value.names.isEmpty, value.names[0].type == nil {
            value.names[0].type = "Rule"
          }
          inner += value.names
          if value.isBroken { throw Broken() }
        default: try reader.skip()
        }
      }
    } catch {
      // The text breaks off or is damaged here: what stood before is known.
    }
    return [names] + inner
  }

  /// The names inside a value, where the fault is in it. A value that cannot be
  /// read to its end is broken.
  private func inside(
    _ reader: inout JSONReader, level: Int
  ) -> (names: [Names], isBroken: Bool) {
    let start = reader.offset
    let isObject = (try? reader.peek()) == .object
    let range = try? reader.skipRange()
    guard fault > start, fault <= range?.upperBound ?? bytes.count, level < Self.maximumDepth
    else { return ([], range == nil) }
    if isObject { return (chain(from: start, level: level + 1), range == nil) }
    var names: [Names] = []
    var list = JSONReader(bytes, from: start)
    try? list.readArray { element in
      switch try element.peek() {
      case .object, .array:
        let value = inside(&element, level: level + 1)
        names += value.names
        if value.isBroken { throw Broken() }
      default: try element.skip()
      }
    }
    return (names, range == nil)
  }
}
