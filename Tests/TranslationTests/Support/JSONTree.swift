import Documents

/// A place in a JSON document.
struct JSONPlace: Hashable {
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  var steps: [Step] = []

  /// The last key on the way, for example `source_groups` for one of its
  /// elements.
  var key: String {
    for step in steps.reversed() { if case .key(let key) = step { return key } }
    return ""
  }

  func appending(_ step: Step) -> JSONPlace { JSONPlace(steps: steps + [step]) }
}

extension JSONValue {
  /// All places below this value, itself first.
  var places: [JSONPlace] { places(JSONPlace()) }

  private func places(_ place: JSONPlace) -> [JSONPlace] {
    var result = [place]
    switch self {
    case .object(let object):
      for member in object { result += member.value.places(place.appending(.key(member.key))) }
    case .array(let list):
      for (index, element) in list.enumerated() {
        result += element.places(place.appending(.index(index)))
      }
    default: break
    }
    return result
  }

  /// The value at a place; `nil` removes a member or an element.
  subscript(place: JSONPlace) -> JSONValue? {
    get { value(place.steps[...]) }
    set { self = changed(place.steps[...], newValue) ?? .null }
  }

  private func value(_ steps: ArraySlice<JSONPlace.Step>) -> JSONValue? {
    guard let step = steps.first else { return self }
    switch step {
    case .key(let key): return self[key]?.value(steps.dropFirst())
    case .index(let index):
      guard let list = array, list.indices.contains(index) else { return nil }
      return list[index].value(steps.dropFirst())
    }
  }

  private func changed(_ steps: ArraySlice<JSONPlace.Step>, _ value: JSONValue?) -> JSONValue? {
    guard let step = steps.first else { return value }
    switch (step, self) {
    case (.key(let key), .object(var object)):
      object[key] = (object[key] ?? .null).changed(steps.dropFirst(), value)
      return .object(object)
    case (.index(let index), .array(var list)) where list.indices.contains(index):
      if let element = list[index].changed(steps.dropFirst(), value) {
        list[index] = element
      } else {
        list.remove(at: index)
      }
      return .array(list)
    default: return self
    }
  }
}
