import Documents
import Failures
import Importing
import NSXClient

extension Run {
  /// What NSX holds that an import may meet, and where the cluster is in it.
  struct ImportGround: Sendable {
    var scope: ImportScope
    var state: NSXState
  }

  /// Reads it from NSX.
  func importGround(
    of cluster: ClusterSettings, _ connection: NSXConnection
  ) async throws -> ImportGround {
    let options = NSXPullOptions()
    let domain = "/infra/domains/\(options.domain)"
    async let planes = connection.policyList(
      "/infra/sites/\(options.site)/enforcement-points/\(options.enforcementPoint)/cluster-control-planes"
    )
    async let policies = connection.policyList("\(domain)/security-policies")
    async let groups = connection.policyList("\(domain)/groups")
    let scope = try importScope(of: cluster, planes: try await planes)
    let listed = try await policies
    let ours = listed.filter { ImportTags.isImported($0, from: cluster.name) }
      .compactMap { $0["path"]?.string }
    let whole = try await connection.policiesWithParts(ours)
    let known = Set(ours)
    let others = listed.filter { !known.contains($0["path"]?.string ?? "") }
    return ImportGround(scope: scope, state: NSXState(others + whole + (try await groups)))
  }

  /// Reads it from a snapshot file.
  func importGround(of cluster: ClusterSettings, snapshot file: String) throws -> ImportGround {
    let bytes = try Files.read(file)
    let document: JSONValue
    do { document = try JSONValue(json: bytes) } catch {
      throw Failure(
        .invalidInput, subject: file, cause: "is not JSON: \(error)",
        remedy: "give what `nsx-antrea pull --to FILE` writes")
    }
    guard document["format"]?.string == "nsx-snapshot/1", let objects = document["objects"]?.array
    else {
      throw Failure(
        .invalidInput, subject: file, cause: "is no nsx-snapshot/1 document",
        remedy: "give what `nsx-antrea pull --to FILE` writes")
    }
    let planes = objects.filter { $0["resource_type"]?.string == "ClusterControlPlane" }
    return ImportGround(
      scope: try importScope(of: cluster, planes: planes), state: NSXState(objects))
  }

  /// - Throws: ``Failure`` of kind usage where NSX does not know the cluster: a
  ///   policy could not span it.
  private func importScope(
    of cluster: ClusterSettings, planes: [JSONValue]
  ) throws -> ImportScope {
    let wanted = cluster.controlPlane ?? cluster.name
    let plane = planes.first { plane in
      [plane["path"]?.string, plane["id"]?.string, plane["display_name"]?.string].contains(wanted)
    }
    guard let path = plane?["path"]?.string else {
      throw Failure(
        .usage, subject: "cluster \(cluster.name)",
        cause: "NSX has no control plane \(wanted), so that no policy can span the cluster",
        remedy: planes.isEmpty
          ? "register the cluster in NSX first"
          : "set controlPlane to one of \(planes.compactMap { $0["id"]?.string }.sorted().joined(separator: ", "))"
      )
    }
    return ImportScope(cluster: cluster.name, controlPlane: path)
  }
}
