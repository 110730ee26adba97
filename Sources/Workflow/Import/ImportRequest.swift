/// What `import` is asked to do.
public struct ImportRequest: Sendable, Hashable {
  /// `--cluster`; needed where several are configured.
  public var cluster: String?
  /// `--namespace`: the namespaces whose policies are imported.
  public var namespaces: [String] = []
  /// `--all-namespaces`.
  public var isEverywhere = false
  /// `--antrea`: Antrea's own policies as well, those of the whole cluster with
  /// `--all-namespaces`.
  public var includesAntrea = false
  /// `--name`: only policies of these names.
  public var names: [String] = []
  /// `--selector`: only policies with these labels, `key=value,key`.
  public var selector: String?
  /// `--cluster-objects`: plan with these objects; nothing is written.
  public var clusterObjects: String?
  /// `--nsx-snapshot`: plan against this snapshot; nothing is written.
  public var nsxSnapshot: String?
  /// `--dry-run`: show the plan and write nothing.
  public var isDryRun = false
  /// `--yes`: do not ask.
  public var isApproved = false
  /// `--skip-unsupported`: leave out policies that NSX cannot say.
  public var skipsUnsupported = false
  /// `--remove-deselected`: take away imports of policies that are still there
  /// and were not chosen.
  public var removesDeselected = false
  /// `--allow-empty`: take away the last import of a namespace.
  public var allowsEmpty = false
  /// `--delete-originals`: delete the originals once the cluster does without.
  public var deletesOriginals = false
  /// `--rebuilt-cluster`: the cluster was built anew under its name.
  public var isRebuilt = false
  /// `--sequence-numbers A-B`: where new policies go.
  public var sequenceNumbers: ClosedRange<Int64>?
  /// `--exit-code`: end with 2 where there are differences and nothing is written.
  public var tellsDifferences = false

  /// Creates a request for nothing.
  public init() {}

  /// Whether files stand for NSX or the cluster, so that nothing can be written.
  var isOffline: Bool { clusterObjects != nil || nsxSnapshot != nil }
}
