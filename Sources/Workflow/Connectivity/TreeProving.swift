import AntreaModel
import Documents
import Failures
import NSXModel
import Planning
import Translation

extension Run {
  /// Gives trees NSX's side, so that they can be proved: that of the snapshot
  /// which was given, else what NSX holds now, where it is configured and may be
  /// asked.
  ///
  /// A tree of a named commit is not held against NSX of today: it is another
  /// state on purpose. That NSX cannot be read is told, and no failure: a tree
  /// can be applied without it.
  func heldAgainstNSX(
    _ attempts: [ClusterAttempt<DesiredCluster>], _ source: DesiredSource
  ) async throws -> [ClusterAttempt<DesiredCluster>] {
    guard attempts.contains(where: { $0.value?.isTree == true }) else { return attempts }
    var attempts = attempts
    let now = source.snapshot == nil ? try await snapshotOfNow(source) : nil
    for index in attempts.indices {
      guard var cluster = attempts[index].value else { continue }
      switch now {
      case nil:
        do { try await cluster.recognize(in: self) } catch {
          attempts[index].result = .failure(Self.failure(error, cluster: attempts[index].name))
          continue
        }
      case .success(let snapshot): await cluster.hold(against: snapshot, in: self)
      case .failure(let reason): cluster.unproved = reason.text
      }
      attempts[index].result = .success(cluster)
    }
    return attempts
  }

  /// What NSX holds now, or why that is not known.
  private func snapshotOfNow(
    _ source: DesiredSource
  ) async throws -> Result<NSXSnapshot, Unproved> {
    if source.ref != nil {
      return .failure(
        Unproved("an earlier commit; give --nsx-snapshot FILE to prove it against that"))
    }
    if settings.list("nsx.managers").isEmpty {
      return .failure(
        Unproved(
          "a tree does not hold NSX's rules; set nsx.managers, or give --nsx-snapshot FILE beside it"
        ))
    }
    if !settings.flag("plan.pull") {
      return .failure(Unproved("NSX was not asked (plan.pull, --no-pull)"))
    }
    do {
      return .success(try await snapshot(DesiredSource()))
    } catch let error as any FailureConvertible {
      try Task.checkCancellation()
      let failure = error.failure
      talk("warning: NSX cannot be read, so that no tree is proved: \(failure)")
      return .failure(Unproved("NSX cannot be read: \(failure.subject): \(failure.cause)"))
    }
  }

  /// What a cluster's tree would be made from a snapshot now.
  fileprivate func translation(
    of cluster: ClusterSettings, in snapshot: NSXSnapshot
  ) async throws(TranslationError) -> Translation {
    try await Translator(snapshot: snapshot, options: translationOptions)
      .translate(concurrently: cluster.target)
  }
}

/// Why a tree cannot be held against NSX.
private struct Unproved: Error {
  let text: String

  init(_ text: String) { self.text = text }
}

extension DesiredCluster {
  /// Finds out whether a tree was rendered from the snapshot that was given with
  /// it.
  ///
  /// - Throws: ``TranslationError`` where the snapshot is not about the cluster.
  fileprivate mutating func recognize(in run: Run) async throws(TranslationError) {
    guard let snapshot = nsx?.snapshot else { return }
    recognize(try await run.translation(of: settings, in: snapshot), isGiven: true)
  }

  /// Tells a tree of the same state of NSX from one of another, and what of it a
  /// rendering would not give now.
  private mutating func recognize(_ now: Translation, isGiven: Bool) {
    guard now.digest == provenance["digest"]?.string else {
      nsx?.kinship = .otherState(given: isGiven)
      return
    }
    nsx?.kinship = .sameState
    let documents =
      now.tiers.map(\.document) + now.clusterGroups.map(\.document)
      + now.policies.map(\.policy.document)
    func canonical(_ objects: [KubernetesObject]) -> [KubernetesObject.Reference: JSONValue] {
      Dictionary(
        objects.map { ($0.reference, CanonicalForm.document(of: $0)) },
        uniquingKeysWith: { _, last in last })
    }
    let (tree, wanted) = (
      canonical(objects), canonical(documents.compactMap { KubernetesObject($0) })
    )
    nsx?.deviating = Set(tree.keys).union(wanted.keys).filter { tree[$0] != wanted[$0] }
      .map(\.description).sorted()
  }

  /// Takes NSX's side of a tree from what NSX holds now.
  fileprivate mutating func hold(against snapshot: NSXSnapshot, in run: Run) async {
    do throws(TranslationError) {
      let now = try await run.translation(of: settings, in: snapshot)
      compare(with: snapshot)
      recognize(now, isGiven: false)
    } catch {
      unproved = "\(error.failure.subject): \(error.failure.cause)"
    }
  }
}
