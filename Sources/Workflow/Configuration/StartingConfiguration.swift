/// The file that `init` writes.
enum StartingConfiguration {
  /// A configuration with comments, complete but for the credentials.
  static func text(manager: String?, clusters: [String]) -> String {
    let names = clusters.isEmpty ? ["prod-a"] : clusters
    let list = names.map { name in
      """
        - name: \(name)
          # The control plane in NSX whose spanned policies this cluster gets; default: the name.
          controlPlane: \(name)
          # A context of the kubeconfig; or inCluster: true in a pod.
          kubeconfig: ~/.kube/config
          context: \(name)
      """
    }.joined(separator: "\n")
    return """
      # nsx-antrea: NSX firewall policy to Antrea, by way of git.
      # Every key can also be given as NSX_ANTREA_…, see `nsx-antrea config show --origin`.
      nsx:
        managers:
          - \(manager ?? "https://nsx.example.com")
        # session, basic, remote, certificate or bearer
        authentication: session
        username: nsx-antrea
        # The password: NSX_ANTREA_NSX_PASSWORD, or a file that only you can read.
        # passwordFile: nsx-password
        # Trust: an authority, or the SHA-256 of the manager's certificate.
        # caFile: nsx-ca.pem
        # thumbprints: ["AA:BB:…"]

      clusters:
      \(list)

      repository:
        path: antrea-policies
        # branch: main
        # remote: ssh://git@git.example.com/antrea-policies.git

      translation:
        # fail: apply nothing when a rule cannot be translated; skip-policy; fail-closed
        onUnsupported: fail

      apply:
        maxDeletes: 30%

      inventory:
        # Reports pods, services, … to NSX at the end of sync. Leave it off where VMware's
        # adapter is registered: two writers would fight.
        enabled: false

      """
  }
}
