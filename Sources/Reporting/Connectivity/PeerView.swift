import Documents
import Reachability

/// One end of a line about flows: pods or addresses that are spoken of together.
public struct PeerView: Sendable, Hashable {
  /// `shop: app=web (3 pods)`, `shop/web-1`, `10.20.0.0/16`.
  public var words: String
  /// How many pods these are; zero for addresses.
  public var pods: Int
  /// `namespace/workload` of the pods; empty where they are not told one by one.
  public var workloads: [String]
  /// The namespaces of the pods.
  public var namespaces: [String]
  /// CIDRs of what are not pods.
  public var addresses: [String]
  /// Some of the pods or addresses.
  public var examples: [String]

  /// Creates an end.
  public init(
    words: String, pods: Int, workloads: [String] = [], namespaces: [String] = [],
    addresses: [String] = [], examples: [String] = []
  ) {
    self.words = words
    self.pods = pods
    self.workloads = workloads
    self.namespaces = namespaces
    self.addresses = addresses
    self.examples = examples
  }

  /// A group of endpoints.
  public init(_ group: EndpointGroup) {
    self.init(
      words: group.words, pods: group.pods, namespaces: group.namespaces,
      addresses: group.addresses.map(\.description), examples: group.examples)
  }

  /// The first of a list, and how many more there are.
  public static func words(of names: [String], limit: Int = 3) -> String {
    let shown = names.prefix(limit).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }

  /// The end as a JSON object.
  public var document: JSONValue {
    [
      "words": .string(words), "pods": .integer(Int64(pods)), "workloads": .texts(workloads),
      "namespaces": .texts(namespaces), "addresses": .texts(addresses),
      "examples": .texts(examples),
    ]
  }
}

extension JSONValue {
  static func texts(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
}

/// Who speaks to whom, and how many pairs that are.
public struct PairView: Sendable, Hashable {
  /// Who opens the connection.
  public var from: PeerView
  /// Who is spoken to.
  public var to: PeerView
  /// Pairs of pods, or pods where the other end is addresses.
  public var count: Int

  /// Creates a pair of ends.
  public init(from: PeerView, to: PeerView, count: Int) {
    self.from = from
    self.to = to
    self.count = count
  }

  /// `12 pod pairs`, or `3 pods` where the other end is addresses.
  public var countText: String {
    let isPair = from.pods > 0 && to.pods > 0
    return "\(Self.grouped(count)) \(isPair ? "pod pair" : "pod")\(count == 1 ? "" : "s")"
  }

  /// `shop: app=web (3 pods) -> shop/db-1`.
  public var pathText: String {
    "\(TextStyle.printable(from.words)) -> \(TextStyle.printable(to.words))"
  }

  /// A number with commas: `10,000`.
  static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var end = digits.count - 3
    while end > 0 {
      digits.insert(",", at: digits.index(digits.startIndex, offsetBy: end))
      end -= 3
    }
    return digits
  }

  /// The pair as a JSON object.
  public var document: JSONValue {
    ["from": from.document, "to": to.document, "count": .integer(Int64(count))]
  }
}
