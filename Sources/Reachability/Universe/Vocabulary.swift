import AntreaModel

/// What rules mention about endpoints. Endpoints that agree in all of it are one
/// class: no rule can tell them apart.
///
/// It may hold more than the rules can tell apart (that only makes more
/// classes), never less. Texts are kept without regard to case, the coarser of
/// the two ways in which evaluators compare.
public struct Vocabulary: Sendable, Hashable {
  /// The labels of pods by lower-case key.
  var podLabels: [String: MentionedTexts] = [:]
  /// The labels of namespaces by lower-case key.
  var namespaceLabels: [String: MentionedTexts] = [:]
  /// Values of any label of pods.
  var podValues = MentionedTexts()
  /// Values of any label of namespaces.
  var namespaceValues = MentionedTexts()
  var podNames = MentionedTexts()
  var namespaceNames = MentionedTexts()
  var services = MentionedTexts()
  var serviceAccounts = MentionedTexts()
  /// Names of containers' ports.
  var ports: Set<String> = []
  /// Keys of the labels of Nodes whose addresses are selected by them.
  var nodeLabels: Set<String> = []
  /// Sets of addresses, each as far as rules only use the whole of it.
  var addresses: Set<AddressSet> = []
  /// Names and patterns of names in the DNS, in lower case.
  public internal(set) var hostNames: Set<String> = []

  /// Creates a vocabulary that tells nothing apart.
  public init() {}

  /// Tells apart what another vocabulary tells apart as well.
  public mutating func formUnion(_ other: Vocabulary) {
    podLabels.merge(other.podLabels) { $0.union($1) }
    namespaceLabels.merge(other.namespaceLabels) { $0.union($1) }
    podValues = podValues.union(other.podValues)
    namespaceValues = namespaceValues.union(other.namespaceValues)
    podNames = podNames.union(other.podNames)
    namespaceNames = namespaceNames.union(other.namespaceNames)
    services = services.union(other.services)
    serviceAccounts = serviceAccounts.union(other.serviceAccounts)
    ports.formUnion(other.ports)
    nodeLabels.formUnion(other.nodeLabels)
    addresses.formUnion(other.addresses)
    hostNames.formUnion(other.hostNames)
  }

  /// Tells the pods of different namespaces apart, for a question about
  /// namespaces.
  public mutating func mentionEveryNamespace() { namespaceNames.mentionEverything() }

  /// Tells pods with different values of a label apart, for a question about
  /// groups of pods.
  public mutating func mention(podLabel key: String) {
    podLabels[key.lowercased(), default: MentionedTexts()].mentionEverything()
  }

  /// Tells names in the DNS that match a pattern from others.
  public mutating func mention(hostName pattern: String) {
    hostNames.insert(pattern.lowercased())
  }

  /// Tells the addresses of a set from others, for a question about them.
  public mutating func mention(_ addresses: AddressSet) {
    if !addresses.isEmpty { self.addresses.insert(addresses) }
  }
}

/// The values of a name or a label that rules tell apart.
struct MentionedTexts: Sendable, Hashable {
  /// A part of a text.
  enum Pattern: Sendable, Hashable {
    case contains(String)
    case prefix(String)
    case suffix(String)

    func matches(_ text: String) -> Bool {
      switch self {
      case .contains(let part): text.contains(part)
      case .prefix(let part): text.hasPrefix(part)
      case .suffix(let part): text.hasSuffix(part)
      }
    }
  }

  private var texts: Set<String> = []
  private var patterns: Set<Pattern> = []
  private var isEverything = false

  /// Tells a text from others.
  mutating func mention(_ text: String) { texts.insert(text.lowercased()) }
  /// Tells texts that match a pattern from others.
  mutating func mention(_ pattern: Pattern) {
    switch pattern {
    case .contains(let part): patterns.insert(.contains(part.lowercased()))
    case .prefix(let part): patterns.insert(.prefix(part.lowercased()))
    case .suffix(let part): patterns.insert(.suffix(part.lowercased()))
    }
  }
  /// Tells all texts apart.
  mutating func mentionEverything() { isEverything = true }

  func union(_ other: MentionedTexts) -> MentionedTexts {
    var result = self
    result.texts.formUnion(other.texts)
    result.patterns.formUnion(other.patterns)
    result.isEverything = isEverything || other.isEverything
    return result
  }

  /// Whether a text is mentioned itself.
  func names(_ text: String) -> Bool { isEverything || texts.contains(text.lowercased()) }

  /// A text that is the same for all texts that rules cannot tell apart: the
  /// text itself where it is mentioned.
  func representative(of text: String) -> String {
    let folded = text.lowercased()
    if isEverything || texts.contains(folded) { return text }
    if patterns.isEmpty { return "\0" }
    // No name or label has these characters.
    return "\0"
      + patterns.filter { $0.matches(folded) }.map { "\($0)" }.sorted().joined(separator: "\0")
  }
}
