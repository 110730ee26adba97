/// What a person decides about a translation.
public struct TranslationOptions: Sendable, Hashable {
  /// What a refused rule does to its policy.
  public enum OnUnsupported: String, Sendable, Hashable, CaseIterable {
    /// Nothing is applied; the rest is rendered for viewing.
    case fail
    /// The policy is left out.
    case skipPolicy = "skip-policy"
    /// The narrowest safe deny takes the rule's place.
    case failClosed = "fail-closed"
  }

  /// What a refused rule does to its policy.
  public var onUnsupported: OnUnsupported
  /// Tier priorities by category.
  public var tierPriorities: [Category: Int]

  /// Creates options; categories that are not given keep their default
  /// priority (11 to 14).
  public init(
    onUnsupported: OnUnsupported = .fail, tierPriorities: [Category: Int] = [:]
  ) {
    self.onUnsupported = onUnsupported
    self.tierPriorities = tierPriorities
  }

  /// The priority of a category's tier.
  public func tierPriority(_ category: Category) -> Int {
    tierPriorities[category] ?? category.defaultTierPriority
  }

  /// Checks that every tier, also one that is not in use yet, has a place of
  /// its own in the order of the categories.
  ///
  /// - Throws: ``TranslationError/invalidTierPriority(_:_:_:)``.
  public func checkTierPriorities() throws(TranslationError) {
    var previous: Category?
    for category in Category.allCases {
      let priority = tierPriority(category)
      guard (5...49).contains(priority) else {
        throw .invalidTierPriority(category, priority, .outOfRange)
      }
      if let previous, tierPriority(previous) >= priority {
        throw .invalidTierPriority(category, priority, .notAfter(previous))
      }
      previous = category
    }
  }
}

/// The firewall categories that Antrea can enforce, in order of evaluation.
public enum Category: String, Sendable, Hashable, CaseIterable {
  /// `Emergency`.
  case emergency = "Emergency"
  /// `Infrastructure`.
  case infrastructure = "Infrastructure"
  /// `Environment`.
  case environment = "Environment"
  /// `Application`.
  case application = "Application"

  /// The category in lower case, as in tier and folder names.
  public var slug: String { rawValue.lowercased() }
  /// The name of its tier.
  public var tierName: String { "nsx-\(slug)" }
  /// The priority of its tier where the configuration gives none.
  public var defaultTierPriority: Int {
    switch self {
    case .emergency: 11
    case .infrastructure: 12
    case .environment: 13
    case .application: 14
    }
  }
}
