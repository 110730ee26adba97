/// Work that one rule may cost, so that no estate makes a translation endless.
struct SelectorBudget {
  /// More terms than this in one set are refused.
  static let maximumTerms = 256
  /// More comparisons of terms than this for one rule are refused.
  static let maximumComparisons = 100_000

  private var rest: Int

  init(_ comparisons: Int = maximumComparisons) { rest = comparisons }

  /// Takes comparisons off.
  ///
  /// - Throws: `selector-bound`.
  mutating func spend(_ comparisons: Int) throws(Problem) {
    rest -= comparisons
    if rest < 0 { throw Problem(.selectorBound, "too many terms to compare") }
  }

  /// Refuses a set with too many terms.
  static func check(_ count: Int) throws(Problem) {
    if count > maximumTerms { throw Problem(.selectorBound, "more than \(maximumTerms) terms") }
  }
}
