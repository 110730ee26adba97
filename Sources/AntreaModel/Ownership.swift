/// The labels and annotations by which nsx-antrea knows its own objects
/// (docs/translation.md; they are part of the public contract).
public enum Ownership {
  /// Label key that every rendered object bears.
  public static let managedByLabel = "app.kubernetes.io/managed-by"
  /// Value of ``managedByLabel``.
  public static let managedByValue = "nsx-antrea"
  /// Label key whose value is a short hash of the NSX source and scope.
  public static let ownerLabel = "nsx-antrea.io/owner"
  /// Annotation with the NSX path that an object was made from.
  public static let pathAnnotation = "nsx-antrea.io/path"
  /// Annotation with the display name of the NSX object.
  public static let displayNameAnnotation = "nsx-antrea.io/display-name"
  /// Annotation on a live object that keeps it from being deleted when `true`.
  public static let protectAnnotation = "nsx-antrea.io/protect"
  /// Annotation on an object that stands for another one for the time of a run.
  public static let temporaryAnnotation = "nsx-antrea.io/temporary"
  /// Annotation on an object that lives as long as a run, with the identity of
  /// the run.
  public static let holderAnnotation = "nsx-antrea.io/holder"
  /// Label by which VMware's adapter marks its objects: never touched.
  public static let vendorLabel = "ccp-adapter.antrea.tanzu.vmware.com/managedBy"
  /// Field manager of every server-side apply.
  public static let fieldManager = "nsx-antrea"
}
