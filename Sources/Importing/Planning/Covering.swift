import Documents

/// Compares what is wanted with what NSX holds: NSX adds ids, paths and defaults
/// to what it was sent.
enum Covering {
  /// The members in which the wanted object differs from what is there.
  static func differences(_ wanted: JSONValue, _ current: JSONValue) -> [String] {
    (wanted.object?.members ?? []).filter { member in
      member.key == "tags"
        ? !hasTags(member.value, current["tags"]) || ImportTags.isMigrated(current)
        : !covers(current[member.key], member.value)
    }.map(\.key)
  }

  /// Whether something has all that is wanted. An empty list is as good as none.
  private static func covers(_ current: JSONValue?, _ wanted: JSONValue) -> Bool {
    switch wanted {
    case .object(let object):
      return object.members.allSatisfy { covers(current?[$0.key], $0.value) }
    case .array(let list):
      let other = current?.array ?? []
      return list.count == other.count && zip(other, list).allSatisfy { covers($0, $1) }
    default: return current == wanted
    }
  }

  /// Tags of others may stand beside ours.
  private static func hasTags(_ wanted: JSONValue, _ current: JSONValue?) -> Bool {
    (wanted.array ?? []).allSatisfy { tag in
      current?.array?.contains {
        $0["scope"] == tag["scope"] && $0["tag"] == tag["tag"]
      } ?? false
    }
  }

  /// What is sent in place of what is there: members and tags of others stay,
  /// because NSX replaces an object whole.
  static func merged(_ wanted: JSONValue, onto current: JSONValue) -> JSONValue {
    var result = NSXState.writable(current).object ?? JSONObject()
    for member in wanted.object?.members ?? [] { result[member.key] = member.value }
    if let tags = wanted["tags"]?.array {
      let others = (current["tags"]?.array ?? []).filter {
        !ImportTags.all.contains($0["scope"]?.string ?? "")
      }
      result["tags"] = .array(others + tags)
    }
    return .object(result)
  }
}
