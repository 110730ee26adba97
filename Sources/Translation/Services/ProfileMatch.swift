import AntreaModel

/// What the profiles of a rule ask for beyond addresses and ports.
enum ProfileMatch: Hashable {
  /// Nothing.
  case everything
  /// That the destination was found by one of these names, in lower case and in
  /// order. NSX only knows them for TCP and UDP.
  case names([String])
  /// One of these applications; what has none of them is refused.
  case applications([ApplicationMatch])

  /// The names that it asks for; none where it asks for something else.
  var domainNames: [String] {
    if case .names(let names) = self { names } else { [] }
  }
}
