/// Why policies do not do what NSX says, where that can be told.
public enum ProofCause: Sendable, Hashable {
  /// NSX ignores case in names and tags; labels do not.
  case labelCase
  /// A pod has an address that the configuration says no pod has; `pod` is told
  /// with its address.
  case podNetworks(pod: String)
  /// A pod has an address of a family that the configuration says no pod has.
  case families(pod: String)

  /// A few words behind a counterexample.
  public var text: String {
    switch self {
    case .labelCase: "NSX ignores case, labels do not"
    case .podNetworks(let pod):
      "\(TextStyle.printable(pod)) is outside of clusters[].podNetworks"
    case .families(let pod):
      "\(TextStyle.printable(pod)) is of a family that clusters[].families does not name"
    }
  }

  /// The way out.
  public var remedy: String {
    switch self {
    case .labelCase:
      "write the labels as NSX has them; or set translation.labelCase: sensitive where they are right as they are"
    case .podNetworks: "state all networks of the cluster's pods in clusters[].podNetworks"
    case .families: "name all families of the cluster's pods in clusters[].families"
    }
  }
}
